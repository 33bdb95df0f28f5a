"""Documents: their content is what was frozen, says what the rows say, and none is missing."""

import re
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from portal.bills.models import Bill
from portal.documents.models import Document, NumberSeries
from portal.documents.rules import DocumentKind
from portal.documents.service import content_digest
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.verify import rules
from portal.verify.checks import AT_ONCE, Check, Finding

_NUMBERED = re.compile(r"(?P<series>[A-Z]{2,3}-[0-9]{4})-(?P<number>[0-9]{6,9})", re.ASCII)
# A document of before names were bound to the content is stored under its number alone.
_STORED_AS = "{number}.pdf"


def _contents(session: Session) -> Iterator[Finding]:
    found = session.execute(
        select(Document, Bill, Payment)
        .join(Bill, Bill.id == Document.bill_id)
        .join(Payment, Payment.id == Document.payment_id),
        execution_options={"yield_per": AT_ONCE},
    )
    for document, bill, payment in found:
        for wrong in (*_of_content(document, bill, payment), *_of_storage(document)):
            yield Finding("documents", document.number, wrong)


def _of_content(document: Document, bill: Bill, payment: Payment) -> Iterator[str]:
    said = document.content
    if content_digest(said) != document.content_digest:
        yield "its content is not what was frozen"
    expected: dict[str, object] = {
        "kind": document.kind,
        "number": document.number,
        "issued_on": document.issued_on.isoformat(),
        "currency": bill.currency,
        "payment_reference": payment.ref,
    }
    expected |= _amounts(document.kind, bill)
    for name, value in expected.items():
        if said.get(name) != value:
            yield f"it says {said.get(name)} for {name}, the rows say {value}"
    if payment.bill_id != bill.id:
        yield "its payment is of another bill"
    if document.patient_id != bill.patient_id:
        yield "its bill is another patient's"


def _amounts(kind: DocumentKind, bill: Bill) -> dict[str, object]:
    """What it must say of the bill's amounts."""
    if kind is DocumentKind.INVOICE:
        return {
            "bill_reference": bill.ref,
            "net": bill.net,
            "tax": bill.tax,
            "total": bill.total,
            "amount_paid": bill.total,
        }
    if kind is DocumentKind.RECEIPT:
        return {"amount": bill.total, "tax": bill.tax}
    return {}


def _of_storage(document: Document) -> Iterator[str]:
    stored = (document.stored_at, document.stored_as, document.sha256)
    if any(part is None for part in stored) and stored != (None, None, None):
        yield "it is stored, and not all is known of where and what"
    if document.stored_as is None:
        return
    bound_to = f"{document.number}-{document.content_digest[:16]}"
    of_its_own = document.stored_as.startswith(bound_to)
    if not of_its_own and document.stored_as != _STORED_AS.format(number=document.number):
        yield f"it is stored as {document.stored_as}"


def _missing(session: Session) -> Iterator[Finding]:
    """A paid payment has one invoice and one receipt, and no other has any.

    Payments of before there were receipts have none.
    """
    for kind in (DocumentKind.INVOICE, DocumentKind.RECEIPT):
        issued = (
            select(func.count())
            .where(Document.kind == kind, Document.payment_id == Payment.id)
            .correlate(Payment)
            .scalar_subquery()
        )
        is_paid = Payment.state == PaymentState.PAID
        least = 1 if kind is DocumentKind.INVOICE else 0
        wrong = or_(and_(is_paid, issued < least), issued > 1, and_(~is_paid, issued != 0))
        for ref, state, count in session.execute(
            select(Payment.ref, Payment.state, issued).where(wrong)
        ):
            yield Finding("documents", f"{kind} of {ref}", f"{count} of a payment that is {state}")


def _numbers(session: Session) -> Iterator[Finding]:
    given: defaultdict[str, list[int]] = defaultdict(list)
    numbered = select(Document.number).where(Document.kind != DocumentKind.RECEIPT)
    for number in session.scalars(numbered):
        parts = _NUMBERED.fullmatch(number)
        if parts is None:
            yield Finding("documents", number, "its number is of no series")
        else:
            given[parts["series"]].append(int(parts["number"]))
    last = {row.series: row.last for row in session.scalars(select(NumberSeries))}
    for series in sorted({*given, *last}):
        for wrong in rules.numbers_of_series(given[series], last.get(series, 0)):
            yield Finding("number_series", series, wrong)


_TABLES = ("documents", "bills", "payments")
CHECKS = (
    Check("documents: contents", _TABLES, _contents),
    Check("documents: none missing", _TABLES, _missing),
    Check("documents: numbers without gaps", ("documents", "number_series"), _numbers),
)
