"""Headers on every answer, who may be asked for, and static files that caches keep."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import request

from portal.application import create_app
from portal.context import Portal
from portal.settings import Settings
from portal.web.headers import _stripe_sources
from tests.support.client import PortalClient
from tests.support.people import Person
from tests.support.portals import make_settings


@pytest.mark.parametrize("path", ["/sign-in", "/missing", "/services", "/webhooks/stripe"])
def test_every_answer_is_hardened_and_never_stored(client: PortalClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_each_answer_has_a_nonce_of_its_own(client: PortalClient) -> None:
    nonces = {
        re.findall(r"'nonce-([^']+)'", client.get("/sign-in").headers["Content-Security-Policy"])[0]
        for _ in range(3)
    }
    assert len(nonces) == 3


def test_wallets_may_ask_for_payment(client: PortalClient) -> None:
    headers = client.get("/sign-in").headers
    assert "payment" not in headers["Permissions-Policy"]
    assert "Cross-Origin-Embedder-Policy" not in headers


def test_with_stripe_itself_the_policy_names_stripes_hosts(tmp_path: Path) -> None:
    real = make_settings(
        tmp_path,
        stripe_api_base="https://api.stripe.com",
        stripe_js_url="https://js.stripe.com/endive/stripe.js",
    )
    sources = _stripe_sources(real)
    assert sources == {
        "script-src": ["https://js.stripe.com", "https://*.js.stripe.com"],
        "frame-src": [
            "https://js.stripe.com",
            "https://*.js.stripe.com",
            "https://hooks.stripe.com",
        ],
        "connect-src": ["https://api.stripe.com"],
    }


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example"]
)
def test_a_host_name_that_is_not_ours_is_refused(client: PortalClient, host: str) -> None:
    assert client.get("/sign-in", headers={"Host": host}).status_code == 400


def test_the_loopback_address_is_sent_to_localhost(client: PortalClient) -> None:
    answer = client.get("/services?a=1", headers={"Host": "127.0.0.1:8000"})
    assert (answer.status_code, answer.location) == (302, "http://localhost:8000/services?a=1")


def test_static_files_are_kept_for_ever_and_scripts_carry_their_digest(
    client: PortalClient,
) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert {address.rsplit(".", 1)[1] for address in addresses} == {"svg", "woff2", "css", "js"}
    for address in addresses:
        with client.get(address) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            # Stripe's frames may have the font; nobody else's page gets anything.
            allowed = answer.headers.get("Access-Control-Allow-Origin")
            assert allowed == ("*" if address.endswith(".woff2") else None)
    assert page.count('integrity="sha384-') == 2


def test_behind_a_known_proxy_the_clients_own_address_is_limited(
    portal: Portal, settings: Settings, tmp_path: Path
) -> None:
    behind = Portal(
        **{**vars(portal), "settings": settings.model_copy(update={"trusted_proxies": 1})}
    )
    app = create_app(behind)
    seen: list[str | None] = []

    @app.before_request
    def note() -> None:
        seen.append(request.remote_addr)

    app.test_client().get("/healthz", headers={"X-Forwarded-For": "198.51.100.7"})
    create_app(portal).test_client().get("/healthz", headers={"X-Forwarded-For": "198.51.100.7"})
    assert seen == ["198.51.100.7"]


def test_nobody_but_the_checkout_may_be_framed_with_stripe(
    alice: Person, sign_in: Callable[[Person], PortalClient]
) -> None:
    client = sign_in(alice)
    for path in ("/", "/services", "/payments", "/account"):
        assert "127.0.0.1" not in client.get(path).headers["Content-Security-Policy"]
