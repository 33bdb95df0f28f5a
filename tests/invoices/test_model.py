"""The content of documents: what they refuse, and that they survive a JSON column."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.model import Invoice, Line, Party, TaxLine, document_from_dict
from tests.invoices.samples import discount, invoice_of, receipt, two_rates

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
parties = st.builds(
    Party,
    words,
    st.lists(words, max_size=4).map(tuple),
    tax_id=st.none() | words,
    email=st.none() | words,
)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    kind: Literal["fee", "discount"] = draw(st.sampled_from(["fee", "discount"]))
    quantity, unit = draw(st.integers(1, 50)), draw(st.integers(0, 999_999))
    signed = -unit if kind == "discount" else unit
    rate = draw(st.none() | st.integers(0, 3000))
    return Line(
        draw(words), draw(st.none() | words), quantity, signed, quantity * signed, rate, kind=kind
    )


@st.composite
def invoices(draw: st.DrawFn) -> Invoice:
    charged = draw(
        st.lists(lines(), min_size=1, max_size=5).filter(
            lambda drawn: sum(one.amount for one in drawn) >= 0
        )
    )
    net = sum(line.amount for line in charged)
    return replace(
        invoice_of(tuple(charged), (TaxLine(2000, net, draw(st.integers(0, 99_999))),)),
        seller=draw(parties),
        customer=draw(parties),
        currency=draw(st.sampled_from(["GBP", "EUR", "USD", "JPY", "KWD"])),
        issued_on=draw(st.dates()),
        notes=tuple(draw(st.lists(words, max_size=2))),
    )


@given(invoices())
def test_an_invoice_survives_a_json_column_unchanged(invoice: Invoice) -> None:
    assert Invoice.from_dict(json.loads(json.dumps(invoice.to_dict()))) == invoice


@given(invoices())
def test_any_kind_of_document_is_read_back_as_what_it_was(invoice: Invoice) -> None:
    for document in (invoice, receipt()):
        assert document_from_dict(json.loads(json.dumps(document.to_dict()))) == document


def test_what_the_first_release_stored_is_still_read() -> None:
    stored = Path(__file__).with_name("invoice_of_first_release.json").read_text(encoding="utf-8")
    assert Invoice.from_dict(json.loads(stored)) == two_rates()
    assert document_from_dict(json.loads(stored)) == two_rates()


@pytest.mark.parametrize("kind", ["credit note", "", None, 1, ["invoice"]])
def test_a_kind_of_document_that_we_do_not_draw_is_refused(kind: object) -> None:
    with pytest.raises(ValueError, match="not one that we draw"):
        document_from_dict(two_rates().to_dict() | {"kind": kind})


@pytest.mark.parametrize("figure", ["net", "tax", "total", "amount_paid"])
def test_an_invoice_whose_sums_do_not_add_up_is_refused(figure: str) -> None:
    invoice = two_rates()
    with pytest.raises(ValueError, match=" is not "):
        replace(invoice, **{figure: getattr(invoice, figure) + 1})


def test_an_invoice_without_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a line"):
        invoice_of((), ())


def test_an_invoice_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        invoice_of((discount("Too much off", 500),), (TaxLine(0, -500, 0),))


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="'GBX' is not a currency"):
        replace(two_rates(), currency="GBX")


@pytest.mark.parametrize(
    ("quantity", "unit_amount", "amount", "kind"),
    [(2, 2500, 2500, "fee"), (0, 0, 0, "fee"), (1, -5, -5, "fee"), (1, 5, 5, "discount")],
)
def test_a_line_that_contradicts_itself_is_refused(
    quantity: int, unit_amount: int, amount: int, kind: Literal["fee", "discount"]
) -> None:
    with pytest.raises(ValueError, match=r"quantity|line amount|cannot have"):
        Line("Clinical letter", None, quantity, unit_amount, amount, 2000, kind=kind)


@pytest.mark.parametrize(
    "damage",
    [
        {"total": "12350"},
        {"total": 12350.5},
        {"issued_on": "12/11/2026"},
        {"kind": "receipt"},
        {"language": "tlh"},
        {"surprise": True},
        {"customer": None},
    ],
)
def test_stored_content_that_was_damaged_is_refused(damage: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="damaged content"):
        Invoice.from_dict(two_rates().to_dict() | damage)


def test_stored_content_with_a_part_missing_is_refused() -> None:
    content = two_rates().to_dict()
    del content["seller"]
    with pytest.raises(ValueError, match="seller"):
        Invoice.from_dict(content)


def test_what_is_wrong_with_stored_content_is_said_without_quoting_it() -> None:
    customer = {"name": ["Alice Archer"], "address_lines": "48 Orchard Road"}
    with pytest.raises(ValueError, match=r"customer\.name") as refused:
        Invoice.from_dict(two_rates().to_dict() | {"customer": customer})
    assert "Archer" not in str(refused.value)
    assert "Orchard" not in str(refused.value)
