"""What can be expanded is what Stripe documents, whether it is set, unset or not here."""

import json

import pytest
import stripe

from fake_stripe import data
from fake_stripe.core import OfflineStripe, Request
from fake_stripe.in_process import InProcessClient
from tests.fake_stripe.payments import paid_charge

KEY = {"authorization": "Bearer sk_test_clinic"}
DAY = 86400
LINES = [tuple(line.split(" ")) for line in data.read("expandable.txt").splitlines()]
# What an object has only when it is asked for.
INCLUDED = [
    ("charge", "refunds"),
    ("customer", "cash_balance"),
    ("customer", "invoice_credit_balance"),
    ("customer", "sources"),
    ("customer", "subscriptions"),
    ("customer", "tax"),
    ("customer", "tax_ids"),
]
PATHS = {"radar.early_fraud_warning": "radar/early_fraud_warnings"}
NOT_HERE = ("payout", "destination")


@pytest.fixture(scope="module")
def used() -> OfflineStripe:
    """One in which there is an object of each kind."""
    offline = OfflineStripe()
    client = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(offline))
    client.v1.customers.create()
    for card in ("createDispute", "createIssuerFraudRecord"):
        paid_charge(client, f"pm_card_{card}")
    offline.run_due()
    offline.advance(8 * DAY)
    reviewed = paid_charge(client, "pm_card_riskLevelElevated")
    client.v1.refunds.create({"charge": reviewed.id})
    return offline


def _path(offline: OfflineStripe, kind: str) -> str:
    if kind == "account":
        return "/v1/account"
    newest = "SELECT id FROM objects WHERE kind = ? ORDER BY seq DESC LIMIT 1"
    (row,) = offline.store.rows(newest, (kind,))
    return f"/v1/{PATHS.get(kind, f'{kind}s')}/{row['id']}"


@pytest.mark.parametrize(("kind", "field"), [*LINES, *INCLUDED])
def test_every_documented_field_may_be_asked_for(
    kind: str, field: str, used: OfflineStripe
) -> None:
    response = used.handle(Request("GET", _path(used, kind), f"expand[]={field}", KEY))

    assert response.status == 200 or (kind, field) == NOT_HERE, response.body


def test_a_bank_account_is_refused_by_name(used: OfflineStripe) -> None:
    response = used.handle(Request("GET", _path(used, "payout"), "expand[]=destination", KEY))

    assert response.status == 400
    assert b"`destination` is not supported by this offline Stripe" in response.body


def test_a_customer_shows_what_it_has_only_when_asked(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"address": {"country": "GB"}})
    fields = [field for kind, field in INCLUDED if kind == "customer"]

    plain = client.v1.customers.retrieve(customer.id).to_dict()
    asked = client.v1.customers.retrieve(customer.id, {"expand": fields}).to_dict()

    assert not (set(fields) - {"cash_balance"}) & set(plain)
    assert (plain["cash_balance"], asked["cash_balance"]["object"]) == (None, "cash_balance")
    assert asked["tax"]["automatic_tax"] == "not_collecting"
    assert asked["invoice_credit_balance"] == {}
    for name in ("sources", "subscriptions", "tax_ids"):
        url = f"/v1/customers/{customer.id}/{name}"
        assert asked[name] == {"object": "list", "data": [], "has_more": False, "url": url}


def test_customers_in_a_list_show_it_too(client: stripe.StripeClient) -> None:
    client.v1.customers.create()

    listed = client.v1.customers.list({"expand": ["data.sources"]}).data

    assert [customer.to_dict()["sources"]["data"] for customer in listed] == [[]]


def test_of_a_deleted_customer_nothing_is_shown(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create().id
    client.v1.customers.delete(customer)

    found = client.v1.customers.retrieve(customer, {"expand": ["sources"]}).to_dict()

    assert found == {"id": customer, "object": "customer", "deleted": True}


@pytest.mark.parametrize("field", ["payment_method", "billing_details.address", "source"])
def test_what_holds_no_object_at_stripe_cannot_be_expanded(field: str, used: OfflineStripe) -> None:
    response = used.handle(Request("GET", _path(used, "charge"), f"expand[]={field}", KEY))

    assert response.status == 400
    assert "cannot be expanded" in json.loads(response.body)["error"]["message"]
