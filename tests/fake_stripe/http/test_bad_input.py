"""Whatever is sent is answered: with the work or with what is wrong, never with a crash."""

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

import pytest
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_stripe.core import OfflineStripe, Request
from fake_stripe.http.parameters import Rule
from fake_stripe.http.routing import Route
from fake_stripe.in_process import InProcessClient
from fake_stripe.objects import PREFIXES
from fake_stripe.server.wsgi import MAX_BODY, Application
from tests.fake_stripe.payments import pay

AUTHORISED = {"authorization": "Bearer sk_test_clinic"}
ROUTES = OfflineStripe.router.routes
WORDS = [
    "",
    "5000",
    "-1",
    "9" * 19,
    "9" * 20,
    "gbp",
    "kwd",
    "true",
    "card",
    "pm_card_visa",
    "\x00",
    "a@b.test",
    "x" * 6000,
]
WORDS += ["latest_charge", "data.customer", *PREFIXES.values()]


def _names(rule: Rule, prefix: str = "") -> list[str]:
    """Every parameter of a request, those inside others two levels deep."""
    names = ["", "[]", "a]"] if not prefix else []
    for name, inner in rule.fields.items():
        path = f"{prefix}[{name}]" if prefix else name
        names += [path, f"{path}[]", f"{path}[a]"]
        hashes = inner.hash_rule or inner
        if hashes.fields and not prefix:
            names += _names(hashes, path)
    return names


@pytest.fixture(scope="module")
def used() -> Iterator[OfflineStripe]:
    """One in which something has happened; what is sent to it changes it further."""
    with closing(OfflineStripe()) as offline:
        pay(
            stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(offline)),
            "pm_card_createDispute",
        )
        offline.run_due()
        yield offline


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.pattern}")
def test_whatever_is_sent_is_never_a_500(route: Route, used: OfflineStripe) -> None:
    known = [str(row["id"]) for row in used.store.rows("SELECT id FROM objects LIMIT 20")]
    values = st.sampled_from([*WORDS, *known]) | st.text(max_size=20)
    names = st.sampled_from(_names(route.rule(by_publishable_key=False)))

    @settings(max_examples=30)
    @given(identifier=st.sampled_from(known), fields=st.dictionaries(names, values, max_size=5))
    def send(identifier: str, fields: dict[str, str]) -> None:
        path, encoded = route.pattern.replace(":id", identifier), urlencode(fields)
        request = (
            Request("POST", path, headers=AUTHORISED, body=encoded.encode())
            if route.method == "POST"
            else Request(route.method, path, query=encoded, headers=AUTHORISED)
        )
        assert used.handle(request).status in (200, 400, 402, 404)

    send()


def test_whatever_is_sent_to_the_page_of_the_challenge_is_never_a_500(used: OfflineStripe) -> None:
    application = Application(used)
    client = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(used))
    waiting = pay(client, "pm_card_threeDSecure2Required")
    known = ["", waiting.id, str(waiting.client_secret), "complete", "pi_none", "\x00", "£"]
    names = st.sampled_from(["payment_intent", "client_secret", "outcome", "x", ""])

    @given(
        method=st.sampled_from(["GET", "POST"]),
        fields=st.dictionaries(names, st.sampled_from(known) | st.text(max_size=20), max_size=5),
    )
    def send(method: str, fields: dict[str, str]) -> None:
        encoded = urlencode(fields)
        body = encoded.encode() if method == "POST" else b""
        environ: dict[str, object] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": "/authenticate",
            "QUERY_STRING": "" if body else encoded,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        setup_testing_defaults(environ)
        answered: list[str] = []
        list(application(environ, lambda status, *_: answered.append(status)))  # type: ignore[arg-type]
        assert answered[0][:3] in ("200", "303", "400", "404")

    send()


@pytest.mark.parametrize(("length", "status"), [(10, "200"), (MAX_BODY, "413")])
def test_a_body_that_comes_in_chunks_is_read_like_any_other(length: int, status: str) -> None:
    body = b"description=" + b"x" * length
    environ: dict[str, object] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/v1/customers",
        "QUERY_STRING": "",
        "HTTP_AUTHORIZATION": "Bearer sk_test_clinic",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": io.BytesIO(body),
    }
    setup_testing_defaults(environ)
    answered: list[str] = []

    def note(status: str, *_: Any) -> Callable[[bytes], object]:
        answered.append(status)
        return len

    with closing(OfflineStripe()) as offline:
        answer = b"".join(Application(offline)(environ, note))

    assert answered[0].startswith(status)
    assert (b'"description": "xxxxxxxxxx"' in answer) == (status == "200")
