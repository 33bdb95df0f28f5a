"""Every route says who it is for, and keeps to it."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.web.audience import Audience
from tests.house.routes import NOTHING, UNSAFE, Route, routes, without_chance
from tests.support.client import PortalClient, form_on
from tests.support.people import Person

SIGN_IN = "/sign-in"
SignIn = Callable[[Person], PortalClient]


def test_every_route_declares_its_audience(app: Flask) -> None:
    assert [route.endpoint for route in routes(app) if not route.audiences] == []


def test_strangers_are_sent_to_sign_in_from_all_that_is_not_public(
    app: Flask, client: PortalClient
) -> None:
    token = form_on(client.get(SIGN_IN)).fields["csrf_token"]
    for route in routes(app):
        for method in _methods(route):
            data = {"csrf_token": token} if method in UNSAFE else None
            response = client.open(route.address, method=method, data=data)
            sent_away = response.status_code == 303 and response.location.startswith(SIGN_IN)
            if route.is_public:
                assert response.status_code < 500, f"{method} {route.address}: {response.status}"
            else:
                assert sent_away, f"{method} {route.address}: {response.status}"


def test_htmx_is_told_to_leave_for_the_sign_in_page(app: Flask, client: PortalClient) -> None:
    for route in routes(app):
        if not route.is_public and "GET" in route.methods:
            response = client.partial(route.address)
            assert response.headers.get("HX-Redirect", "").startswith(SIGN_IN), route.address


@pytest.mark.parametrize(
    ("who", "role"),
    [("alice", Audience.PATIENT), ("clara", Audience.CLINICIAN), ("adam", Audience.ADMINISTRATOR)],
)
def test_a_page_for_others_is_a_page_that_does_not_exist(
    app: Flask, request: pytest.FixtureRequest, sign_in: SignIn, who: str, role: Audience
) -> None:
    client = sign_in(request.getfixturevalue(who))
    token = form_on(client.get("/account/password"), "/account/password").fields["csrf_token"]
    for route in routes(app):
        if not route.lets_in(role):
            for method in _methods(route):
                data = {"csrf_token": token} if method in UNSAFE else None
                refused = client.open(route.address, method=method, data=data)
                missing = client.open(f"/{NOTHING}", method=method, data=data)
                assert without_chance(refused) == without_chance(missing), (
                    f"{method} {route.address}"
                )


@pytest.mark.parametrize(
    ("who", "role"),
    [("alice", Audience.PATIENT), ("clara", Audience.CLINICIAN), ("adam", Audience.ADMINISTRATOR)],
)
def test_a_page_of_ones_own_opens(
    app: Flask, request: pytest.FixtureRequest, sign_in: SignIn, who: str, role: Audience
) -> None:
    client = sign_in(request.getfixturevalue(who))
    for route in routes(app):
        if "GET" in route.methods and route.lets_in(role):
            response = client.get(route.address)
            opened = response.status_code in (200, 302, 303) or (
                route.has_variables and response.status_code == 404
            )
            assert opened, f"{route.address}: {response.status}"
            assert not (response.location or "").startswith(SIGN_IN), route.address


def test_nothing_is_changed_without_a_csrf_token(
    app: Flask, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    for route in routes(app):
        if route.endpoint != "stripe_events.webhook":
            for method in route.methods.intersection(UNSAFE):
                assert client.open(route.address, method=method).status_code == 400, (
                    f"{method} {route.address}"
                )


def test_an_address_asked_for_is_not_echoed(client: PortalClient) -> None:
    response = client.get(f"/{NOTHING}?and={NOTHING}")
    assert response.status_code == 404
    assert NOTHING not in response.get_data(as_text=True)


def _methods(route: Route) -> list[str]:
    return sorted(route.methods - {"HEAD", "OPTIONS"})
