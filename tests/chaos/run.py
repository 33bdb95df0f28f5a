"""One schedule, played twice: told by webhooks, and with all of them dropped and reconcile only."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask
from sqlalchemy import select

from portal.application import create_app
from portal.context import Portal
from portal.dump.row_lists import Row
from portal.dump.service import dump
from portal.stripe_sync.models import StripeEvent
from portal.verify.service import verify
from tests.chaos.player import Player
from tests.chaos.schedule import Schedule
from tests.chaos.truth import differences
from tests.support.offline_stripe import StripeHere

NewPortal = Callable[[], AbstractContextManager[tuple[Portal, StripeHere]]]


def divergences(schedule: Schedule, new_portal: NewPortal) -> list[str]:
    """What differs: portal from Stripe, rows from each other, one run from the other."""
    found: list[str] = []
    dumps: list[dict[str, list[Row]]] = []
    for told in (True, False):
        with new_portal() as (portal, stripe):
            app: Flask = create_app(portal)
            stripe.deliver_to(app)
            Player(portal, stripe, told).play(schedule)
            wrong = [*differences(portal), *map(str, verify(portal, with_files=False))]
            if not told:
                wrong += leaked(portal)
            way = "webhooks" if told else "reconcile"
            found += [f"{way}: {one}" for one in wrong]
            dumps.append(dump(portal, canonical=True))
    for name, by_webhooks in dumps[0].items():
        if by_webhooks != dumps[1][name]:
            found.append(f"{name}: {by_webhooks} by webhooks, {dumps[1][name]} by reconcile")
    return found


def leaked(portal: Portal) -> list[str]:
    """Webhooks that came through though all were dropped: then reconcile has proven nothing."""
    with portal.db.read() as session:
        came = select(StripeEvent.type).where(StripeEvent.read_at.is_(None))
        return [f"a webhook came: {kind}" for kind in session.scalars(came)]
