"""The ledger: every entry balances, and is what the rows it comes from ask for.

A new kind of entry has a row in EXPECTED.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from portal.bills.models import Bill
from portal.documents.models import Document
from portal.ledger import rules as ledger_rules
from portal.ledger.models import LedgerEntry
from portal.ledger.rules import Account, Line
from portal.payments.models import BalanceTransaction, Payment
from portal.payments.rules import PaymentState
from portal.refunds.models import Refund
from portal.verify import refund_entries, rules
from portal.verify.checks import AT_ONCE, Check, Finding

Sources = Sequence[str]
Expected = dict[str, list[Line]]


def _sale(payment: Payment, bill: Bill) -> list[Line]:
    return ledger_rules.sale(bill.currency, bill.net, bill.tax)


def _suspense(payment: Payment, bill: Bill) -> list[Line]:
    currency = payment.received_currency or bill.currency
    return ledger_rules.suspense(currency, payment.received or 0)


def _suspense_explained(payment: Payment, bill: Bill) -> list[Line]:
    return [Line(line.account, line.currency, -line.amount) for line in _suspense(payment, bill)]


def _difference(payment: Payment, bill: Bill) -> list[Line]:
    return ledger_rules.difference(bill.currency, payment.received or 0, bill.total)


def _of_payments(
    lines_of: Callable[[Payment, Bill], list[Line]],
) -> Callable[[Session, Sources], Expected]:
    """Entries whose source is a payment's reference."""

    def expect(session: Session, sources: Sources) -> Expected:
        found = session.execute(
            select(Payment, Bill)
            .join(Bill, Bill.id == Payment.bill_id)
            .where(Payment.ref.in_(sources))
        )
        return {payment.ref: lines_of(payment, bill) for payment, bill in found}

    return expect


def _balances(session: Session, sources: Sources) -> Expected:
    """What moved at Stripe, in the payer's currency and on Stripe's balance."""
    found = session.execute(
        select(BalanceTransaction, Payment, Refund)
        .join(Payment, Payment.id == BalanceTransaction.payment_id)
        .outerjoin(Refund, Refund.stripe_id == BalanceTransaction.source_id)
        .where(BalanceTransaction.stripe_id.in_(sources))
    )
    return {moved.stripe_id: _balance(moved, payment, refund) for moved, payment, refund in found}


def _balance(moved: BalanceTransaction, payment: Payment, refund: Refund | None) -> list[Line]:
    amount = payment.amount if payment.received is None else payment.received
    currency = payment.received_currency or payment.currency
    if refund is not None:
        # What comes back of a failed refund is money that comes in.
        amount = refund.amount if moved.amount > 0 else -refund.amount
        currency = refund.currency
    return ledger_rules.balance(currency, amount, moved.currency, moved.amount, moved.fee)


# What the entries of each kind consist of, from the rows of their sources.
EXPECTED: dict[str, Callable[[Session, Sources], Expected]] = {
    "sale": _of_payments(_sale),
    "suspense": _of_payments(_suspense),
    "suspense_explained": _of_payments(_suspense_explained),
    "difference": _of_payments(_difference),
    "balance": _balances,
    **refund_entries.EXPECTED,
}


def _entries(session: Session) -> Iterator[Finding]:
    whole = select(LedgerEntry).options(selectinload(LedgerEntry.postings))
    every = session.scalars(whole, execution_options={"yield_per": AT_ONCE})
    for some in every.partitions():
        expected = _expected(session, some)
        for entry in some:
            subject = f"{entry.kind} of {entry.source_id}"
            for wrong in _of_entry(entry, expected[entry.kind].get(entry.source_id)):
                yield Finding("ledger_entries", subject, wrong)


def _expected(session: Session, entries: Sequence[LedgerEntry]) -> dict[str, Expected]:
    """What these entries should consist of, by kind and source."""
    sources: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        sources[entry.kind].append(entry.source_id)
    return {
        kind: EXPECTED[kind](session, of_kind) if kind in EXPECTED else {}
        for kind, of_kind in sources.items()
    }


def _of_entry(entry: LedgerEntry, expected: list[Line] | None) -> Iterator[str]:
    unknown = {posting.account for posting in entry.postings} - set(Account)
    if unknown:
        yield f"it posts to {', '.join(sorted(unknown))}, which is no account"
        return
    found = [
        Line(Account(posting.account), posting.currency, posting.amount)
        for posting in entry.postings
    ]
    yield from rules.postings_balance(found)
    if expected is None:
        yield "nothing that it could come from is known"
        return
    yield from rules.postings_are(found, expected)


# What must have been booked, by kind of entry: the sources of each.
BOOKED: dict[str, Select[Any]] = {
    "sale": select(Payment.ref.label("source")).where(Payment.state == PaymentState.PAID),
    "balance": select(BalanceTransaction.stripe_id.label("source")).where(
        BalanceTransaction.payment_id.is_not(None)
    ),
    "credit_note": select(Refund.ref.label("source")).where(
        exists().where(Document.refund_id == Refund.id)
    ),
    "suspense": select(Payment.ref.label("source")).where(
        Payment.state == PaymentState.REVIEW, func.coalesce(Payment.received, 0) > 0
    ),
}


def _missing(session: Session) -> Iterator[Finding]:
    for kind, wanted in BOOKED.items():
        sources = wanted.subquery()
        of_kind = and_(LedgerEntry.source_id == sources.c.source, LedgerEntry.kind == kind)
        found = session.scalars(
            select(sources.c.source).outerjoin(LedgerEntry, of_kind).where(LedgerEntry.id.is_(None))
        )
        for source in found:
            yield Finding("ledger_entries", f"{kind} of {source}", "it is missing")


def _unfounded(session: Session) -> Iterator[Finding]:
    """A sale is of a payment that is paid, and of no other."""
    found = session.scalars(
        select(LedgerEntry.source_id)
        .outerjoin(Payment, Payment.ref == LedgerEntry.source_id)
        .where(LedgerEntry.kind == "sale")
        .where(or_(Payment.id.is_(None), Payment.state != PaymentState.PAID))
    )
    for source in found:
        yield Finding("ledger_entries", f"sale of {source}", "that payment is not paid")


_TABLES = ("ledger_entries", "postings", "payments", "balance_transactions", "refunds")
CHECKS = (
    Check("ledger: postings", _TABLES, _entries),
    Check("ledger: nothing is missing", _TABLES, _missing),
    Check("ledger: sales of paid payments alone", ("ledger_entries", "payments"), _unfounded),
)
