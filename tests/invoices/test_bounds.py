"""Texts of a document are bounded where they enter, and what was stored before is still drawn."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from time import process_time

import pytest

from invoices import bounds
from invoices.draw import draw_pdf
from invoices.model import Invoice, Line, Party, SterlingVat, TaxLine
from tests.invoices.reading import text_of
from tests.invoices.samples import (
    ALICE,
    RIVERSIDE,
    billed_to,
    fee,
    invoice_of,
    receipt,
    two_rates,
)


def many_lines(number: int, label: str) -> Invoice:
    lines = (fee(label, amount=1000),) * number
    return invoice_of(lines, (TaxLine(2000, 1000 * number, 200 * number),))


def longest(word: str) -> Invoice:
    """Alice's invoice with every text as long as it may be, written with `word`."""

    def fill(length: int) -> str:
        return (word * length)[:length]

    party = Party(
        fill(bounds.NAME),
        (fill(bounds.ADDRESS_LINE),) * bounds.ADDRESS_LINES,
        tax_id=fill(bounds.REFERENCE),
        email=fill(bounds.CONTACT),
    )
    label = fill(bounds.LINES_TEXT // bounds.LINES)
    return replace(
        many_lines(bounds.LINES, label),
        number=fill(bounds.REFERENCE),
        bill_reference=fill(bounds.REFERENCE),
        payment_reference=fill(bounds.REFERENCE),
        customer_reference=fill(bounds.REFERENCE),
        paid_with=fill(bounds.NAME),
        seller=party,
        customer=party,
        notes=(fill(bounds.NOTE),) * bounds.NOTES,
    )


@pytest.mark.parametrize(
    "make",
    [
        billed_to,
        lambda text: replace(ALICE, address_lines=(text,)),
        lambda text: replace(RIVERSIDE, email=text),
        lambda text: replace(RIVERSIDE, tax_id=text),
        fee,
        lambda text: replace(fee(), detail=text),
        lambda text: replace(fee(), exemption=text),
        lambda text: TaxLine(0, 0, 0, text),
        lambda text: replace(two_rates(), number=text),
        lambda text: replace(two_rates(), bill_reference=text),
        lambda text: replace(two_rates(), payment_reference=text),
        lambda text: replace(two_rates(), customer_reference=text),
        lambda text: replace(two_rates(), paid_with=text),
        lambda text: replace(two_rates(), notes=("Thank you", text)),
        lambda text: replace(receipt(), number=text),
        lambda text: replace(receipt(), paid_with=text),
        lambda text: replace(receipt(), notes=(text,)),
        lambda text: SterlingVat("1.1712", text, date(2026, 11, 1), ()),
    ],
)
def test_a_text_that_nobody_needs_is_refused_in_plain_words(
    make: Callable[[str], Invoice | Line | Party],
) -> None:
    make("Alice Archer")
    with pytest.raises(
        ValueError, match=r"characters are too many, a document takes \d+"
    ) as refused:
        make("Archer " * 1000)
    assert "Archer" not in str(refused.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: many_lines(101, "Letter"), "lines: 101 entries are too many"),
        (lambda: many_lines(100, "M" * 101), "lines: 10,100 characters are too many"),
        (lambda: replace(ALICE, address_lines=("Bath",) * 13), "address lines: 13 entries"),
        (lambda: replace(two_rates(), notes=("Thank you",) * 11), "notes: 11 entries"),
        (lambda: replace(receipt(), notes=("Thank you",) * 11), "notes: 11 entries"),
        (lambda: replace(two_rates(), taxes=two_rates().taxes * 11), "taxes: 22 entries"),
    ],
)
def test_more_than_a_document_takes_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("word", ["Wally ", "W", "م", "王", "💙a"])
def test_the_longest_document_is_drawn_in_seconds_whatever_it_is_written_in(word: str) -> None:
    document = longest(word)
    draw_pdf(two_rates())
    began = process_time()
    draw_pdf(document)
    assert process_time() - began < 6


def test_what_was_stored_before_there_were_bounds_is_read_and_drawn() -> None:
    customer = {"name": "Alice Archer " * 800, "address_lines": []}
    content = two_rates().to_dict() | {"customer": customer}
    document = Invoice.from_dict(json.loads(json.dumps(content)))
    assert text_of(draw_pdf(document)).count("Archer") == 800
    assert Invoice.from_dict(document.to_dict()) == document
    with pytest.raises(ValueError, match="too many"):
        replace(document, customer=replace(document.customer, name="Alice Archer " * 800))
