"""JSON as Stripe writes it, byte for byte, in answers and in the webhooks that are signed."""

import json
from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from fake_stripe.core import OfflineStripe, Request
from fake_stripe.json_text import encoded
from tests.fake_stripe.conftest import SECRET, Inbox
from tests.fake_stripe.traffic import writing_complaints

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
ANY = st.recursive(
    PLAIN | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("object"), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text() | st.sampled_from(["id", "object"]), ANY))
def test_whatever_is_written_is_read_the_same(document: dict[str, Any]) -> None:
    written = encoded(document)

    assert json.loads(written) == document
    assert writing_complaints(written) == []


def test_an_object_is_written_as_stripe_writes_it() -> None:
    document = {
        "name": "Zo\u00eb",
        "metadata": {},
        "object": "customer",
        "id": "cus_1",
        "list": [1, {"b": None, "a": True}],
        "empty": [],
    }

    assert (
        encoded(document).decode()
        == """{
  "id": "cus_1",
  "object": "customer",
  "empty": [],
  "list": [
    1,
    {
      "a": true,
      "b": null
    }
  ],
  "metadata": {},
  "name": "Zo\u00eb"
}"""
    )


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/customers", b"name=Alice&metadata[z]=1&metadata[a]=2"),
        ("POST", "/v1/customers", b"colour=red"),
        ("GET", "/v1/customers", b""),
        ("GET", "/v1/wishes", b""),
    ],
)
@pytest.mark.parametrize("key", ["sk_test_clinic", ""])
def test_every_answer_is_indented(
    method: str, path: str, body: bytes, key: str, offline: OfflineStripe
) -> None:
    headers = {"authorization": f"Bearer {key}"}

    answer = offline.handle(Request(method, path, headers=headers, body=body)).body

    assert answer.startswith(b'{\n  "')
    assert writing_complaints(answer) == []


@pytest.mark.parametrize("options", [{}, {"separators": (",", ":")}, {"sort_keys": True}])
def test_a_body_that_was_read_and_written_again_does_not_verify(
    options: dict[str, Any], client: stripe.StripeClient, offline: OfflineStripe, inbox: Inbox
) -> None:
    client.v1.customers.create({"name": "Zo\u00eb"})
    offline.run_due()
    ((body, signature),) = inbox.sent

    assert stripe.Webhook.construct_event(body, signature, SECRET).type == "customer.created"
    assert writing_complaints(body) == []
    again = json.dumps(json.loads(body), **options)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(again, signature, SECRET)
