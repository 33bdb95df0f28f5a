"""Calls to Stripe: where they may lead, how long they may take, how many there may be at once."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from portal.stripe_api import http
from portal.stripe_api.client import StripeApi
from portal.stripe_api.errors import StripeRefused, StripeUnavailable
from portal.stripe_api.ids import is_id, is_path
from tests.support.hanging import Peer, silent_peer, unreachable_peer
from tests.support.portals import make_settings

NO_IDS = [
    "../../v1/refunds",
    "pi_1/../../refunds",
    "..%2Frefunds",
    "pi_1%2Fcancel",
    "pi_1?expand[]=customer",
    "pi_1#",
    "pi_1\n",
    "pi_é",
    "pi_",
    "_1",
    "PI_1",
    "search",
    "",
    " ",
    "pi_" + "1" * 500,
]


class Recorder(stripe.HTTPClient):
    """Notes where calls would have led; each takes until `answer` is set."""

    name = "recorder"

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.answer = Event()

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: object,
    ) -> tuple[str, int, Mapping[str, str]]:
        self.urls.append(url)
        assert self.answer.wait(30)
        return '{"error": {"type": "invalid_request_error", "code": "seen"}}', 400, {}


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def api(tmp_path: Path, client: stripe.HTTPClient, most_at_once: int | None = None) -> StripeApi:
    return StripeApi(make_settings(tmp_path), client, most_at_once)


CALLS: list[Callable[[StripeApi, str], object]] = [
    lambda api, value: api.payment_intents.fetch(value),
    lambda api, value: api.payment_intents.cancel(value, "abandoned"),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("value", NO_IDS)
def test_what_is_no_id_is_never_asked_for_and_names_nothing(
    value: str, call: Callable[[StripeApi, str], object], recorder: Recorder, tmp_path: Path
) -> None:
    with pytest.raises(StripeRefused) as caught:
        call(api(tmp_path, recorder), value)
    assert caught.value.is_missing
    assert recorder.urls == []


@given(st.text() | st.from_regex(r"[a-z]{1,3}_?[a-zA-Z0-9_./%]{0,10}", fullmatch=True))
def test_nothing_but_names_and_ids_gets_into_an_address(value: str) -> None:
    assert is_path(f"/v1/payment_intents/{value}") == is_id(value)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/balance",
        "/v1/payment_intents",
        "/v1/payment_intents/pi_3MtwBwLkdIwHu7ix28a3tqPa/cancel",
        "/v1/balance_transactions/txn_1MiN3gLkdIwHu7ixxapQrznl",
        "/v1/radar/early_fraud_warnings/issfr_1NnrwHBw2dPENLoi9lnhV3RQ",
        "/v1/customers/cus_NffrFeUfNV2Hib/payment_methods",
    ],
)
def test_the_addresses_of_stripes_documentation_are_let_through(path: str) -> None:
    assert is_path(path)


@pytest.mark.parametrize(
    ("object_type", "value", "fits"),
    [
        ("payment_intent", "pi_3MtwBwLkdIwHu7ix28a3tqPa", True),
        ("payment_intent", "re_3MtwBwLkdIwHu7ix28a3tqPa", False),
        ("charge", "py_1J7DYAGqd7e2pYvfnSVxJ8Zc", True),
        ("dispute", "du_1MtJUT2eZvKYlo2CNaw2HvEv", True),
        ("dispute", "ch_3MmlLrLkdIwHu7ix0snN0B15", False),
        ("something_new", "xyz_1MtJUT2eZvKYlo2C", True),
        ("something_new", "../x_1", False),
        (None, "evt_1MqqbKLt4dXK03v5qaIbiNCC", True),
    ],
)
def test_an_id_fits_the_object_that_it_is_said_to_name(
    object_type: str | None, value: str, fits: bool
) -> None:
    assert is_id(value, object_type) == fits


@pytest.mark.parametrize("peer", [silent_peer, unreachable_peer])
def test_a_stripe_that_hangs_is_unavailable_within_the_time_outs(
    peer: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (http.CONNECT_SECONDS, http.ANSWER_SECONDS, http.RETRIES) == (3, 8, 1)
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(http, "ANSWER_SECONDS", 0.2)
    there: Peer
    with peer() as there:
        hanging = StripeApi(make_settings(tmp_path, stripe_api_base=there.url))
        began = time.monotonic()
        with pytest.raises(StripeUnavailable):
            hanging.payment_intents.fetch("pi_1")
    assert 0.4 <= time.monotonic() - began < 5


def test_a_call_that_finds_no_place_gives_up_and_the_others_go_on(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "PLACE_SECONDS", 0.01)
    bounded = api(tmp_path, recorder, most_at_once=2)
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(bounded.payment_intents.fetch, f"pi_{n}") for n in range(2)]
        while len(recorder.urls) < 2:
            assert not any(call.done() for call in waiting)
        with pytest.raises(StripeUnavailable):
            bounded.payment_intents.fetch("pi_2")
        recorder.answer.set()
        assert {type(call.exception(30)) for call in waiting} == {StripeRefused}
    with pytest.raises(StripeRefused):
        bounded.payment_intents.fetch("pi_3")
    assert [url.rpartition("/")[2].partition("?")[0] for url in recorder.urls[2:]] == ["pi_3"]
