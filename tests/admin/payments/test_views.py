"""The office's list of payments, one payment's story, and refunding it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from fake_stripe.faults import Fault
from portal.actions.refund import refund
from portal.context import Portal
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.refunds.models import Refund
from portal.refunds.rules import RefundReason, RefundState
from portal.refunds.service import NewRefund, reserve
from portal.settings import ROOT
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed
from tests.support.client import PortalClient, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.queries import Statements

# No change of state leads there.
BEFORE_STRIPE = (RefundState.AWAITING_APPROVAL, RefundState.DRAFT)
SignIn = Callable[[Person], PortalClient]


@pytest.fixture
def paid(
    portal: Portal,
    alice: Person,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
) -> Payment:
    """Alice's video consultation, £54.00, paid."""
    payment = pay(request_bill(alice))
    sync_payment(portal, payment.id)
    return payment


def ask(client: PortalClient, page: str | TestResponse, **changed: str) -> TestResponse:
    """Fill in the refund form and send it."""
    usual = {"amount": "10.00", "reason": "requested_by_patient"}
    return client.submit(page, action="/refund", **{**usual, **changed})


@pytest.mark.parametrize(
    "words", ["archer", "ALICE@example.test", "54", "4242", "{ref}", "{stripe_id}"]
)
def test_a_payment_is_found_by_what_the_office_knows_of_it(
    adam: Person, bob: Person, paid: Payment, sign_in: SignIn, words: str
) -> None:
    asked = words.format(ref=paid.ref, stripe_id=paid.stripe_id)
    page = words_of(sign_in(adam).get("/admin/payments", query_string={"q": asked}))
    assert "Alice Archer" in page
    assert paid.ref in page


def test_what_fits_nothing_says_so(adam: Person, paid: Payment, sign_in: SignIn) -> None:
    client = sign_in(adam)
    assert "No payments found" in words_of(client.get("/admin/payments?q=nobody"))
    assert "No payments found" in words_of(client.get("/admin/payments?state=review"))
    assert client.get("/admin/payments?state=bought").status_code == 422
    assert client.get("/admin/payments?after=PAY-0000000000000000").status_code == 404


def test_a_longer_list_needs_no_more_queries(
    adam: Person,
    alice: Person,
    paid: Payment,
    sign_in: SignIn,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
    queries: Callable[[], AbstractContextManager[Statements]],
) -> None:
    client = sign_in(adam)
    with queries() as one:
        client.get("/admin/payments")
    for _ in range(3):
        pay(request_bill(alice))
    with queries() as four:
        client.get("/admin/payments")
    assert len(four) == len(one)


def test_a_part_is_refunded_and_both_see_it(
    adam: Person, alice: Person, paid: Payment, sign_in: SignIn
) -> None:
    client = sign_in(adam)
    done = ask(client, f"/admin/payments/{paid.ref}/refund")
    assert done.status_code == 303
    office = words_of(client.get(f"/admin/payments/{paid.ref}"))
    for part in ("Part refunded", "£44.00", "Credit note CN-", "Adam Abbott"):
        assert part in office
    patient = sign_in(alice)
    page = words_of(patient.get(f"/payments/{paid.ref}"))
    assert "Money back" in page
    assert "usually in 5 to 10 business days" in page
    assert "Part refunded" in words_of(patient.get("/payments"))
    assert "Part refunded" in words_of(patient.get("/"))


def test_a_payment_refunded_in_full_says_so_everywhere(
    portal: Portal, adam: Person, alice: Person, clara: Person, paid: Payment, sign_in: SignIn
) -> None:
    refund(portal, paid.ref, 5400, RefundReason.NOT_GIVEN, "", adam.user_id)
    patient = sign_in(alice)
    page = words_of(patient.get(f"/payments/{paid.ref}"))
    assert "We have refunded this payment" in page
    assert "Your service is now active" not in page
    assert "What happens next" not in page
    for address in ("/payments", "/"):
        assert "Refunded" in words_of(patient.get(address))
    clinic = words_of(sign_in(clara).get(f"/clinic/patients/{alice.patient_ref}"))
    assert "Ask the office" in clinic
    assert "£" not in clinic


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("54.01", "You can refund £54.00 or less"),
        ("0", "Enter an amount above 0"),
        ("-1", "Enter an amount such as £54.00"),
        ("1e3", "Enter an amount such as £54.00"),
        ("12,50", "Enter an amount such as £54.00"),
        ("1.005", "Enter an amount such as £54.00"),
        ("€12.00", "Enter an amount such as £54.00"),
        ("１２", "Enter an amount such as £54.00"),
        ("", "Enter how much to refund"),
    ],
)
def test_a_wrong_amount_is_told_beside_the_field_and_nothing_is_sent(
    portal: Portal, adam: Person, paid: Payment, sign_in: SignIn, amount: str, told: str
) -> None:
    client = sign_in(adam)
    answer = ask(client, f"/admin/payments/{paid.ref}/refund", amount=amount, note="keep me")
    assert answer.status_code == 422
    assert told in words_of(answer)
    assert "keep me" in answer.get_data(as_text=True)
    with portal.db.read() as session:
        assert session.scalar(select(func.count(Refund.id))) == 0


