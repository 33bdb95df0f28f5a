"""The services as a patient sees and requests them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select, update

from portal.bills.models import Bill, BillLine, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.catalogue.models import Price, PriceComponent, Service
from portal.catalogue.seed import seed_catalogue
from portal.context import Portal
from portal.mail.models import Mail
from portal.patients.models import Patient
from tests.support.client import PortalClient, form_on, words_of
from tests.support.people import Person
from tests.support.prices import price_rows
from tests.support.queries import Statements

SignIn = Callable[[Person], PortalClient]
Queries = Callable[[], AbstractContextManager[Statements]]
REVIEW = "/services/document-review"
LETTER = "/services/clinical-letter"


@pytest.fixture(autouse=True)
def catalogue(portal: Portal) -> None:
    with portal.db.write() as session:
        seed_catalogue(session)


def bills(portal: Portal) -> list[Bill]:
    with portal.db.read() as session:
        return list(session.scalars(select(Bill).order_by(Bill.id)))


def raise_prices(portal: Portal, by: int = 1000) -> None:
    with portal.db.write() as session:
        fees = update(PriceComponent).where(PriceComponent.kind == "fee")
        session.execute(fees.values(amount=PriceComponent.amount + by))


def test_alice_sees_every_service_with_its_price_in_pounds(alice: Person, sign_in: SignIn) -> None:
    words = words_of(sign_in(alice).get("/services"))
    for expected in (
        "From £54.00",
        "From £49.80",
        "From £42.00",
        "From £27.00",
        "British pounds (GBP)",
    ):
        assert expected in words


@pytest.mark.parametrize(
    ("currency", "price"), [("EUR", "€64.00"), ("USD", "US$69.00"), ("JPY", "JP¥10,500")]
)
def test_prices_are_in_the_patients_own_currency(
    make_person: Callable[..., Person], sign_in: SignIn, currency: str, price: str
) -> None:
    client = sign_in(make_person("Dora Dean", "patient", currency))
    assert f"From {price}" in words_of(client.get("/services"))
    assert price in words_of(client.get("/services/video-consultation"))


def test_the_whole_price_stands_there_before_anything_is_asked(
    alice: Person, sign_in: SignIn
) -> None:
    page = sign_in(alice).get(f"{LETTER}?options=posted-copy")
    assert price_rows(page) == [
        "Clinical letter | £42.00",
        "Posted copy | £8.34",
        "You pay | £50.34",
    ]
    words = words_of(page)
    assert "Posted copy (adds £8.34)" in words
    assert "Includes £1.39 VAT" in words
    assert "701/57" not in words
    assert "Ready by the next working day (adds £18.50)" in words_of(page)


def test_htmx_gets_the_changed_part_alone_and_says_the_new_price(
    alice: Person, sign_in: SignIn
) -> None:
    markup = sign_in(alice).partial(f"{REVIEW}?quantity=3").get_data(as_text=True)
    assert "<html" not in markup
    assert 'data-announce="You pay £108.54"' in markup


def test_a_quantity_that_cannot_be_is_told_beside_the_field(alice: Person, sign_in: SignIn) -> None:
    client = sign_in(alice)
    for quantity in ("0", "11", "-1", "1.5", "x", "", "\N{FULLWIDTH DIGIT ONE}", "1_0", "9" * 400):
        response = client.get(REVIEW, query_string={"quantity": quantity})
        assert response.status_code == 422, quantity
        assert words_of(response).count("Enter a whole number from 1 to 10") == 2
        assert "Continue to payment" not in words_of(response)


def test_an_option_that_does_not_exist_is_refused(alice: Person, sign_in: SignIn) -> None:
    response = sign_in(alice).get(f"{LETTER}?options=gold")
    assert response.status_code == 422
    assert "One of these extras is no longer offered" in words_of(response)
    assert 'href="#options-0"' in response.get_data(as_text=True)


def test_an_option_of_a_service_that_has_none_left_is_refused_too(
    alice: Person, sign_in: SignIn
) -> None:
    response = sign_in(alice).get(f"{REVIEW}?options=gold")
    assert response.status_code == 422
    assert "One of these extras is no longer offered" in words_of(response)


def test_without_scripts_the_update_button_leads_to_an_address_with_the_choice(
    alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    form = form_on(client.get(REVIEW), REVIEW)
    response = client.post(f"{REVIEW}/price", data=form.filled({"quantity": "4"}))
    assert (response.status_code, response.location) == (303, f"{REVIEW}?quantity=4")
    assert client.post(f"{REVIEW}/price", data=form.filled({"quantity": "40"})).status_code == 422


def test_alice_requests_a_service_and_goes_on_to_pay_the_price_she_saw(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    response = sign_in(alice).submit(f"{REVIEW}?quantity=4", action=REVIEW, then="pay")
    (bill,) = bills(portal)
    assert (response.status_code, response.location) == (303, f"/bills/{bill.ref}/pay")
    assert (bill.total, bill.currency, bill.state) == (14040, "GBP", BillState.OPEN)


def test_requesting_now_and_paying_later_leads_to_the_bill(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    response = sign_in(alice).submit(REVIEW, action=REVIEW, then="later")
    (bill,) = bills(portal)
    assert response.location == f"/bills/{bill.ref}"


def test_a_double_click_makes_one_bill(portal: Portal, alice: Person, sign_in: SignIn) -> None:
    client = sign_in(alice)
    form = form_on(client.get(REVIEW), REVIEW)
    first, second = (client.send(form, form.filled({"then": "pay"})) for _ in range(2))
    assert first.location == second.location
    assert len(bills(portal)) == 1


def test_one_form_never_makes_a_bill_for_something_else(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    form = form_on(client.get(REVIEW), REVIEW)
    client.send(form, form.filled({"then": "pay"}))
    response = client.send(form, form.filled({"then": "pay", "quantity": "2", "total": "8520"}))
    assert response.status_code == 422
    assert len(bills(portal)) == 1


def test_bob_may_use_the_same_form_key_as_alice_and_gets_his_own_bill(
    portal: Portal, alice: Person, bob: Person, sign_in: SignIn
) -> None:
    keys = {"request_key": "k" * 32}
    locations = {
        sign_in(person).submit(REVIEW, action=REVIEW, then="pay", **keys).location
        for person in (alice, bob)
    }
    assert len(locations) == len(bills(portal)) == 2


def test_when_the_price_has_changed_alice_sees_the_new_one_and_is_asked_again(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    seen = client.get(REVIEW)
    raise_prices(portal)
    asked_again = client.submit(seen, action=REVIEW, then="pay")
    assert asked_again.status_code == 422
    assert "This is the price now" in words_of(asked_again)
    assert price_rows(asked_again)[-1] == "You pay | £73.80"
    assert bills(portal) == []
    assert client.submit(asked_again, action=REVIEW, then="pay").status_code == 303
    assert bills(portal)[0].total == 7380


def test_a_quantity_changed_without_updating_the_price_is_never_charged_unseen(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    response = sign_in(alice).submit(REVIEW, action=REVIEW, then="pay", quantity="9")
    assert response.status_code == 422
    assert price_rows(response)[-1] == "You pay | £299.70"
    assert bills(portal) == []


def test_a_currency_changed_in_another_tab_is_shown_before_it_is_billed(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    seen = client.get(REVIEW)
    with portal.db.write() as session:
        session.execute(update(Patient).values(currency="JPY"))
    response = client.submit(seen, action=REVIEW, then="pay")
    assert response.status_code == 422
    assert "JP¥9,840" in words_of(response)
    assert bills(portal) == []


def test_a_form_whose_own_fields_were_changed_is_asked_again(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    changes = (
        {"total": "abc"},
        {"total": ""},
        {"total": "1"},
        {"request_key": "short"},
        {"currency": "XXX"},
    )
    for changed in changes:
        assert client.submit(REVIEW, action=REVIEW, then="pay", **changed).status_code == 422, (
            changed
        )
    assert bills(portal) == []


def test_a_bad_quantity_posted_is_told_and_what_was_ticked_stays(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    response = sign_in(alice).submit(REVIEW, action=REVIEW, then="pay", quantity="12")
    assert response.status_code == 422
    assert 'value="12"' in response.get_data(as_text=True)
    assert bills(portal) == []


def test_a_free_service_is_settled_at_once_and_active(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    with portal.db.write() as session:
        session.execute(update(PriceComponent).values(amount=0, percent_bp=0))
    client = sign_in(alice)
    page = client.get("/services/video-consultation")
    assert "There is nothing to pay" in words_of(page)
    response = client.submit(page, action="/video-consultation", then="pay")
    (bill,) = bills(portal)
    assert response.location == f"/bills/{bill.ref}"
    assert (bill.state, bill.total) == (BillState.SETTLED, 0)
    with portal.db.read() as session:
        assert session.scalars(select(ServiceRequest.state)).one() == RequestState.ACTIVE
    assert "There is nothing to pay" in words_of(client.get(response.location))


def test_later_catalogue_changes_touch_no_bill(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    location = client.submit(REVIEW, action=REVIEW, then="later").location
    before = words_of(client.get(location))
    with portal.db.write() as session:
        session.execute(update(Service).values(name="Renamed", active=False))
        session.execute(update(PriceComponent).values(amount=1, label="Renamed"))
    assert words_of(client.get(location)) == before
    with portal.db.read() as session:
        assert session.scalar(select(func.sum(BillLine.amount))) == 4150


def test_a_service_without_a_price_in_her_currency_says_what_to_do(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    with portal.db.write() as session:
        session.execute(update(Price).where(Price.currency == "GBP").values(currency="CHF"))
    client = sign_in(alice)
    page = client.get(REVIEW)
    assert page.status_code == 200
    assert "No price in British pounds yet" in words_of(page)
    assert "No price in British pounds yet" in words_of(client.get("/services"))


def test_an_unpaid_bill_is_shown_before_the_same_service_is_requested_again(
    alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    assert "unpaid bill" not in words_of(client.get(REVIEW))
    client.submit(REVIEW, action=REVIEW, then="later")
    assert "You already have an unpaid bill for this. View it, or request another." in words_of(
        client.get(REVIEW)
    )
    assert "unpaid bill" not in words_of(client.get(LETTER))


def test_an_empty_catalogue_says_so(portal: Portal, alice: Person, sign_in: SignIn) -> None:
    with portal.db.write() as session:
        session.execute(update(Service).values(active=False))
    assert "There is nothing to request at the moment" in words_of(sign_in(alice).get("/services"))


def test_a_service_that_does_not_exist_is_404(alice: Person, sign_in: SignIn) -> None:
    client = sign_in(alice)
    for slug in ("nothing", "Video-Consultation", "a%00b", "x" * 400, "%F0%9F%92%8A"):
        assert client.get(f"/services/{slug}").status_code == 404, slug


def test_a_service_withdrawn_while_its_page_is_open_says_so_at_whatever_is_done_next(
    portal: Portal, alice: Person, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    seen = client.get(REVIEW)
    with portal.db.write() as session:
        session.execute(update(Service).values(active=False))
    for answer in (
        client.submit(seen, action=REVIEW, then="pay"),
        client.get(REVIEW),
        client.partial(f"{REVIEW}?quantity=2"),
        client.post(f"{REVIEW}/price", data=form_on(seen, REVIEW).filled({})),
    ):
        assert answer.status_code == 410
        assert "Document review is no longer offered." in words_of(answer)
        assert "Nothing has been requested and you have not been charged." in words_of(answer)
    assert bills(portal) == []


def test_a_price_takes_the_same_few_queries_however_much_is_chosen(
    alice: Person, sign_in: SignIn, queries: Queries
) -> None:
    client = sign_in(alice)
    counts = []
    for path in (REVIEW, f"{LETTER}?options=posted-copy&options=urgent"):
        with queries() as sent:
            client.partial(path)
        counts.append(len(sent))
    assert counts == [6, 6]


@pytest.mark.parametrize(("then", "mailed"), [("later", ["bill"]), ("pay", [])])
def test_the_bill_is_mailed_at_once_only_to_whoever_pays_later(
    then: str,
    mailed: list[str],
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    run_jobs: Callable[[], int],
) -> None:
    sign_in(alice).submit(REVIEW, action=REVIEW, then=then)
    run_jobs()
    with portal.db.read() as session:
        assert session.scalars(select(Mail.kind)).all() == mailed
