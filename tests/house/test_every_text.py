"""Every page and mail goes through the catalogues: in a pseudo-language it says nothing in English
but names and data.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import pytest
from flask import Flask, render_template
from sqlalchemy import select, update

from portal import links
from portal.accounts.models import User
from portal.accounts.tokens import Purpose, make_token
from portal.actions.refund import refund
from portal.actions.withdraw import withdraw
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.context import Portal
from portal.documents.models import Document
from portal.documents.rules import DocumentKind, Lack
from portal.infrastructure import clock as portal_clock
from portal.jobs import ATTEMPTS_BEFORE_ATTENTION
from portal.mail.models import Mail
from portal.mail.service import render
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.refunds.rules import RefundReason
from portal.refunds.service import NewRefund, reserve
from portal.stripe_sync.models import StripeEvent
from portal.stripe_sync.payments import sync_payment
from portal.stripe_sync.rules import Outcome
from portal.texts import ACCENTED, MIRRORED, Language, in_language
from tests.house.reader import Reader, names
from tests.house.routes import routes
from tests.mail.examples import BILL, RECEIPT, REFUND
from tests.support.bills import Owed, started
from tests.support.client import PortalClient, form_on
from tests.support.documents import Issued
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import Clock
from tests.support.untranslated import untranslated, untranslated_text

SignIn = Callable[[Person], PortalClient]
RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]
FOLDER = Path(__file__).resolve().parents[2] / "templates"
ERRORS = sorted(path.stem for path in (FOLDER / "errors").glob("*.html") if path.stem != "layout")
MAILS = sorted(path.stem for path in (FOLDER / "emails").glob("[!_]*.html"))
# What scripts and machines ask for, and addresses that a browser only passes through.
NO_PAGES = frozenset(
    {
        "operations.healthz",
        "operations.readyz",
        "checkout.outcome",
        "checkout.come_back",
        "payments.statement",
    }
)


@pytest.fixture(params=[ACCENTED, MIRRORED], ids=lambda language: language.tag)
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.fixture
def reader(app: Flask, portal: Portal, language: Language) -> Reader:
    return Reader(app, portal, language)


@pytest.fixture
def bills(
    portal: Portal, stripe: StripeHere, alice: Person, request_bill: RequestBill, pay: Pay
) -> list[str]:
    """The pages of Alice's bills and payments, in every state."""
    pages: list[str] = []
    for token in ("pm_card_visa", "pm_card_chargeDeclined", "pm_card_authenticationRequired"):
        bill = request_bill(alice, "clinical-letter", options=("posted-copy", "urgent"))
        payment = pay(bill, token)
        sync_payment(portal, payment.id)
        pages += [links.bill(bill.ref), links.payment(payment.ref)]
        if token != "pm_card_visa":
            pages.append(links.pay(bill.ref))
    stripe.server.settings.hold_processing = 1
    on_its_way = request_bill(alice, "document-review", 3)
    pages += [links.bill(on_its_way.ref), _synced(portal, pay(on_its_way, "pm_card_visa"))]
    untouched = request_bill(alice)
    pages += [
        links.bill(untouched.ref),
        links.pay(untouched.ref),
        links.withdraw(untouched.ref),
    ]
    pages.append(links.payment(started(portal, request_bill(alice)).ref))
    for state in (PaymentState.REVIEW, PaymentState.CANCELED):
        pages += _held(portal, request_bill(alice), state)
    for service_state in RequestState:
        pages.append(_settled(portal, request_bill(alice), service_state))
    withdrawn = request_bill(alice)
    withdraw(portal, withdrawn.id)
    return [*pages, links.bill(withdrawn.ref)]


def _synced(portal: Portal, payment: Payment) -> str:
    sync_payment(portal, payment.id)
    return links.payment(payment.ref)


def _held(portal: Portal, bill: Owed, state: PaymentState) -> list[str]:
    payment = started(portal, bill)
    with portal.db.write() as session:
        row = session.get_one(Payment, payment.id)
        row.state, row.received, row.received_currency = state, bill.total + 100, bill.currency
    return [links.bill(bill.ref), links.payment(payment.ref)]


def _settled(portal: Portal, bill: Owed, state: RequestState) -> str:
    """A bill with nothing to pay, whose service is in `state`."""
    with portal.db.write() as session:
        row = session.get_one(Bill, bill.id)
        row.state = BillState.SETTLED
        session.get_one(ServiceRequest, row.service_request_id).state = state
    return links.bill(bill.ref)


