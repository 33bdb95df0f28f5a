"""The list of payments and the page of one payment."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from fake_stripe.control.payments import release_processing
from fake_stripe.control.values import Values
from fake_stripe.faults import Fault
from portal.actions.pay import start
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import RequestState
from portal.catalogue.models import Service
from portal.context import Portal
from portal.documents.models import Document
from portal.documents.rules import Lack
from portal.infrastructure import clock
from portal.mail.models import Mail
from portal.patient.payments.history import PAGE_ROWS
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.references import new_reference
from portal.stripe_api.errors import StripeUnavailable
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed, latest, started
from tests.support.client import PortalClient, asks_again, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import Clock
from tests.support.queries import Statements

SignIn = Callable[[Person], PortalClient]
RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]


def canceled_payments(portal: Portal, bill: Owed, person: Person, count: int) -> None:
    """Many rows of the past: canceled ones may be as many as one likes for a bill."""
    now = clock.now()
    with portal.db.write() as session:
        for number in range(count):
            session.add(
                Payment(
                    ref=f"PAY-{number:016}",
                    bill_id=bill.id,
                    patient_id=person.patient_id,
                    stripe_id=f"pi_{number}",
                    idempotency_key=new_reference("KEY"),
                    amount=bill.total,
                    currency=bill.currency,
                    state=PaymentState.CANCELED,
                    created_at=now,
                    dated_at=now,
                    started_at=now,
                )
            )


def test_alice_who_has_never_paid_is_shown_the_way_to_the_services(
    alice: Person, sign_in: SignIn
) -> None:
    assert "No payments yet" in words_of(sign_in(alice).get("/payments"))


def test_a_paid_payment_is_listed_with_its_method_and_invoice(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    pay: Pay,
) -> None:
    sync_payment(portal, pay(request_bill(alice)).id)
    words = words_of(sign_in(alice).get("/payments"))
    for part in ("Video consultation", "Paid", "Visa ending 4242", "Invoice INV-"):
        assert part in words


def test_bob_sees_nothing_of_alices(
    portal: Portal, alice: Person, bob: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    payment = started(portal, request_bill(alice))
    client = sign_in(bob)
    assert "No payments yet" in words_of(client.get("/payments"))
    foreign, missing = (
        client.get(f"/payments/{payment.ref}"),
        client.get("/payments/PAY-0000000000000000"),
    )
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert words_of(foreign) == words_of(missing)
    assert client.get(f"/payments?after={payment.ref}").status_code == 404
    for malformed in ("/payments/%00", "/payments?after=%00"):
        assert client.get(malformed).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=paid", True),
        ("state=canceled", False),
        ("state=unpaid", False),
        ("period=30", True),
        ("q=video", True),
        ("q=VIDEO", True),
        ("q=INV-", True),
        ("q=letter", False),
        ("q=%25", False),
        ("q=_", False),
        ("q=%00", True),
        ("q=%09Video%00%0Aconsultation", True),
        ("state=paid&period=365&q=consult", True),
    ],
)
def test_filters_find_what_they_say(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    pay: Pay,
    query: str,
    found: bool,
) -> None:
    sync_payment(portal, pay(request_bill(alice)).id)
    client = sign_in(alice)
    for response in (client.get(f"/payments?{query}"), client.partial(f"/payments?{query}")):
        assert response.status_code == 200
        assert ("Video consultation" in words_of(response)) == found


@pytest.mark.parametrize("query", ["state=stolen", "period=7", "q=" + "x" * 101])
def test_a_filter_that_is_not_offered_is_told_so(
    alice: Person, sign_in: SignIn, query: str
) -> None:
    client = sign_in(alice)
    assert client.get(f"/payments?{query}").status_code == 422
    assert client.partial(f"/payments?{query}").status_code == 422


def test_the_list_goes_on_where_it_stopped_and_costs_the_same_however_long(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    queries: Callable[[], AbstractContextManager[Statements]],
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    canceled_payments(portal, bill, alice, 2)
    with queries() as for_two:
        client.get("/payments")
    with portal.db.write() as session:
        session.execute(delete(Payment))
    canceled_payments(portal, bill, alice, PAGE_ROWS + 3)
    with queries() as for_many:
        first = client.get("/payments").get_data(as_text=True)
    assert len(for_many) == len(for_two)
    assert first.count('class="record record--columns"') == PAGE_ROWS
    more = first.split('hx-get="/payments?')[1].split('"')[0].replace("&amp;", "&")
    rest = client.partial(f"/payments?{more}").get_data(as_text=True)
    assert rest.count('class="record record--columns"') == 3
    assert "hx-get" not in rest


def test_a_payment_on_its_way_asks_again_by_itself_and_turns_paid(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    pay: Pay,
    stripe: StripeHere,
    run_jobs: Callable[[], int],
) -> None:
    stripe.server.settings.hold_processing = 1
    payment = pay(request_bill(alice))
    sync_payment(portal, payment.id)
    client = sign_in(alice)
    page = client.get(f"/payments/{payment.ref}")
    assert "Do not pay again" in words_of(page)
    assert f'http-equiv="refresh" content="5; url=/payments/{payment.ref}?unattended"' in page.text
    again = asks_again(page)
    assert client.partial(again).status_code == 204
    assert "Do not pay again" in words_of(client.get(again))
    _release(stripe, payment)
    sync_payment(portal, payment.id)
    paid = client.partial(again)
    assert "You've paid £54.00" in words_of(paid)
    drawn_later = asks_again(paid)
    assert client.partial(drawn_later).status_code == 204
    run_jobs()
    ready = client.partial(drawn_later)
    assert "Download the invoice (PDF)" in words_of(ready)
    assert "We've emailed your receipt to alice@" in words_of(ready)
    assert "data-follows" not in ready.text


def _release(stripe: StripeHere, payment: Payment) -> None:
    release_processing(
        stripe.server, Values({"payment_intent": payment.stripe_id or "", "outcome": "succeed"})
    )


def test_a_draft_that_stripe_never_heard_of_is_not_listed_once_it_is_given_up(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    stripe: StripeHere,
    clock: Clock,
) -> None:
    bill = request_bill(alice)
    stripe.server.faults.add(Fault("unreachable", "POST /v1/payment_intents", count=3))
    with pytest.raises(StripeUnavailable):
        start(portal, bill.id)
    clock.advance(timedelta(hours=24))
    sync_payment(portal, latest(portal, bill).id)
    assert latest(portal, bill).state == PaymentState.CANCELED
    assert "No payments yet" in words_of(sign_in(alice).get("/payments"))


def test_a_failed_try_is_red_while_it_is_news_and_calm_afterwards(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    pay: Pay,
    clock: Clock,
) -> None:
    payment = pay(request_bill(alice), "pm_card_chargeDeclined")
    sync_payment(portal, payment.id)
    path = f"/payments/{payment.ref}"
    assert "notice--bad" in sign_in(alice).partial(path).text
    clock.advance(timedelta(days=1))
    page = sign_in(alice).partial(path)
    assert "notice--bad" not in page.text
    assert "Your card was declined" in page.text


def test_a_payment_without_an_answer_yet_says_so_instead_of_offering_to_pay(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    payment = started(portal, request_bill(alice))
    words = words_of(sign_in(alice).get(f"/payments/{payment.ref}"))
    assert "We are checking" in words
    assert "Try again" not in words


@pytest.mark.parametrize("path", ["/payments/{payment}", "/bills/{bill}"])
def test_a_held_invoice_is_being_checked_and_nobody_waits_for_it_on_the_page(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    pay: Pay,
    path: str,
) -> None:
    bill = request_bill(alice)
    payment = pay(bill)
    sync_payment(portal, payment.id)
    with portal.db.write() as session:
        session.execute(update(Document).values(held_for=Lack.ADDRESS))
    page = sign_in(alice).get(path.format(payment=payment.ref, bill=bill.ref))
    assert "We are checking your invoice" in words_of(page)
    assert "data-follows" not in page.text
    assert "http-equiv" not in page.text


def test_a_receipt_that_could_not_be_mailed_is_not_promised(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    payment = pay(request_bill(alice))
    sync_payment(portal, payment.id)
    client, path = sign_in(alice), f"/payments/{payment.ref}"
    assert "We are emailing your receipt to alice@" in words_of(client.get(path))
    with portal.db.write() as session:
        session.execute(update(Mail).values(attempts=1))
    assert "your receipt" not in words_of(client.get(path))


def test_what_happens_next_is_told_while_the_service_runs_and_not_afterwards(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    payment = pay(request_bill(alice))
    sync_payment(portal, payment.id)
    client, path = sign_in(alice), f"/payments/{payment.ref}"
    assert "What happens next" in words_of(client.get(path))
    with portal.db.write() as session:
        session.execute(update(Service).values(what_next=None))
    assert "What happens next Your service is now active." in words_of(client.get(path))
    with portal.db.write() as session:
        session.execute(update(ServiceRequest).values(state=RequestState.COMPLETED))
    assert "now active" not in words_of(client.get(path))


@pytest.mark.parametrize(
    ("words", "is_found"),
    [("37", False), ("037", False), ("0037", True), ("pay-0000000000000037", True)],
)
def test_an_amount_finds_no_reference_that_has_its_digits_by_chance(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    words: str,
    is_found: bool,
) -> None:
    bill = request_bill(alice)
    canceled_payments(portal, bill, alice, 38)
    with portal.db.write() as session:
        session.execute(delete(Payment).where(Payment.ref != "PAY-0000000000000037"))
        session.execute(update(Bill).values(ref="BILL-ABCDEFGHJKMNPQRS"))
    page = sign_in(alice).get("/payments", query_string={"q": words})
    assert ("Video consultation" in words_of(page)) is is_found
