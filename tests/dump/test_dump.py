"""The dump says how money, documents and messages stand, and nothing of people."""

import json
from collections.abc import Callable

import pytest
from flask import Flask

from portal.context import Portal
from portal.dump.row_lists import Row, RowList
from portal.dump.service import dump
from portal.effects.jobs import KIND as DOCUMENT
from portal.payments.models import Payment
from portal.worker import KINDS, drain
from tests.support.bills import Owed
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person

# What other programs rely on: each list, and what each of its rows has at least.
PROMISED = {
    "bills": "ref state total currency",
    "requests": "ref state bill",
    "payments": "ref stripe_id state amount currency received bill",
    "attempts": "stripe_id payment status amount failure_code",
    "refunds": "stripe_id state amount currency payment",
    "balance_transactions": "stripe_id type amount fee net currency source payout",
    "invoices": "number bill total currency",
    "ledger": "source kind account currency amount happened_at",
    "mails": "subject kind sent",
    "audit": "action subject",
}
QUICK = tuple(kind for kind in KINDS if kind is not DOCUMENT)


@pytest.fixture
def paid_twice(
    portal: Portal,
    app: Flask,
    alice: Person,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
    stripe: StripeHere,
) -> list[Payment]:
    payments = [pay(request_bill(alice)), pay(request_bill(alice))]
    stripe.deliver()
    drain(portal, kinds=QUICK)
    return payments


def test_every_list_has_what_is_promised(portal: Portal, paid_twice: list[Payment]) -> None:
    found = dump(portal)
    assert set(PROMISED) <= set(found)
    for name, keys in PROMISED.items():
        for row in found[name]:
            assert set(keys.split()) <= set(row), name
    filled = set(PROMISED) - {"refunds"}
    assert [name for name in filled if not found[name]] == []


def test_it_says_what_was_paid(portal: Portal, paid_twice: list[Payment]) -> None:
    found = dump(portal)
    assert [row["state"] for row in found["bills"]] == ["paid", "paid"]
    assert sorted(str(row["stripe_id"]) for row in found["payments"]) == sorted(
        str(payment.stripe_id) for payment in paid_twice
    )
    assert {row["received"] for row in found["payments"]} == {paid_twice[0].amount}
    assert {row["number"] for row in found["invoices"]} == {
        f"INV-{payment.created_at.year}-{number:06d}"
        for number, payment in enumerate(paid_twice, 1)
    }
    assert all(row["sent"] is True for row in found["mails"])
    assert sum(int(row["amount"] or 0) for row in found["ledger"]) == 0


def test_it_is_sorted_and_the_same_each_time(portal: Portal, paid_twice: list[Payment]) -> None:
    first, second = json.dumps(dump(portal)), json.dumps(dump(portal))
    assert first == second
    refs = [str(row["ref"]) for row in dump(portal)["bills"]]
    assert refs == sorted(refs)


def test_the_canonical_one_has_nothing_that_another_run_has_otherwise(
    portal: Portal, paid_twice: list[Payment]
) -> None:
    """Two payments of the same kind cannot be told apart in it."""
    found = dump(portal, canonical=True)
    assert "audit" not in found
    for name in ("bills", "requests", "payments", "attempts", "balance_transactions", "invoices"):
        one, other = found[name]
        assert one == other, name
    assert all(ref not in json.dumps(found) for ref in (paid_twice[0].ref, "pi_", "BILL-"))


def test_nobody_s_name_or_address_and_nothing_clinical_is_in_it(
    portal: Portal, paid_twice: list[Payment], alice: Person
) -> None:
    text = json.dumps(dump(portal)).lower()
    for private in (alice.name, alice.email, "archer", "consultation", portal.settings.secret_key):
        assert private.lower() not in text


def test_rows_of_every_kind_can_be_sorted() -> None:
    rows: list[Row] = [{"a": 10}, {"a": 9}, {"a": None}, {"a": -5}]
    assert RowList.sorted(rows) == [{"a": -5}, {"a": 9}, {"a": 10}, {"a": None}]
