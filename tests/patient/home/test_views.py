"""Where "/" leads each person."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import update

from portal.context import Portal
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed, latest
from tests.support.client import PortalClient, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import Clock

SignIn = Callable[[Person], PortalClient]
RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]


def test_a_stranger_is_asked_to_sign_in(client: PortalClient) -> None:
    response = client.get("/")
    assert (response.status_code, response.location) == (303, "/sign-in")


def test_clara_and_adam_are_shown_to_their_own_start_pages(
    clara: Person, adam: Person, sign_in: SignIn
) -> None:
    for person, start in ((clara, "/clinic"), (adam, "/admin")):
        client = sign_in(person)
        assert client.get("/").location == start
        assert client.get(start).status_code == 200


def test_alice_sees_what_she_owes_in_all_and_each_bill(
    alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bills = [request_bill(alice), request_bill(alice, "ad-hoc-advice")]
    page = sign_in(alice).get("/")
    words, markup = words_of(page), page.get_data(as_text=True)
    assert "You owe £81.00 2 bills Pay £54.00 · due " in words
    assert all(f'href="/bills/{bill.ref}"' in markup for bill in bills)


def test_alice_can_pay_each_bill_from_home(
    alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bills = [request_bill(alice), request_bill(alice, "ad-hoc-advice")]
    page = sign_in(alice).get("/")
    assert "Pay £54.00 for Video consultation" in words_of(page)
    assert "Pay £27.00 for Ad-hoc advice" in words_of(page)
    markup = page.get_data(as_text=True)
    # The more urgent one has the button under the total, too.
    assert [markup.count(f'href="/bills/{bill.ref}/pay"') for bill in bills] == [2, 1]


def test_the_total_has_the_button_of_the_overdue_bill(
    alice: Person, sign_in: SignIn, request_bill: RequestBill, clock: Clock
) -> None:
    request_bill(alice, "ad-hoc-advice")
    clock.advance(timedelta(days=15))
    request_bill(alice)
    assert "You owe £81.00 2 bills Pay £27.00 · was due " in words_of(sign_in(alice).get("/"))


def test_each_currency_has_the_button_of_its_own_most_urgent_bill(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    request_bill(alice, "ad-hoc-advice")
    with portal.db.write() as session:
        session.execute(update(Patient).values(currency="JPY"))
    request_bill(alice)
    words = words_of(sign_in(alice).get("/"))
    assert "You owe £27.00 1 bill Pay £27.00" in words
    assert "You owe JP¥10,500 1 bill Pay JP¥10,500" in words


def test_bills_for_the_same_service_tell_themselves_apart(
    alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    request_bill(alice, "document-review", 5)
    request_bill(alice, "document-review")
    request_bill(alice, "clinical-letter", options=("urgent", "posted-copy"))
    words = words_of(sign_in(alice).get("/"))
    assert "Document review 5 documents · requested" in words
    assert "Document review Requested" in words
    assert "Clinical letter Ready by the next working day, Posted copy · requested" in words


def test_paid_services_and_payments_tell_themselves_apart(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    sync_payment(portal, pay(request_bill(alice, "document-review", 5)).id)
    words = words_of(sign_in(alice).get("/"))
    assert "Document review 5 documents · since" in words
    assert words.count("Document review 5 documents ·") == 2


def test_alice_is_greeted_by_her_first_name(alice: Person, sign_in: SignIn) -> None:
    assert words_of(sign_in(alice).get("/")).count("Hello Alice") == 1


def test_an_only_bill_is_paid_beside_what_is_owed(
    alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    page = sign_in(alice).get("/")
    assert "You owe £54.00 1 bill Pay £54.00" in words_of(page)
    assert page.get_data(as_text=True).count(f'href="/bills/{bill.ref}/pay"') == 1


def test_a_payment_that_waits_for_the_bank_is_told_once_with_its_bill(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    pay(bill, "pm_card_authenticationRequired")
    sync_payment(portal, latest(portal, bill).id)
    words = words_of(sign_in(alice).get("/"))
    assert words.count("Not finished") == 1
    assert "Finish paying" in words
    assert "Latest payments" not in words


def test_a_payment_on_its_way_is_told_once_with_its_bill_and_nothing_is_asked_for(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    pay: Pay,
    stripe: StripeHere,
) -> None:
    stripe.server.settings.hold_processing = 1
    bill = request_bill(alice)
    pay(bill)
    sync_payment(portal, latest(portal, bill).id)
    page = sign_in(alice).get("/")
    words = words_of(page)
    assert "You have nothing to pay" in words
    assert words.count("Payments in progress") == words.count("On its way") == 1
    for absent in ("You owe", "Pay by", "Latest payments"):
        assert absent not in words
    assert page.text.count('class="button button--secondary" href="/services"') <= 1


def test_alice_sees_her_service_and_her_payment_once_she_has_paid(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    pay(bill, "pm_card_visa")
    sync_payment(portal, latest(portal, bill).id)
    words = words_of(sign_in(alice).get("/"))
    for expected in (
        "You have nothing to pay",
        "Your services",
        "Active",
        "Latest payments",
        "£54.00",
    ):
        assert expected in words


def test_a_new_patient_is_led_to_the_services(bob: Person, sign_in: SignIn) -> None:
    page = sign_in(bob).get("/")
    assert "You have nothing to pay" in words_of(page)
    assert 'href="/services"' in page.get_data(as_text=True)


def test_an_odd_place_in_the_list_is_no_error(
    alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    request_bill(alice)
    client = sign_in(alice)
    for after in ("x", "%00", "BILL-0000000000000000"):
        assert client.get(f"/?after={after}").status_code == 200
