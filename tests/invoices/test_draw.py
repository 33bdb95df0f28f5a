"""The drawn PDF: what a person reads on it and what a screen reader hears."""

import logging
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256
from unicodedata import category

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from hypothesis import example, given, settings
from hypothesis import strategies as st

from invoices.draw import draw_pdf
from invoices.fonts import FALLBACK_FACES, FOLDER, HOUSE_FACES, Face, printable
from invoices.model import Party, TaxLine
from invoices.page import render_html
from tests.invoices.reading import (
    fonts_of,
    marks_missing_in,
    open_pdf,
    pages_of,
    structure_of,
    text_of,
)
from tests.invoices.samples import billed_to, discount, fee, invoice_of, two_rates


@cache
def two_rates_pdf() -> bytes:
    return draw_pdf(two_rates())


def squeezed(text: str) -> str:
    """The text without spaces: a word that runs over lines is read in pieces."""
    return "".join(text.split())


@pytest.mark.parametrize(
    "words",
    [
        "Riverside Clinic Invoice INV-2026-000417",
        "Total paid £115.50 ✓ Paid Paid on 12 November 2026 with Visa ending 4242",
        "Billed to Alice Archer 48 Orchard Road Bristol BS6 5TU",
        "VAT number GB 123 4567 89",
        "Invoice date 12 November 2026 Bill BL-7Q4M-2KXD Payment PY-93HT-8WVC",
        "Video consultation 1 £67.50 Exempt £67.50",
        "Clinical letter Sent by post 2 £25.00 20% £50.00",
        "First visit discount 20% \N{MINUS SIGN}£10.00",
        "Total before VAT £107.50",
        "No VAT on £67.50 Medical care is exempt from VAT £0.00",
        "VAT at 20% on £40.00 £8.00",
        "Total £115.50 Paid in full on 12 November 2026 £115.50",
        "All amounts are in British pounds (GBP).",
        "Page 1 of 1",
    ],
)
def test_alice_reads_what_she_paid_for_how_and_what_tax(words: str) -> None:
    assert words in text_of(two_rates_pdf())


def test_alice_reads_when_she_was_served_and_her_own_reference_where_they_are_known() -> None:
    known = replace(two_rates(), supplied_on=date(2026, 11, 10), customer_reference="PAT-2KXD")
    told = "Date of supply 10 November 2026 Patient reference PAT-2KXD Bill BL-7Q4M-2KXD"
    assert told in text_of(draw_pdf(known))
    assert "supply" not in text_of(two_rates_pdf())
    assert "reference" not in text_of(two_rates_pdf())


def test_the_same_content_gives_the_same_bytes() -> None:
    assert draw_pdf(two_rates()) == two_rates_pdf()


def test_another_process_draws_the_same_bytes() -> None:
    script = (
        "from hashlib import sha256; from invoices.draw import draw_pdf; from "
        "tests.invoices.samples import two_rates; "
        "print(sha256(draw_pdf(two_rates())).hexdigest())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == sha256(two_rates_pdf()).hexdigest()


def test_drawing_is_not_loaded_until_something_is_drawn() -> None:
    script = "import sys, invoices.draw; assert 'weasyprint' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_other_content_gives_another_identifier() -> None:
    with open_pdf(two_rates_pdf()) as alices, open_pdf(draw_pdf(billed_to("Bob Hill"))) as bobs:
        assert bytes(alices.trailer.ID[0]) != bytes(bobs.trailer.ID[0])


def test_the_pdf_declares_that_it_is_accessible() -> None:
    with open_pdf(two_rates_pdf()) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo.Title) == "Invoice INV-2026-000417 from Riverside Clinic"
        assert pdf.open_metadata()["pdfuaid:part"] == "1"


def test_a_screen_reader_finds_headings_and_two_tables_with_their_headers() -> None:
    with open_pdf(two_rates_pdf()) as pdf:
        structure = structure_of(pdf)
    assert structure.count("H1") == 1
    assert structure.count("H2") == 5
    assert structure.count("Table") == 2
    assert structure.count("TH") == 5 + 5
    assert "Figure" not in structure


def test_everything_on_the_page_is_tagged_or_declared_decoration() -> None:
    with open_pdf(two_rates_pdf()) as pdf:
        assert marks_missing_in(pdf) == []


def test_no_name_of_a_person_stands_in_the_properties_of_the_file() -> None:
    with open_pdf(two_rates_pdf()) as pdf:
        properties = f"{dict(pdf.docinfo)}{pdf.open_metadata()}"
    assert "Riverside" in properties
    assert "Alice" not in properties
    assert "consultation" not in properties


