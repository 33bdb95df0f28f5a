"""The demo's people, services and payments."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, func, select, update

from fake_stripe.core import Request, Response
from fake_stripe.errors import ConnectionDropped
from portal import models
from portal.bills.models import Bill
from portal.context import Portal
from portal.demo.control import Control, Refused
from portal.demo.people import ALICE, BOB, CLARA, PEOPLE, add_people, demo_patient
from portal.demo.seed import SeedRefused, seed
from portal.documents.models import Document
from portal.infrastructure import clock as portal_clock
from portal.patients.models import CareRelationship
from portal.payments.models import Attempt, BalanceTransaction, Payment
from portal.payments.rules import EXPIRES_AFTER
from portal.settings import Environment
from portal.stripe_api.errors import StripeUnavailable
from portal.stripe_sync.models import StripeEvent
from tests.support.client import PortalClient, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.portals import Clock, make_portal, make_settings


def rows(portal: Portal) -> dict[str, int]:
    tables = models.Base.metadata.sorted_tables
    with portal.db.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
        }


def payments_of(portal: Portal) -> list[tuple[str, str, datetime]]:
    """Reference, state and when the payer last asked for the form."""
    with portal.db.read() as session:
        return [
            (ref, state, at)
            for ref, state, at in session.execute(
                select(Payment.ref, Payment.state, Payment.started_at)
            )
        ]


@pytest.fixture(scope="module")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal whose demo was made once, to be looked at only."""
    folder = tmp_path_factory.mktemp("told")
    database = folder / "portal.sqlite3"
    shutil.copyfile(sqlite_template, database)
    with closing(StripeHere()) as stripe:
        made = make_portal(make_settings(folder, f"sqlite:///{database}"), stripe)
        with closing(made):
            seed(made, stripe.control)
            yield made
        assert stripe.server.complaints == []


def is_paid() -> Select[Payment]:
    return select(Payment).where(Payment.state == "paid")


def cut_after(calls: int, stripe: StripeHere, patch: pytest.MonkeyPatch) -> Control:
    """Let the offline Stripe answer so many calls and no other; a control surface cut with it."""
    answer, left = stripe.server.handle, iter(range(calls))

    def handle(request: Request) -> Response:
        if next(left, None) is None:
            raise ConnectionDropped("unreachable", 0)
        return answer(request)

    def control(method: str, path: str, values: Mapping[str, object]) -> dict[str, Any]:
        if next(left, None) is None:
            raise StripeUnavailable
        return stripe.control(method, path, values)

    patch.setattr(stripe.server, "handle", handle)
    return control


def test_alice_has_a_history_in_every_state_and_currency(told: Portal) -> None:
    with told.db.read() as session:
        bills = Counter(session.scalars(select(Bill.state)))
        payments = Counter(session.scalars(select(Payment.state)))
        paid_in = set(session.scalars(select(Payment.currency).where(Payment.state == "paid")))
    assert bills == {"paid": 30, "open": 6, "withdrawn": 3}
    assert payments == {
        "paid": 30,
        "open": 1,
        "action": 1,
        "canceled": 1,
        "processing": 1,
        "review": 1,
    }
    assert paid_in == {"GBP", "EUR", "USD", "JPY"}


def test_her_payments_are_spread_over_two_years_and_end_this_minute(told: Portal) -> None:
    with told.db.read() as session:
        dated = session.scalars(select(Payment.dated_at).order_by(Payment.dated_at)).all()
        paid = session.scalars(is_paid()).all()
        made = session.execute(
            select(Bill.created_at, Payment.created_at).join(Payment, Payment.bill_id == Bill.id)
        ).all()
    ages = [(datetime.now(UTC) - moment).days for moment in dated]
    assert ages[0] >= 700
    assert max(older - newer for older, newer in pairwise(ages)) <= 60
    assert datetime.now(UTC) - dated[-1] < timedelta(minutes=15)
    for payment in paid:
        assert payment.paid_at is not None
        assert payment.paid_learnt_at is not None
        assert payment.paid_learnt_at - payment.paid_at < timedelta(minutes=1)
    assert all(payment - bill < timedelta(days=30) for bill, payment in made)


