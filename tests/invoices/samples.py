"""Documents to draw: Alice's invoice and receipt, and small changes of them."""

from dataclasses import replace
from datetime import date

from invoices.model import CreditNote, Invoice, Line, Party, Receipt, TaxLine
from invoices.sterling import sterling_vat

EXEMPT = "Medical care is exempt from VAT"

RIVERSIDE = Party(
    "Riverside Clinic",
    ("12 Mill Lane", "Bath BA1 4QP"),
    tax_id="GB 123 4567 89",
    email="office@riverside.example",
)
ALICE = Party("Alice Archer", ("48 Orchard Road", "Bristol BS6 5TU"))


def fee(label: str = "Video consultation", amount: int = 6750) -> Line:
    """One fee at 20 % tax; `amount` is net pence."""
    return Line(label, None, 1, amount, amount, 2000)


def discount(label: str, amount: int) -> Line:
    """`amount` net pence off at 20 % tax."""
    return Line(label, None, 1, -amount, -amount, 2000, kind="discount")


def invoice_of(lines: tuple[Line, ...], taxes: tuple[TaxLine, ...]) -> Invoice:
    """Alice's paid invoice over these lines, its sums worked out from them."""
    net, tax = sum(line.amount for line in lines), sum(line.tax for line in taxes)
    return Invoice(
        number="INV-2026-000417",
        issued_on=date(2026, 11, 12),
        paid_on=date(2026, 11, 12),
        bill_reference="BL-7Q4M-2KXD",
        payment_reference="PY-93HT-8WVC",
        seller=RIVERSIDE,
        customer=ALICE,
        currency="GBP",
        lines=lines,
        taxes=taxes,
        net=net,
        tax=tax,
        total=net + tax,
        amount_paid=net + tax,
        paid_with="Visa ending 4242",
    )


def two_rates() -> Invoice:
    """An exempt consultation, a taxed letter in two copies, and a discount on the letter."""
    return invoice_of(
        (
            replace(fee(), tax_rate_bp=None, exemption=EXEMPT),
            Line("Clinical letter", "Sent by post", 2, 2500, 5000, 2000),
            discount("First visit discount", 1000),
        ),
        (TaxLine(0, 6750, 0, EXEMPT), TaxLine(2000, 4000, 800)),
    )


def billed_to(name: str) -> Invoice:
    """Alice's invoice under another name."""
    return replace(two_rates(), customer=replace(ALICE, name=name))


def in_euros() -> Invoice:
    """Alice's invoice in euros, with what British rules want in sterling."""
    return with_sterling(replace(two_rates(), currency="EUR"), "1.1712")


def with_sterling(invoice: Invoice, rate: str) -> Invoice:
    """The invoice with its VAT in sterling, at `rate` of its currency for a pound in November."""
    sterling = sterling_vat(
        invoice.taxes, invoice.currency, rate=rate, source="HMRC", month=date(2026, 11, 1)
    )
    return replace(invoice, sterling=sterling)


def receipt() -> Receipt:
    """What Alice was sent when she had paid `two_rates()`."""
    return Receipt(
        number="REC-2026-000417",
        issued_on=date(2026, 11, 12),
        paid_on=date(2026, 11, 12),
        payment_reference="PY-93HT-8WVC",
        seller=RIVERSIDE,
        currency="GBP",
        amount=11550,
        tax=800,
        paid_with="Visa ending 4242",
        bill_reference="BL-7Q4M-2KXD",
    )


def credit_note() -> CreditNote:
    """Half of a consultation at 20 % tax, given back."""
    return CreditNote(
        number="CN-2026-000009",
        issued_on=date(2026, 11, 20),
        invoice_number="INV-2026-000417",
        invoice_issued_on=date(2026, 11, 12),
        bill_reference="BL-7Q4M-2KXD",
        payment_reference="PY-93HT-8WVC",
        refund_reference="RF-11AA-22BB",
        seller=RIVERSIDE,
        customer=ALICE,
        currency="GBP",
        items=("Video consultation",),
        taxes=(TaxLine(2000, 3375, 675),),
        net=3375,
        tax=675,
        total=4050,
        refunded_to="Visa ending 4242",
    )