def test_yen_have_no_decimals_anywhere() -> None:
    charged = invoice_of((fee(amount=37500),), (TaxLine(1000, 37500, 3750),))
    text = text_of(draw_pdf(replace(charged, currency="JPY", paid_with="Apple Pay · Visa 4242")))
    assert "Total paid JP¥41,250" in text
    assert "with Apple Pay · Visa 4242" in text
    assert not re.search(r"¥[\d,]*\.\d", text)


def test_nothing_to_pay_is_said_and_no_payment_invented() -> None:
    free = invoice_of(
        (fee(amount=4000), discount("Free for members", 4000)), (TaxLine(2000, 0, 0),)
    )
    text = text_of(draw_pdf(replace(free, payment_reference=None, paid_with=None)))
    assert "Total £0.00 ✓ Nothing to pay Settled on 12 November 2026" in text
    assert "Payment" not in text
    assert "Visa" not in text


def test_forty_lines_run_over_pages_that_repeat_their_headings_and_keep_the_total_whole() -> None:
    lines = tuple(fee(f"Document review, part {part}", amount=1000) for part in range(1, 41))
    pages = pages_of(draw_pdf(invoice_of(lines, (TaxLine(2000, 40_000, 8000),))))
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Item Quantity Unit price VAT rate Amount" in page
    assert "part 40" in pages[-1]
    assert "Total before VAT £400.00 VAT at 20% on £400.00 £80.00 Total £480.00" in pages[-1]
    assert [sum(f"part {part} " in page for page in pages) for part in range(1, 41)] == [1] * 40


@pytest.mark.parametrize(
    "name",
    [
        "Łukasz Ffion",
        "Ngũgĩ wa Thiong'o",
        "王小明",
        "김민준",
        "محمد بن عبد الله",
        "दीपिका",
        "བསྟན་འཛིན",
        "𠮷野",
    ],
)
def test_a_name_in_any_script_is_printed_in_our_own_fonts(name: str) -> None:
    pdf = draw_pdf(billed_to(name))
    assert all(
        font.startswith(("Source-Sans-3", "Noto-S", "NanumGothicCoding", "Droid"))
        for font in fonts_of(pdf)
    )
    if name.isascii() or name[0] in "ŁN王김":
        assert name in text_of(pdf)


def test_letters_of_every_font_are_drawn_with_any_space_between_them() -> None:
    spaces = [chr(code) for code in range(0x3001) if category(chr(code)) == "Zs"]
    letters = [a_letter_of(face) for face in FALLBACK_FACES]
    lines = [fee("".join(f"{letter}{space}" for space in spaces), 1000) for letter in letters]
    drawn = draw_pdf(invoice_of(tuple(lines), (TaxLine(2000, 1000 * len(lines), 0),)))
    assert len(fonts_of(drawn)) == len(HOUSE_FACES) + len(FALLBACK_FACES)


def a_letter_of(face: Face) -> str:
    """A letter that `face` alone prints: one that needs no other fallback."""
    with TTFont(FOLDER / face.file, lazy=True) as font:
        letters = [chr(code) for code in sorted(font.getBestCmap())]
    return next(
        letter
        for letter in reversed(letters)
        if category(letter)[0] == "L" and printable(letter).faces == (*HOUSE_FACES, face)
    )


@settings(max_examples=12, deadline=None)
@example("0\x0c")
@example("𠮷 野")
@given(st.text(st.characters(exclude_categories=["Cn"]), max_size=30))
def test_no_name_whatever_makes_an_invoice_undrawable(name: str) -> None:
    assert draw_pdf(billed_to(name)).startswith(b"%PDF-1.7")


def test_an_emoji_in_a_name_is_replaced_and_the_log_does_not_repeat_the_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        text = text_of(draw_pdf(billed_to("Zoë 💙 Hill")))
    assert "Zoë \ufffd Hill" in text
    assert caplog.messages == ["INV-2026-000417: no font for letters, places: 1"]


def test_markup_in_a_name_is_printed_as_it_was_typed() -> None:
    name = """<img src="file:///etc/passwd"> & <b onclick='x'>Bobby</b> {{ 7 * 7 }}"""
    assert squeezed(name) in squeezed(text_of(draw_pdf(billed_to(name))))


def test_long_words_stay_on_the_page() -> None:
    endless = replace(billed_to("W" * 200), lines=(fee("M" * 200), *two_rates().lines[1:]))
    text = squeezed(text_of(draw_pdf(endless)))
    assert text.count("W" * 200) == 1
    assert text.count("M" * 200) == 1


def test_threads_that_draw_together_draw_the_same() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(draw_pdf, [two_rates()] * 4)) == {two_rates_pdf()}


def test_an_arabic_address_runs_from_right_to_left() -> None:
    page = render_html(replace(two_rates(), customer=Party("محمد", ("شارع King Fahd 12",))))
    assert '<p class="name" dir="rtl">محمد</p>' in page
    assert '<p dir="rtl">شارع King Fahd 12</p>' in page
