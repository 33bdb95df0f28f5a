"""Payments by month and year, and the table of a year."""

import csv
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from werkzeug.test import TestResponse

from portal.bills.models import Bill
from portal.context import Portal
from portal.infrastructure import clock
from portal.patient.payments import views
from portal.patient.payments.history import Record
from portal.patient.payments.statement import as_csv, load_year
from portal.patient.payments.years import YearSum, months, year_sums
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.references import new_reference
from portal.refunds.models import Refund
from portal.refunds.rules import MoneyBack, RefundState
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed, started
from tests.support.client import PortalClient, words_of
from tests.support.people import Person
from tests.support.queries import Statements

SignIn = Callable[[Person], PortalClient]
RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]
LONDON = "Europe/London"
# British summer time begins in between: a year is not 365 times 24 hours.
MOMENTS = st.integers(0, 1_460 * 86_400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def record(at: datetime) -> Record:
    return Record(
        "PAY-1", "Letter", None, 100, "GBP", PaymentState.PAID, MoneyBack.NONE, at, None, None
    )


@given(st.lists(MOMENTS, max_size=30), st.integers(0, 30))
def test_a_list_cut_anywhere_has_the_months_of_the_whole_list(
    moments: list[datetime], cut: int
) -> None:
    records = [record(at) for at in sorted(moments, reverse=True)]
    whole = months(records, LONDON, None)
    first, rest = records[:cut], records[cut:]
    continues = first[-1].at if first else None
    parts = [*months(first, LONDON, None), *months(rest, LONDON, continues)]
    assert [each for month in parts for each in month.records] == records
    begun = [month for month in parts if not month.is_continued]
    assert [month.day for month in begun] == [month.day for month in whole]
    years = [month.day.year for month in parts if month.starts_year]
    assert years == sorted({month.day.year for month in whole}, reverse=True)


@pytest.fixture
def paid_at(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> Callable[..., Payment]:
    """`paid_at(moment)`: Alice paid for a service at that moment."""

    def make(moment: datetime, slug: str = "ad-hoc-advice", quantity: int = 1) -> Payment:
        payment = pay(request_bill(alice, slug, quantity))
        sync_payment(portal, payment.id)
        with portal.db.write() as session:
            session.execute(
                update(Payment)
                .where(Payment.id == payment.id)
                .values(dated_at=moment, paid_at=moment)
            )
        return payment

    return make


def test_a_year_is_the_clinic_s_and_adds_up_per_currency(
    portal: Portal,
    alice: Person,
    request_bill: RequestBill,
    paid_at: Callable[..., Payment],
) -> None:
    paid_at(datetime(2025, 12, 31, 23, 59, tzinfo=UTC))
    paid_at(datetime(2026, 1, 1, 0, 0, tzinfo=UTC), quantity=2)
    paid_at(datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    started(portal, request_bill(alice))
    with portal.db.write() as session:
        session.execute(update(Patient).values(currency="JPY"))
    paid_at(datetime(2026, 6, 1, tzinfo=UTC), slug="video-consultation")
    with portal.db.read() as session:
        sums = year_sums(session, alice.patient_id, [2025, 2026, 2024], LONDON)
        tokyo = year_sums(session, alice.patient_id, [2026, 2027], "Asia/Tokyo")
    assert sums == {
        2025: [YearSum("GBP", 2700, 0)],
        2026: [YearSum("GBP", 4920 + 2700, 0), YearSum("JPY", 10500, 0)],
    }
    assert tokyo[2026] == [YearSum("GBP", 2700 + 4920, 0), YearSum("JPY", 10500, 0)]
    assert tokyo[2027] == [YearSum("GBP", 2700, 0)]


def test_what_came_back_is_told_with_the_year_and_only_once_it_has(
    portal: Portal, alice: Person, sign_in: SignIn, paid_at: Callable[..., Payment]
) -> None:
    payment = paid_at(datetime(2026, 6, 1, tzinfo=UTC))
    with portal.db.write() as session:
        for amount, state in ((500, RefundState.SUCCEEDED), (300, RefundState.PENDING)):
            session.add(
                Refund(
                    ref=new_reference("REF"),
                    payment_id=payment.id,
                    idempotency_key=new_reference("KEY"),
                    state=state,
                    amount=amount,
                    currency="GBP",
                    created_at=clock.now(),
                )
            )
    page = words_of(sign_in(alice).get("/payments"))
    assert "Paid in 2026: £27.00, refunded: £5.00" in page
    assert "June 2026" in page
    assert rows_of(sign_in(alice).get("/payments/years/2026.csv"))[1][9:] == [
        "4.50",
        "27.00",
        "5.00",
        "GBP",
    ]


def test_a_filtered_list_claims_no_total(
    alice: Person, sign_in: SignIn, paid_at: Callable[..., Payment]
) -> None:
    paid_at(datetime(2026, 6, 1, tzinfo=UTC))
    client = sign_in(alice)
    assert "Paid in 2026" in words_of(client.get("/payments?state=all&period=all&q="))
    for query in ("state=paid", "period=365", "q=27"):
        words = words_of(client.get(f"/payments?{query}"))
        assert "Ad-hoc advice" in words
        assert "Paid in 2026" not in words


def test_the_table_of_a_year_has_what_an_insurer_asks_for(
    portal: Portal, alice: Person, sign_in: SignIn, paid_at: Callable[..., Payment]
) -> None:
    paid_at(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "document-review", 5)
    paid_at(datetime(2027, 6, 1, tzinfo=UTC))
    answer = sign_in(alice).get("/payments/years/2026.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == "attachment; filename=payments-2026.csv"
    assert "no-store" in answer.headers["Cache-Control"]
    heads, row = rows_of(answer)
    found = dict(zip(heads, row, strict=True))
    assert found["Paid on"] == "2026-07-01"
    assert (found["Clinic"], found["Patient"]) == (portal.settings.seller_name, "Alice Archer")
    assert (found["Service"], found["Details"]) == ("Document review", "5 documents")
    assert found["Invoice"].startswith("INV-")
    assert found["Paid with"] == "Visa ending 4242"
    net, tax, paid = (Decimal(found[head]) for head in ("Amount before VAT", "VAT", "Amount paid"))
    assert net + tax == paid == Decimal("172.26")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula_to_a_spreadsheet(
    portal: Portal, alice: Person, paid_at: Callable[..., Payment], start: str
) -> None:
    paid_at(datetime(2026, 6, 1, tzinfo=UTC))
    evil = f'{start}HYPERLINK("http://evil.example";"Letter, please")'
    with portal.db.write() as session:
        session.execute(update(Bill).values(title=evil))
    with portal.db.read() as session:
        entries = load_year(session, alice.patient_id, 2026, LONDON)
    _heads, row = csv.reader(StringIO(as_csv(entries, evil, evil).decode("utf-8-sig")))
    assert row[1:4] == [f"'{evil}"] * 3
    assert row[0] == str(date(2026, 6, 1))


def test_a_year_without_payments_and_somebody_else_s_are_the_same_404(
    alice: Person, bob: Person, sign_in: SignIn, paid_at: Callable[..., Payment]
) -> None:
    paid_at(datetime(2026, 6, 1, tzinfo=UTC))
    client = sign_in(bob)
    foreign = client.get("/payments/years/2026.csv")
    assert foreign.status_code == 404
    for year in ("2025", "1", "0", "99999999999999999999"):
        missing = client.get(f"/payments/years/{year}.csv")
        assert (missing.status_code, words_of(missing)) == (404, words_of(foreign))


def test_a_year_takes_the_same_few_queries_however_much_was_paid(
    portal: Portal,
    alice: Person,
    paid_at: Callable[..., Payment],
    queries: Callable[[], AbstractContextManager[Statements]],
) -> None:
    counts = []
    for _ in range(2):
        paid_at(datetime(2026, 6, 1, tzinfo=UTC))
        with portal.db.read() as session, queries() as sent:
            load_year(session, alice.patient_id, 2026, LONDON)
        counts.append(len(sent))
    assert counts == [1, 1]


def test_a_list_comes_back_as_long_as_it_was(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    paid_at: Callable[..., Payment],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "PAGE_ROWS", 2)
    monkeypatch.setattr("portal.patient.payments.forms.PAGE_ROWS", 2)
    monkeypatch.setattr("portal.patient.payments.forms.MOST_ROWS", 4)
    paid = [paid_at(datetime(2026, 6, day, tzinfo=UTC)) for day in range(1, 6)]
    client = sign_in(alice)
    shown = {
        query: client.get(f"/payments?{query}").text.count('id="PAY-')
        for query in ("", "rows=4", "rows=9999", "rows=1", "rows=-4", "rows=٤", "rows=x")
    }
    assert shown == {
        "": 2,
        "rows=4": 4,
        "rows=9999": 4,
        "rows=1": 2,
        "rows=-4": 2,
        "rows=٤": 2,
        "rows=x": 2,
    }
    more = client.partial(f"/payments?state=paid&rows=4&after={paid[3].ref}")
    assert more.headers["HX-Replace-Url"] == "/payments?state=paid&rows=4"
    assert f'href="/payments/{paid[2].ref}?state=paid&amp;rows=4"' in more.text
    back = f'href="/payments?state=paid&amp;rows=4#{paid[2].ref}"'
    assert back in client.get(f"/payments/{paid[2].ref}?state=paid&rows=4&evil=1").text


def rows_of(answer: TestResponse) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(StringIO(answer.get_data().decode("utf-8-sig"))))
