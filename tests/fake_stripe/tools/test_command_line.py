"""Stripe's own command line works against the offline Stripe as against Stripe."""

from typing import Any

import pytest

from tests.fake_stripe.judges import complaints
from tests.fake_stripe.tools.conftest import CommandLine


def _right(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """The object, complete and of its kind."""
    assert document.get("object") == kind, document
    if kind != "list":
        assert complaints(document) == []
    return document


def _paid(command_line: CommandLine) -> dict[str, Any]:
    made = _right(
        command_line.ask("payment_intents", "create", "--amount", "5000", "--currency", "gbp"),
        "payment_intent",
    )
    confirm = ("payment_intents", "confirm", made["id"], "--payment-method", "pm_card_visa")
    return command_line.ask(*confirm, "-d", "return_url=https://clinic.test/return")


def test_a_payment_is_made_confirmed_and_looked_up(command_line: CommandLine) -> None:
    paid = _right(_paid(command_line), "payment_intent")

    found = command_line.ask("payment_intents", "retrieve", paid["id"], "--expand", "latest_charge")
    listed = _right(command_line.ask("payment_intents", "list", "--limit", "1"), "list")

    assert (paid["status"], found["status"], found["id"]) == ("succeeded", "succeeded", paid["id"])
    assert _right(found["latest_charge"], "charge")["amount_captured"] == 5000
    assert [entry["id"] for entry in listed["data"]] == [paid["id"]]


def test_a_payment_is_canceled(command_line: CommandLine) -> None:
    made = command_line.ask("payment_intents", "create", "--amount", "5000", "--currency", "gbp")

    canceled = command_line.ask(
        "payment_intents", "cancel", made["id"], "--cancellation-reason", "abandoned"
    )

    assert (_right(canceled, "payment_intent")["status"], canceled["cancellation_reason"]) == (
        "canceled",
        "abandoned",
    )


def test_a_charge_is_refunded(command_line: CommandLine) -> None:
    charge = _paid(command_line)["latest_charge"]

    refund = _right(
        command_line.ask("refunds", "create", "--charge", charge, "--amount", "1500"), "refund"
    )
    listed = _right(command_line.ask("charges", "list", "--limit", "1"), "list")

    assert (refund["amount"], refund["status"]) == (1500, "succeeded")
    assert [(entry["id"], entry["amount_refunded"]) for entry in listed["data"]] == [(charge, 1500)]


def test_a_customer_is_made_and_changed(command_line: CommandLine) -> None:
    made = _right(
        command_line.ask("customers", "create", "--name", "A", "-d", "metadata[portal]=demo"),
        "customer",
    )

    changed = command_line.ask("customers", "update", made["id"], "--description", "regular")

    assert (changed["name"], changed["description"], changed["metadata"]) == (
        "A",
        "regular",
        {"portal": "demo"},
    )


def test_a_webhook_endpoint_is_made_and_deleted(command_line: CommandLine) -> None:
    wanted = ("--enabled-events", "charge.refunded", "--enabled-events", "payment_intent.succeeded")
    made = command_line.ask(
        "webhook_endpoints", "create", "--url", "https://clinic.test/hooks", *wanted
    )
    secret = made.pop("secret")

    gone = command_line.ask("webhook_endpoints", "delete", made["id"], "--confirm")

    assert _right(made, "webhook_endpoint")["enabled_events"] == [
        "charge.refunded",
        "payment_intent.succeeded",
    ]
    assert secret.startswith("whsec_")
    assert (gone["id"], gone["deleted"]) == (made["id"], True)


def test_the_balance_and_the_events_are_read(command_line: CommandLine) -> None:
    paid = _paid(command_line)

    balance = _right(command_line.ask("balance", "retrieve"), "balance")
    events = command_line.ask(
        "events", "list", "--type", "payment_intent.succeeded", "--limit", "1"
    )

    assert {entry["currency"] for entry in balance["pending"]} == {"gbp"}
    assert [entry["data"]["object"]["id"] for entry in events["data"]] == [paid["id"]]
    assert _right(events["data"][0], "event")["request"]["id"].startswith("req_")


def test_a_key_repeats_the_first_answer(command_line: CommandLine) -> None:
    create = ("customers", "create", "--idempotency", "one-key", "--name", "A")

    assert command_line.ask(*create)["id"] == command_line.ask(*create)["id"]
    refused = command_line.ask("customers", "create", "--idempotency", "one-key", "--name", "B")
    assert refused["error"]["type"] == "idempotency_error"


@pytest.mark.parametrize(
    ("arguments", "code", "param"),
    [
        (("payment_intents", "retrieve", "pi_nobody"), "resource_missing", "intent"),
        (("payment_intents", "create", "--amount", "5000"), "parameter_missing", "currency"),
        (("customers", "create", "-d", "colour=red"), "parameter_unknown", "colour"),
        (("refunds", "create", "--charge", "ch_nobody"), "resource_missing", "charge"),
    ],
)
def test_what_is_wrong_is_told_as_stripe_tells_it(
    arguments: tuple[str, ...], code: str, param: str, command_line: CommandLine
) -> None:
    error = command_line.ask(*arguments)["error"]

    assert (error["type"], error["code"], error["param"]) == ("invalid_request_error", code, param)


@pytest.mark.parametrize(
    "event",
    [
        "payment_intent.created",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
        "charge.succeeded",
        "charge.failed",
        "charge.captured",
        "charge.refunded",
        "charge.refund.updated",
        "customer.created",
        "customer.updated",
        "customer.deleted",
    ],
)
def test_events_are_triggered(event: str, command_line: CommandLine) -> None:
    """The command's own recipes still send `payment_method_types`, which endive refuses."""
    before = _latest(event, command_line)

    finished = command_line.run("trigger", event, "--remove", "payment_intent:payment_method_types")

    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert _latest(event, command_line) not in (None, before)


def test_an_event_is_sent_again(command_line: CommandLine) -> None:
    made = command_line.ask(
        "webhook_endpoints", "create", "--url", "http://127.0.0.1:1/hooks", "--enabled-events", "*"
    )
    command_line.ask("customers", "create")
    event = _latest("customer.created", command_line)
    assert event is not None

    again = command_line.ask("events", "resend", event, "--webhook-endpoint", made["id"])
    command_line.ask("webhook_endpoints", "delete", made["id"], "--confirm")

    assert (again["id"], again["pending_webhooks"]) == (event, 1)


def _latest(event: str, command_line: CommandLine) -> str | None:
    found = command_line.ask("events", "list", "--type", event, "--limit", "1")["data"]
    return found[0]["id"] if found else None


def test_what_the_version_no_longer_takes_is_refused_to_the_command_line_too(
    command_line: CommandLine,
) -> None:
    finished = command_line.run("trigger", "payment_intent.succeeded")

    assert finished.returncode != 0
    assert "payment_method_types_no_longer_supported" in finished.stdout + finished.stderr
