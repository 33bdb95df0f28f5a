"""A receipt: that something was paid, and nothing about what for or for whom."""

from dataclasses import fields, replace

import pytest

from invoices.draw import draw_pdf
from invoices.model import Receipt
from tests.invoices.reading import marks_missing_in, open_pdf, structure_of, text_of
from tests.invoices.samples import receipt


@pytest.mark.parametrize(
    "words",
    [
        "Riverside Clinic Receipt REC-2026-000417",
        "Total paid £115.50 ✓ Paid Paid on 12 November 2026 with Visa ending 4242",
        "Paid to Riverside Clinic 12 Mill Lane Bath BA1 4QP VAT number GB 123 4567 89",
        "Receipt date 12 November 2026 Payment PY-93HT-8WVC Bill BL-7Q4M-2KXD",
        "Amount before VAT £107.50 VAT £8.00 Total paid £115.50",
        "All amounts are in British pounds (GBP).",
        "It is not a VAT invoice.",
        "Page 1 of 1",
    ],
)
def test_alice_reads_how_much_she_paid_to_whom_when_and_how(words: str) -> None:
    assert words in text_of(draw_pdf(receipt()))


def test_a_receipt_has_no_place_for_a_patient_or_a_service() -> None:
    places = {field.name for field in fields(Receipt)}
    assert places.isdisjoint({"customer", "customer_reference", "lines", "taxes"})


def test_a_receipt_tells_only_what_is_known() -> None:
    text = text_of(draw_pdf(replace(receipt(), bill_reference=None, paid_with=None)))
    assert "Bill" not in text
    assert "with" not in text
    assert "None" not in text


def test_a_receipt_in_yen_has_no_decimals() -> None:
    text = text_of(draw_pdf(replace(receipt(), currency="JPY", amount=41250, tax=3750)))
    assert "Amount before VAT JP¥37,500 VAT JP¥3,750 Total paid JP¥41,250" in text


def test_a_screen_reader_finds_the_figures_of_a_receipt() -> None:
    with open_pdf(draw_pdf(receipt())) as pdf:
        structure = structure_of(pdf)
        assert marks_missing_in(pdf) == []
        assert str(pdf.docinfo.Title) == "Receipt REC-2026-000417 from Riverside Clinic"
    assert structure.count("H1") == 1
    assert structure.count("TH") == 3


@pytest.mark.parametrize(("amount", "tax"), [(0, 0), (-1, 0), (11550, -1), (11550, 11551)])
def test_a_receipt_that_contradicts_itself_is_refused(amount: int, tax: int) -> None:
    with pytest.raises(ValueError, match="the amount"):
        replace(receipt(), amount=amount, tax=tax)


def test_a_receipt_in_no_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="'GBX' is not a currency"):
        replace(receipt(), currency="GBX")
