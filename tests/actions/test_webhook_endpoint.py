"""How the endpoint at Stripe may differ from what is needed, and what is said of each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stripe.params import WebhookEndpointCreateParams, WebhookEndpointUpdateParams

from portal.actions.webhook_endpoint import EndpointExists, create, differences
from portal.context import Portal
from portal.stripe_api.version import API_VERSION
from portal.stripe_api.webhook_endpoints import NEEDED_EVENTS
from tests.support.offline_stripe import StripeHere
from tests.support.portals import make_portal, make_settings

URL = "http://localhost/webhooks/stripe"


@pytest.fixture
def portal(tmp_path: Path, stripe: StripeHere) -> Iterator[Portal]:
    """No table is read, so there is none: the endpoint is made before the portal first runs."""
    made = make_portal(make_settings(tmp_path), stripe)
    yield made
    made.close()


def make(portal: Portal, **changes: object) -> str:
    params = {"url": URL, "enabled_events": list(NEEDED_EVENTS), "api_version": API_VERSION}
    made: WebhookEndpointCreateParams = {**params, **changes}  # type: ignore[typeddict-item]
    return portal.stripe.client.v1.webhook_endpoints.create(made).id


def update(portal: Portal, stripe_id: str, changes: WebhookEndpointUpdateParams) -> None:
    portal.stripe.client.v1.webhook_endpoints.update(stripe_id, changes)


def test_what_create_makes_is_what_check_wants(portal: Portal) -> None:
    made = create(portal)
    assert (made.url, made.secret[:6]) == (URL, "whsec_")
    assert differences(portal) == []


def test_no_second_endpoint_is_made_for_one_address(portal: Portal) -> None:
    first = create(portal)
    with pytest.raises(EndpointExists, match=first.stripe_id):
        create(portal)
    assert len(portal.stripe.webhook_endpoints.list_all()) == 1


def test_an_endpoint_on_a_later_page_of_stripes_list_is_found(portal: Portal) -> None:
    ours = create(portal)
    for number in range(101):
        make(portal, url=f"https://other.example/{number}")
    assert differences(portal) == []
    with pytest.raises(EndpointExists, match=ours.stripe_id):
        create(portal)


@pytest.mark.parametrize("event", NEEDED_EVENTS)
def test_each_event_that_is_missing_is_said(portal: Portal, event: str) -> None:
    made = make(portal, enabled_events=[name for name in NEEDED_EVENTS if name != event])
    assert differences(portal) == [f"{made} does not send {event}"]


def test_each_event_that_is_not_needed_is_said(portal: Portal) -> None:
    made = make(portal, enabled_events=[*NEEDED_EVENTS, "customer.created", "charge.captured"])
    assert differences(portal) == [
        f"{made} sends charge.captured, not needed",
        f"{made} sends customer.created, not needed",
    ]


def test_an_endpoint_for_everything_sends_too_much(portal: Portal) -> None:
    made = make(portal, enabled_events=["*"])
    (line,) = differences(portal)
    assert line.startswith(f"{made} sends every event (*)")


def test_a_disabled_endpoint_is_said(portal: Portal) -> None:
    made = make(portal)
    update(portal, made, {"disabled": True})
    assert differences(portal) == [f"{made} is disabled: enable it at Stripe"]


def test_an_endpoint_in_the_accounts_own_version_is_said(portal: Portal) -> None:
    params: WebhookEndpointCreateParams = {"url": URL, "enabled_events": list(NEEDED_EVENTS)}
    made = portal.stripe.client.v1.webhook_endpoints.create(params)
    (line,) = differences(portal)
    assert line.startswith(f"{made.id} sends API version the account's default, needed is")
    assert API_VERSION in line


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://localhost/webhooks/stripe",
        "http://localhost/webhooks/stripe/",
        "http://old.clinic.example/webhooks/stripe",
    ],
)
def test_an_endpoint_at_nearly_the_right_address_is_named(portal: Portal, elsewhere: str) -> None:
    made = make(portal, url=elsewhere)
    make(portal, url="https://shop.example/hooks")
    missing, near = differences(portal)
    assert missing.startswith(f"no endpoint sends to {URL}")
    assert near == f"{made} sends to {elsewhere}"


def test_two_endpoints_at_one_address_are_said_with_the_faults_of_each(portal: Portal) -> None:
    first, second = make(portal), make(portal, enabled_events=["charge.succeeded"])
    lines = differences(portal)
    assert lines[-1].endswith(f"all send to {URL}: delete all but one at Stripe")
    assert first in lines[-1]
    assert second in lines[-1]
    assert len(lines) == len(NEEDED_EVENTS)