def test_each_payment_of_the_past_has_its_fee_invoice_and_receipt(told: Portal) -> None:
    """Whatever Stripe would have told the portal of that day."""
    with told.db.read() as session:
        paid = {payment.id: payment for payment in session.scalars(is_paid())}
        charges = session.scalars(select(BalanceTransaction)).all()
        documents = session.scalars(select(Document)).all()
    invoices = {one.payment_id: one for one in documents if one.kind == "invoice"}
    receipts = {one.payment_id for one in documents if one.kind == "receipt"}
    assert all(one.fee > 0 for one in charges)
    # The one in review has been charged too.
    assert {one.payment_id for one in charges} > set(paid)
    assert set(invoices) == receipts == set(paid)
    assert [one.number for one in documents if one.held_for] == []
    for payment_id, payment in paid.items():
        assert payment.paid_at is not None
        assert invoices[payment_id].number.startswith(f"INV-{payment.paid_at.year}-")


def test_of_her_open_bills_one_is_overdue_and_one_due_soon(told: Portal) -> None:
    with told.db.read() as session:
        untouched = session.scalars(
            select(Bill.due_on)
            .outerjoin(Payment, Payment.bill_id == Bill.id)
            .where(Bill.state == "open", Payment.id.is_(None))
            .order_by(Bill.due_on)
        ).all()
    today = portal_clock.local_date(datetime.now(UTC), told.settings.business_timezone)
    assert [(day - today).days for day in untouched] == [-6, 3]


def test_mails_of_the_past_are_kept_apart(told: Portal) -> None:
    earlier = told.settings.mail_directory / "earlier"
    days = {file.name[:8] for file in earlier.glob("*.eml")}
    assert len(days) >= 30
    assert list(told.settings.mail_directory.glob("*.eml")) == []


def test_bob_is_another_patient_without_bills(told: Portal) -> None:
    alice, bob = demo_patient(told, ALICE).id, demo_patient(told, BOB).id
    with told.db.read() as session:
        owners = set(session.scalars(select(Bill.patient_id)))
        cared_for = set(session.scalars(select(CareRelationship.patient_id)))
    assert owners == {alice}
    assert bob not in cared_for


def test_a_second_run_changes_nothing(portal: Portal, stripe: StripeHere) -> None:
    seed(portal, stripe.control)
    before = rows(portal)
    seed(portal, stripe.control)
    assert rows(portal) == before
    assert abs(stripe.server.clock.offset) < 1
    assert portal_clock.now() - datetime.now(UTC) < timedelta(seconds=1)