def test_every_page_has_its_texts_from_the_catalogue(
    app: Flask,
    portal: Portal,
    reader: Reader,
    client: PortalClient,
    alice: Person,
    clara: Person,
    adam: Person,
    sign_in: SignIn,
    bills: list[str],
    issue: Callable[..., Issued],
    run_jobs: Callable[[], int],
    clock: Clock,
) -> None:
    invoice = issue(alice.patient_id)
    reader.read(client, *_public(portal, alice), links.receipt(invoice.token))
    drawing = links.receipt_document(invoice.token)
    reader.note(drawing, client.get(drawing))
    own = sign_in(alice)
    reader.read(own, links.home(), *bills)
    reader.note(links.invoice(invoice.number), own.get(links.invoice(invoice.number)))
    run_jobs()
    refunded = _refunded(portal, adam)
    pdf = links.credit_note(_credit_note(portal))
    reader.note(pdf, own.get(pdf))
    reader.read(own, *bills, *_patients())
    reader.read(sign_in(clara), links.clinic(), links.clinic_patient(alice.patient_ref))
    _fail_every_job(portal)
    with portal.db.read() as session:
        held = session.scalars(select(Payment.ref).where(Payment.state == PaymentState.REVIEW))
        reviews = [links.review(ref) for ref in held]
    assert reviews
    office = sign_in(adam)
    reader.read(office, links.admin(), links.reconcile(), links.account(), *reviews)
    reader.read(
        office, links.office_payments(), links.office_payment(refunded), links.refund(refunded)
    )
    clock.advance(timedelta(days=30))
    reader.read(sign_in(alice), links.home(), *bills)
    assert reader.english == {}
    pages = {route.endpoint for route in routes(app) if "GET" in route.methods}
    assert pages - reader.seen == NO_PAGES


def _refunded(portal: Portal, adam: Person) -> str:
    """A payment of which parts were refunded for every reason, and one waits to be agreed to."""
    with portal.db.read() as session:
        ref = session.scalars(
            select(Payment.ref).where(Payment.state == PaymentState.PAID, Payment.received > 0)
        ).first()
    assert ref is not None
    for reason in RefundReason:
        refund(portal, ref, 100, reason, "", adam.user_id)
    with portal.db.write() as session:
        payment = session.scalars(select(Payment).where(Payment.ref == ref)).one()
        wanted = NewRefund(100, RefundReason.MISTAKE, user_id=adam.user_id, needs_approval=True)
        reserve(session, payment, wanted)
    return ref


def _credit_note(portal: Portal) -> str:
    with portal.db.read() as session:
        is_note = Document.kind == DocumentKind.CREDIT_NOTE
        return session.scalars(select(Document.number).where(is_note)).first() or ""


def _public(portal: Portal, person: Person) -> list[str]:
    with portal.db.write() as session:
        user = session.get_one(User, person.user_id)
        user.pending_email = "new@example.test"
        session.flush()
        tokens = {purpose: make_token(portal.settings, purpose, user) for purpose in Purpose}
    return [
        links.sign_in(),
        links.forgotten_password(),
        links.password_reset_sent(),
        links.reset_password(tokens[Purpose.PASSWORD_RESET]),
        links.invitation(tokens[Purpose.INVITATION]),
        links.confirm_email(tokens[Purpose.EMAIL_CHANGE]),
    ]


def _patients() -> list[str]:
    return [
        links.home(),
        links.services(),
        links.service("video-consultation"),
        links.service("document-review", {"quantity": 3}),
        links.service("clinical-letter", {"options": ["urgent"]}),
        links.payments(),
        links.payments({"state": "paid"}),
        links.payments({"rows": "40"}),
        links.payments({"q": "nothing of this name"}),
        links.account(),
        links.change_email(),
        links.change_password(),
        links.change_currency(),
        links.change_address(),
        links.change_address(links.home()),
    ]


def _fail_every_job(portal: Portal) -> None:
    """Whatever can stand on the administrator's list stands there, without a stored reason."""
    with portal.db.write() as session:
        for outcome in (Outcome.UNHANDLED, Outcome.UNKNOWN, None):
            event = StripeEvent(
                stripe_id=f"evt_{outcome}",
                type="charge.refunded",
                intent_id="pi_unknown",
                received_at=portal_clock.now(),
            )
            event.outcome = outcome
            session.add(event)
        for kind in (Payment, Document, Mail, StripeEvent):
            session.execute(update(kind).values(attempts=ATTEMPTS_BEFORE_ATTENTION))
        for document, lack in zip(session.scalars(select(Document)), cycle(Lack), strict=False):
            document.held_for, document.damaged_at = lack, portal_clock.now()


