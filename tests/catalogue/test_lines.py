"""How a price reads."""

from portal.catalogue.lines import Line, LineKind, Priced, ShownLine, TaxLine

CARE = "Exempt: medical care"


def letter(*lines: Line, taxes: tuple[TaxLine, ...]) -> Priced:
    net, tax = sum(line.amount for line in lines), sum(tax.tax for tax in taxes)
    return Priced(currency="GBP", lines=lines, taxes=taxes, net=net, tax=tax, total=net + tax)


def test_a_line_for_several_says_how_many_at_which_price() -> None:
    price = letter(
        Line(LineKind.FEE, "Reading", 3, 2950, 2000, None), taxes=(TaxLine(2000, 8850, 1770, None),)
    )
    assert price.shown_lines == [ShownLine("Reading", 8850, "3 × £29.50")]


def test_tax_says_its_rate_and_what_it_is_worked_out_on() -> None:
    price = letter(
        Line(LineKind.FEE, "Reading", 1, 2950, 550, None), taxes=(TaxLine(550, 2950, 162, None),)
    )
    assert price.shown_taxes == [ShownLine("VAT at 5.5%", 162, "on £29.50")]


def test_no_tax_says_why() -> None:
    price = letter(
        Line(LineKind.FEE, "Letter", 1, 4200, 0, CARE), taxes=(TaxLine(0, 4200, 0, CARE),)
    )
    assert price.shown_taxes == [ShownLine("No VAT", 0, CARE)]


def test_lines_taxed_differently_each_say_their_tax_and_a_discount_says_none() -> None:
    price = letter(
        Line(LineKind.FEE, "Letter", 1, 4200, 0, CARE),
        Line(LineKind.FEE, "Posted copy", 2, 695, 2000, None),
        Line(LineKind.DISCOUNT, "Discount", 1, -100, None, None),
        taxes=(TaxLine(2000, 1365, 273, None), TaxLine(0, 4125, 0, CARE)),
    )
    assert [line.detail for line in price.shown_lines] == ["No VAT", "2 × £6.95 · VAT at 20%", None]
