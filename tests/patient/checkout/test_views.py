"""The checkout as a browser uses it, up to the card form."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from fake_stripe.faults import Fault
from portal.bills.models import Bill
from portal.context import Portal
from portal.exchange_rates.rules import MonthlyRate
from portal.exchange_rates.service import keep_rate
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from tests.support.bills import Owed, latest, started
from tests.support.client import PortalClient, form_on, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import Clock

SignIn = Callable[[Person], PortalClient]
RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]


def press_pay(client: PortalClient, bill: Owed) -> dict[str, str]:
    """What the checkout script is answered."""
    form = form_on(client.get(f"/bills/{bill.ref}/pay"), "/pay")
    answer = client.send(form, form.filled({})).get_json()
    assert isinstance(answer, dict)
    return answer


def test_alice_sees_the_amount_and_every_line_before_the_card_form(
    alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    words = words_of(sign_in(alice).get(f"/bills/{bill.ref}/pay"))
    assert "Pay £" in words
    assert "Your card details go straight to Stripe" in words


def test_the_script_gets_the_client_secret_of_the_bills_one_payment(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    first, second = press_pay(client, bill), press_pay(client, bill)
    assert first == second
    assert first["client_secret"].startswith(latest(portal, bill).stripe_id or "none")


@pytest.mark.parametrize("path", ["pay", "pay/outcome", "pay/return"])
def test_bob_and_a_bill_that_does_not_exist_get_the_same_404(
    alice: Person, bob: Person, sign_in: SignIn, request_bill: RequestBill, path: str
) -> None:
    bill, client = request_bill(alice), sign_in(bob)
    foreign, missing = (
        client.get(f"/bills/{bill.ref}/{path}"),
        client.get(f"/bills/BILL-0000000000000000/{path}"),
    )
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert words_of(foreign) == words_of(missing)


def test_when_stripe_is_unreachable_the_page_says_that_nothing_was_charged(
    alice: Person, sign_in: SignIn, request_bill: RequestBill, stripe: StripeHere
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    form = form_on(client.get(f"/bills/{bill.ref}/pay"), "/pay")
    stripe.server.faults.add(Fault("unreachable", "POST *", count=3))
    answer = client.send(form, form.filled({}))
    assert answer.status_code == 503
    assert "You have not been charged" in answer.get_json()["text"]
    assert "client_secret" in press_pay(client, bill)


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("pm_card_chargeDeclined", "Your card was declined"),
        ("pm_card_chargeDeclinedLostCard", "Your card was declined"),
        ("pm_card_chargeDeclinedStolenCard", "Your card was declined"),
        ("pm_card_radarBlock", "Your card was declined"),
        ("pm_card_chargeDeclinedVelocityLimitExceeded", "over a limit of your card"),
        ("pm_card_chargeDeclinedInsufficientFunds", "not enough money"),
        ("pm_card_chargeDeclinedExpiredCard", "expired"),
        ("pm_card_chargeDeclinedIncorrectCvc", "security code"),
        ("pm_card_chargeDeclinedProcessingError", "card company had a problem"),
    ],
)
def test_a_decline_is_told_in_plain_words_and_the_bill_stays_payable(
    alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay, token: str, words: str
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    pay(bill, token)
    told = client.get(f"/bills/{bill.ref}/pay/outcome").get_json()
    assert words in told["heading"] + told["text"]
    assert "You have not been charged" in told["text"]
    page = words_of(client.get(f"/bills/{bill.ref}/pay"))
    assert told["heading"] in page
    assert "client_secret" in press_pay(client, bill)


def test_the_form_does_not_open_with_yesterdays_decline(
    alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay, clock: Clock
) -> None:
    bill = request_bill(alice)
    pay(bill, "pm_card_chargeDeclined")
    assert "Your card was declined" in words_of(sign_in(alice).get(f"/bills/{bill.ref}/pay"))
    clock.advance(timedelta(days=1))
    assert "Your card was declined" not in words_of(sign_in(alice).get(f"/bills/{bill.ref}/pay"))


def test_coming_back_believes_stripe_and_nothing_in_the_address(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    payment = started(portal, bill)
    answer = client.get(
        f"/bills/{bill.ref}/pay/return?payment_intent={payment.stripe_id}&redirect_status=succeeded"
        "&payment_intent_client_secret=pi_x_secret_y"
    )
    assert answer.status_code == 303
    assert answer.location == f"/payments/{payment.ref}"
    assert latest(portal, bill).state == PaymentState.OPEN


def test_coming_back_after_paying_leads_to_the_paid_payment(
    alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    payment = pay(bill)
    answer = client.get(f"/bills/{bill.ref}/pay/return", follow_redirects=True)
    assert answer.request.path == f"/payments/{payment.ref}"
    assert "You've paid £54.00" in words_of(answer)
    assert "What happens next We call you" in words_of(answer)


def test_a_paid_bill_shows_no_form(
    alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    client.get(f"/bills/{bill.ref}/pay")
    payment = pay(bill)
    assert client.get(f"/bills/{bill.ref}/pay").location == f"/payments/{payment.ref}"
    assert client.get(f"/bills/{bill.ref}/pay").location == f"/bills/{bill.ref}"


def test_a_form_left_open_in_another_tab_cannot_charge_twice(
    alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    form = form_on(client.get(f"/bills/{bill.ref}/pay"), "/pay")
    payment = pay(bill)
    assert client.send(form, form.filled({})).get_json() == {"location": f"/payments/{payment.ref}"}


def test_a_payment_that_waits_for_the_bank_is_shown_instead_of_a_new_form(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    first = pay(bill, "pm_card_authenticationRequired")
    page = client.get(f"/bills/{bill.ref}/pay")
    assert "Your bank is waiting for you to approve this payment of £54.00" in words_of(page)
    assert "You have not been charged" in words_of(page)
    assert client.submit(page, action="/restart").location == f"/bills/{bill.ref}/pay"
    assert "client_secret" in press_pay(client, bill)
    assert latest(portal, bill).id != first.id


def test_a_payment_on_its_way_is_shown_instead_of_a_new_form(
    alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay, stripe: StripeHere
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    stripe.server.settings.hold_processing = 1
    payment = pay(bill)
    page = client.get(f"/bills/{bill.ref}/pay", follow_redirects=True)
    assert page.request.path == f"/payments/{payment.ref}"
    assert "on its way" in words_of(page)
    assert "Do not pay again" in words_of(page)


def test_only_the_checkout_may_load_stripe(
    alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    origin = "http://127.0.0.1:12111"
    assert origin in client.get(f"/bills/{bill.ref}/pay").headers["Content-Security-Policy"]
    assert origin not in client.get(f"/bills/{bill.ref}").headers["Content-Security-Policy"]
    for path in (f"/bills/{bill.ref}/pay", f"/bills/{bill.ref}"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "unsafe" not in policy


def test_the_client_secret_stands_in_no_page_and_no_log(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    secret = press_pay(client, bill)["client_secret"]
    client.get(f"/bills/{bill.ref}/pay/return?payment_intent_client_secret={secret}")
    assert secret not in client.get(f"/bills/{bill.ref}/pay").get_data(as_text=True)
    captured = capsys.readouterr()
    assert secret not in captured.err + captured.out


ADDRESS = "12 Orchard Road\nYork\nYO1 7HH\nUnited Kingdom"


def owe(portal: Portal, bill: Owed, total: int) -> None:
    """Make the bill one of `total` pence without VAT."""
    with portal.db.write() as session:
        row = session.get_one(Bill, bill.id)
        row.net, row.tax, row.total = total, 0, total


def test_a_bill_above_250_pounds_asks_for_the_address_first_and_then_leads_on_to_the_card_form(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    owe(portal, bill, 250_01)
    asked = client.get(f"/bills/{bill.ref}/pay", follow_redirects=True)
    assert asked.request.path == "/account/address"
    assert "An invoice for more than £250 must show your address" in words_of(asked)
    back = 'href="/" class="back-link"'
    assert back in asked.text, "the way back must not lead here again"
    answer = client.submit(asked, address=ADDRESS)
    assert answer.location == f"/bills/{bill.ref}/pay"
    form = client.get(answer.location)
    assert "Your card details go straight to Stripe" in words_of(form)
    assert "Your address is saved" in words_of(form)


def test_a_bill_of_250_pounds_does_not_ask_for_an_address(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    owe(portal, bill, 250_00)
    assert client.get(f"/bills/{bill.ref}/pay").status_code == 200


def test_a_form_from_before_the_limit_starts_no_payment_without_the_address(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    form = form_on(client.get(f"/bills/{bill.ref}/pay"), "/pay")
    owe(portal, bill, 250_01)
    answer = client.send(form, form.filled({})).get_json()
    assert answer == {"location": f"/account/address?next=/bills/{bill.ref}/pay"}
    with portal.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 0


@pytest.mark.parametrize(("rate", "asks"), [("1.1712", False), ("0.25", True), (None, True)])
def test_a_bill_in_euros_is_measured_in_pounds_by_the_last_rate_known(
    rate: str | None,
    asks: bool,
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
) -> None:
    with portal.db.write() as session:
        session.get_one(Patient, alice.patient_id).currency = "EUR"
        if rate is not None:
            keep_rate(session, MonthlyRate(date(2026, 1, 1), "EUR", rate, "HMRC"))
    bill, client = request_bill(alice), sign_in(alice)
    owe(portal, bill, 100_00)
    location = client.get(f"/bills/{bill.ref}/pay").location or ""
    assert location.startswith("/account/address") == asks
