"""The account of the key."""

import stripe

from fake_stripe.core import OfflineStripe
from fake_stripe.in_process import InProcessClient


def test_each_key_has_its_own_account_which_stays_the_same(
    client: stripe.StripeClient, outsider: stripe.StripeClient
) -> None:
    found = client.v1.accounts.retrieve_current()

    assert found.id.startswith("acct_")
    assert (found.country, found.default_currency, found.charges_enabled) == ("GB", "gbp", True)
    assert client.v1.accounts.retrieve_current().id == found.id
    assert outsider.v1.accounts.retrieve_current().id != found.id


def test_the_same_key_has_the_same_account_at_another_server(client: stripe.StripeClient) -> None:
    elsewhere = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(OfflineStripe()))

    assert elsewhere.v1.accounts.retrieve_current().id == client.v1.accounts.retrieve_current().id
