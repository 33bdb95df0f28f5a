"""Making and comparing the webhook endpoint, the offline Stripe standing in for Stripe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe

from portal.settings import Settings
from portal.stripe_api.version import API_VERSION
from portal.stripe_api.webhook_endpoints import NEEDED_EVENTS
from tests.cli.command import assert_one_line, portal_command
from tests.support.portals import environment_of, make_settings
from tests.support.servers import Program, free_port, strict_stripe

URL = "https://pay.clinic.example/webhooks/stripe"


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Of a portal that is being set up: no database yet, and no signing secret."""
    port = free_port()
    api = f"http://127.0.0.1:{port}"
    settings = make_settings(
        tmp_path, stripe_api_base=api, public_base_url="https://pay.clinic.example"
    )
    environment = environment_of(settings) | {"STRIPE_WEBHOOK_SECRET": ""}
    command = strict_stripe(port)
    offline = Program("stripe", command, environment, tmp_path / "stripe.log")
    offline.start()
    try:
        offline.await_answer(f"{api}/_control/health")
        yield environment
    finally:
        offline.stop()


def test_the_endpoint_is_made_once_its_secret_shown_once_and_found_in_order(
    environment: dict[str, str],
) -> None:
    missing = portal_command(environment, "webhook-endpoint", "check")
    assert missing.returncode == 1
    assert missing.stdout == f"no endpoint sends to {URL}: run `portal webhook-endpoint create`\n"

    made = portal_command(environment, "webhook-endpoint", "create")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("whsec_")
    assert made.stdout.count("\n") == 1
    assert URL in made.stderr
    assert "STRIPE_WEBHOOK_SECRET" in made.stderr

    checked = portal_command(environment, "webhook-endpoint", "check")
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")

    client = stripe.StripeClient(
        environment["STRIPE_SECRET_KEY"], base_addresses={"api": environment["STRIPE_API_BASE"]}
    )
    (endpoint,) = client.v1.webhook_endpoints.list().data
    assert (endpoint.url, endpoint.api_version) == (URL, API_VERSION)
    assert endpoint.enabled_events == list(NEEDED_EVENTS)

    again = portal_command(environment, "webhook-endpoint", "create")
    assert_one_line(again, endpoint.id, URL)
    assert len(client.v1.webhook_endpoints.list().data) == 1

    client.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})
    disabled = portal_command(environment, "webhook-endpoint", "check")
    assert (disabled.returncode, disabled.stderr) == (1, "")
    assert disabled.stdout == f"{endpoint.id} is disabled: enable it at Stripe\n"


def test_a_key_that_stripe_refuses_is_one_line(environment: dict[str, str]) -> None:
    refused = environment | {"STRIPE_SECRET_KEY": "rk_test_is-no-key"}
    assert_one_line(portal_command(refused, "webhook-endpoint", "check"), "Stripe refused")


def test_everything_else_that_runs_the_portal_needs_the_secret(settings: Settings) -> None:
    environment = environment_of(settings) | {"STRIPE_WEBHOOK_SECRET": ""}
    for command in (("serve",), ("worker", "--once"), ("migrate",), ("seed-demo",)):
        assert_one_line(portal_command(environment, *command), "STRIPE_WEBHOOK_SECRET is missing")