def test_what_is_wrong_with_a_form_is_told_from_the_catalogue(
    app: Flask, reader: Reader, client: PortalClient, alice: Person, clara: Person, sign_in: SignIn
) -> None:
    reader.read(client, links.sign_in())
    for address, fields in {
        links.sign_in(): {"email": "", "password": ""},
        links.forgotten_password(): {"email": "no address"},
    }.items():
        reader.note(address, client.submit(address, **fields))
    wrong = {"email": alice.email, "password": "not her password"}
    reader.note(links.sign_in(), client.submit(links.sign_in(), **wrong))
    own = sign_in(alice)
    reader.read(own, links.account())
    mistakes: dict[str, dict[str, object]] = {
        links.change_email(): {"email": alice.email, "current_password": "wrong"},
        links.change_password(): {"current_password": "", "new_password": "1234567890"},
        links.change_currency(): {"currency": "XXX"},
    }
    for address, mistake in mistakes.items():
        reader.note(address, own.submit(address, action=address, **mistake))
    for address in (
        links.service("document-review", {"quantity": "many"}),
        links.payments({"state": "of mind"}),
        links.payments({"q": "x" * 101}),
    ):
        reader.note(address, own.get(address))
    staff = sign_in(clara)
    reader.read(staff, links.clinic())
    token = form_on(staff.get(links.account()), links.sign_out()).fields["csrf_token"]
    for words in ("x" * 101, "nobody of this name"):
        found = staff.post(links.clinic(), data={"q": words, "csrf_token": token})
        reader.note(links.clinic(), found)
    assert reader.english == {}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_has_its_texts_from_the_catalogue(
    app: Flask, portal: Portal, language: Language, name: str
) -> None:
    with app.test_request_context(), in_language(language):
        page = render_template(f"errors/{name}.html")
    assert untranslated(page, language, names(portal)) == []


@pytest.mark.parametrize("kind", list(DocumentKind))
@pytest.mark.parametrize(("ready", "held"), [(True, False), (False, True), (False, False)])
def test_how_far_a_document_is_is_told_from_the_catalogue(
    app: Flask, portal: Portal, language: Language, kind: DocumentKind, ready: bool, held: bool
) -> None:
    with app.test_request_context(), in_language(language):
        part = render_template(
            "patient/receipts/_download.html",
            kind=kind,
            ready=ready,
            held=held,
            href="x",
            since="y",
        )
    assert untranslated(part, language, names(portal)) == []


def test_a_link_that_opens_nothing_says_so_from_the_catalogue(
    reader: Reader, client: PortalClient, issue: Callable[..., Issued], clock: Clock
) -> None:
    receipt = links.receipt(issue().token)
    clock.advance(timedelta(days=61))
    reader.read(client, links.sign_in())
    for address in (receipt, links.reset_password("x"), links.confirm_email("x")):
        reader.note(address, client.get(address))
    assert reader.english == {}


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_has_its_texts_from_the_catalogue(
    portal: Portal, language: Language, name: str
) -> None:
    inputs = (
        RECEIPT | BILL | REFUND | {"url": "https://pay.clinic.example/x", "hours": 2, "days": 7}
    )
    with in_language(language):
        mail = render(portal.settings, name, subject="", is_patient=True, **inputs)
    assert f'<html lang="{language.tag}" dir="{language.direction}">' in mail["html"]
    data = {*names(portal), str(RECEIPT["method"])}
    assert untranslated(mail["html"], language, data) == []
    assert untranslated_text(mail["text"], language, data) == []


def test_the_judge_finds_what_is_not_translated(language: Language) -> None:
    page = '<p>Pay <b>now</b> {}</p><img alt="A sign"><p data-texts=\'{{"busy": "Wait"}}\'></p>'
    said = page.format("INV-2026-0001 for Alice Archer on 30 November 2026")
    assert untranslated(said, language, ["Alice Archer", "for", "on"]) == [
        "Pay",
        "now",
        "A sign",
        "Wait",
    ]
