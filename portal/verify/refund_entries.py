"""What the ledger's entries about refunds consist of, from the refunds and their credit notes."""

from collections.abc import Callable, Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from invoices.credit_note import CreditNote
from portal.documents.models import Document
from portal.documents.rules import DocumentKind
from portal.ledger import rules as ledger_rules
from portal.ledger.rules import Account, Line
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.refunds.models import Refund

LinesOf = Callable[[Refund, Payment, CreditNote | None], list[Line]]


def _credit_note(refund: Refund, payment: Payment, note: CreditNote | None) -> list[Line]:
    return ledger_rules.credit_note(note.currency, note.net, note.tax) if note else []


def _beyond_the_note(refund: Refund, payment: Payment, note: CreditNote | None) -> list[Line]:
    account = Account.SUSPENSE
    if payment.state is PaymentState.PAID:
        account = Account.PAYMENT_DIFFERENCE
    amount = refund.credited - (note.total if note else 0)
    return ledger_rules.refund_elsewhere(refund.currency, amount, account)


def _repeated(refund: Refund, payment: Payment, note: CreditNote | None) -> list[Line]:
    amount = refund.amount - refund.credited
    return ledger_rules.refund_elsewhere(refund.currency, amount, Account.REFUNDS_OWED)


def _sent_back(refund: Refund, payment: Payment, note: CreditNote | None) -> list[Line]:
    return ledger_rules.refund_sent_back(refund.currency, refund.amount)


_LINES: dict[str, LinesOf] = {
    "credit_note": _credit_note,
    "refund": _beyond_the_note,
    "refund_repeated": _repeated,
    "refund_sent_back": _sent_back,
}


def _expect(lines_of: LinesOf) -> Callable[[Session, Sequence[str]], dict[str, list[Line]]]:
    """Entries whose source is a refund's reference."""

    def expect(session: Session, sources: Sequence[str]) -> dict[str, list[Line]]:
        is_note = and_(Document.refund_id == Refund.id, Document.kind == DocumentKind.CREDIT_NOTE)
        found = session.execute(
            select(Refund, Payment, Document.content)
            .join(Payment, Payment.id == Refund.payment_id)
            .outerjoin(Document, is_note)
            .where(Refund.ref.in_(sources))
        )
        return {
            refund.ref: lines_of(refund, payment, content and CreditNote.from_dict(content))
            for refund, payment, content in found
        }

    return expect


EXPECTED = {kind: _expect(lines_of) for kind, lines_of in _LINES.items()}