@pytest.mark.parametrize("calls", [5, 200])
def test_a_run_that_was_broken_off_goes_on(
    calls: int, portal: Portal, stripe: StripeHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is played twice, wherever the line to Stripe was cut."""
    with monkeypatch.context() as patch:
        control = cut_after(calls, stripe, patch)
        with pytest.raises(StripeUnavailable):
            seed(portal, control)
    assert portal_clock.now() - datetime.now(UTC) < timedelta(seconds=1)
    seed(portal, stripe.control)
    assert abs(stripe.server.clock.offset) < 1
    with portal.db.read() as session:
        bills = Counter(session.scalars(select(Bill.state)))
        attempts = Counter(session.scalars(select(Attempt.status)))
        first = session.scalars(select(func.min(Payment.paid_at))).one()
    assert bills == {"paid": 30, "open": 6, "withdrawn": 3}
    assert attempts == {"succeeded": 31, "pending": 1, "failed": 5}
    assert first is not None
    assert datetime.now(UTC) - first > timedelta(days=700)


def test_a_stripe_with_objects_keeps_its_time(
    portal: Portal, stripe: StripeHere, app: Flask
) -> None:
    stripe.deliver_to(app)
    portal.stripe.client.v1.customers.create()
    seed(portal, stripe.control)
    assert_played_today(portal, {"paid", "open", "action", "canceled", "processing", "review"})


def test_a_stripe_without_a_control_surface_is_played_to(portal: Portal) -> None:
    def control(method: str, path: str, values: Mapping[str, object]) -> dict[str, Any]:
        raise Refused

    seed(portal, control)
    assert_played_today(portal, {"paid", "open", "action", "canceled", "review"})


def assert_played_today(portal: Portal, expected: set[str]) -> None:
    with portal.db.read() as session:
        first = session.scalars(select(func.min(Payment.dated_at))).one()
        states = set(session.scalars(select(Payment.state)))
    assert datetime.now(UTC) - first < timedelta(hours=1)
    assert states == expected


def test_a_run_a_week_later_plays_nothing_again(
    portal: Portal, stripe: StripeHere, run_jobs: Callable[[], int], clock: Clock
) -> None:
    """Neither what has been canceled meanwhile, nor as if its payer had just been there."""
    seed(portal, stripe.control)
    with portal.db.write() as session:
        # Drawing them takes long and proves nothing here.
        session.execute(update(Document).values(due_at=None))
    clock.advance(EXPIRES_AFTER + timedelta(minutes=1))
    run_jobs()
    before = payments_of(portal)
    assert Counter(state for _, state, _ in before)["canceled"] == 3
    seed(portal, stripe.control)
    assert payments_of(portal) == before


def test_clara_can_tell_two_john_smiths_apart_and_does_not_see_bob(
    portal: Portal, app: Flask, client: PortalClient
) -> None:
    add_people(portal)
    client.sign_in(CLARA.email)
    words = words_of(client.get("/clinic"))
    assert words.count("John Smith") == 2
    for shown in ("Alice Archer", "Born 28 Mar 1954", "Born 3 Feb 1958", "Born 17 Sept 1994"):
        assert shown in words
    assert "Bob Baker" not in words


def test_everybody_of_the_demo_can_sign_in(
    portal: Portal, app: Flask, client: PortalClient
) -> None:
    add_people(portal)
    for person in PEOPLE:
        assert client.sign_in(person.email).status_code == 303
        client.sign_out()


def test_what_stripe_says_from_now_on_is_heard(
    portal: Portal, app: Flask, stripe: StripeHere, run_jobs: Callable[[], int]
) -> None:
    seed(portal, stripe.control)
    with portal.db.write() as session:
        session.execute(update(Document).values(due_at=None))
    assert stripe.deliver() > 0
    run_jobs()
    with portal.db.read() as session:
        outcomes = set(session.scalars(select(StripeEvent.outcome)))
        told_of = set(session.scalars(select(StripeEvent.intent_id)))
        on_its_way = select(Payment.stripe_id).where(Payment.state == "processing")
        assert told_of == set(session.scalars(on_its_way))
    assert None not in outcomes


def test_with_stripes_own_address_nobody_pays(portal: Portal, stripe: StripeHere) -> None:
    settings = portal.settings.model_copy(
        update={
            "stripe_api_base": "https://api.stripe.com",
            "stripe_js_url": "https://js.stripe.com/endive/stripe.js",
        }
    )
    real = make_portal(settings, stripe)
    seed(real)
    counted = rows(real)
    real.close()
    assert counted["users"] == len(PEOPLE)
    assert counted["services"] == 4
    assert counted["bills"] == 0


def test_production_is_refused(portal: Portal, stripe: StripeHere) -> None:
    production = make_portal(
        portal.settings.model_copy(update={"portal_env": Environment.PRODUCTION}), stripe
    )
    with pytest.raises(SeedRefused, match="production"):
        seed(production)
    assert rows(production)["users"] == 0
    production.close()