def test_a_stale_form_shows_the_new_figures_and_does_nothing(
    portal: Portal, adam: Person, paid: Payment, sign_in: SignIn
) -> None:
    client = sign_in(adam)
    old = client.get(f"/admin/payments/{paid.ref}/refund")
    refund(portal, paid.ref, 3000, RefundReason.MISTAKE, "", adam.user_id)
    answer = ask(client, old)
    assert answer.status_code == 422
    assert "£24.00" in words_of(answer)
    with portal.db.read() as session:
        assert session.scalar(select(func.count(Refund.id))) == 1


def test_with_stripe_away_nothing_is_refunded_and_the_form_is_kept(
    portal: Portal, adam: Person, paid: Payment, sign_in: SignIn, stripe: StripeHere
) -> None:
    client = sign_in(adam)
    page = client.get(f"/admin/payments/{paid.ref}/refund")
    stripe.server.faults.add(Fault("unreachable", count=9))
    answer = ask(client, page, note="keep me")
    assert answer.status_code == 503
    assert "Nothing was refunded" in words_of(answer)
    assert "keep me" in answer.get_data(as_text=True)
    with portal.db.read() as session:
        assert session.scalar(select(func.count(Refund.id))) == 0


def test_what_is_not_paid_cannot_be_refunded(
    adam: Person,
    alice: Person,
    sign_in: SignIn,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
) -> None:
    payment = pay(request_bill(alice), "pm_card_chargeDeclined")
    client = sign_in(adam)
    page = words_of(client.get(f"/admin/payments/{payment.ref}/refund"))
    assert "Only a payment that is paid can be refunded" in page


def test_only_the_office_sees_payments_of_others(
    alice: Person, bob: Person, clara: Person, paid: Payment, sign_in: SignIn
) -> None:
    for person in (alice, bob, clara):
        client = sign_in(person)
        for address in ("", f"/{paid.ref}", f"/{paid.ref}/refund"):
            assert client.get(f"/admin/payments{address}").status_code == 404


def test_a_second_administrator_agrees_on_the_payments_page(
    portal: Portal,
    adam: Person,
    make_person: Callable[..., Person],
    paid: Payment,
    sign_in: SignIn,
) -> None:
    with portal.db.write() as session:
        wanted = NewRefund(1000, RefundReason.MISTAKE, user_id=adam.user_id, needs_approval=True)
        reserve(session, session.get_one(Payment, paid.id), wanted)
    address = f"/admin/payments/{paid.ref}"
    client = sign_in(adam)
    page = client.get(address)
    assert "To be agreed" in words_of(page)
    (action,) = re.findall(r"/refunds/REF-[A-Z0-9]+", page.get_data(as_text=True))
    client.submit(page, action=action, decision="approve")
    assert "Another administrator has to agree" in words_of(client.get(address))
    second = sign_in(make_person("Ada Abbot", "administrator"))
    before = second.get(address)
    second.submit(before, action=action, decision="approve")
    assert "Part refunded" in words_of(second.get(address))
    assert second.submit(before, action=action, decision="approve").status_code == 303
    assert "somebody has decided meanwhile" in words_of(second.get(address))
    assert second.submit(before, action=action, decision="maybe").status_code == 400


def test_a_credit_note_is_its_patients_and_the_offices_alone(
    portal: Portal,
    adam: Person,
    alice: Person,
    bob: Person,
    paid: Payment,
    sign_in: SignIn,
    run_jobs: Callable[[], int],
) -> None:
    refund(portal, paid.ref, 5400, RefundReason.MISTAKE, "", adam.user_id)
    run_jobs()
    page = sign_in(alice).get(f"/payments/{paid.ref}").get_data(as_text=True)
    address = re.search(r"/credit-notes/CN-[0-9-]+\.pdf", page)
    assert address
    for person in (alice, adam):
        assert sign_in(person).get(address[0]).get_data().startswith(b"%PDF")
    assert sign_in(bob).get(address[0]).status_code == 404


def test_whatever_is_noted_of_a_payment_or_its_bill_has_a_text() -> None:
    noted = re.compile(r'"((?:payment|refund|bill|service)\.[a-z_]+)"')
    folders = ("actions", "admin", "bills", "effects", "payments", "refunds", "stripe_sync")
    paths = [path for folder in folders for path in (ROOT / "portal" / folder).rglob("*.py")]
    code = "".join(path.read_text() for path in paths)
    texts = (ROOT / "templates/admin/payments/_texts.html").read_text()
    states = [f"payment.{state}" for state in PaymentState if state is not PaymentState.DRAFT]
    refunds = [f"refund.{state}" for state in RefundState if state not in BEFORE_STRIPE]
    for action in {*noted.findall(code), *states, *refunds}:
        assert f'"{action}"' in texts, action
