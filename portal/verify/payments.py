"""Payments against their bills, their attempts and what was shown at the checkout."""

from collections.abc import Iterator

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditRecord
from portal.bills.models import Bill
from portal.ledger.models import LedgerEntry
from portal.payments.models import Attempt, CheckoutRecord, Payment
from portal.payments.rules import PaymentState
from portal.refunds.models import Refund
from portal.refunds.rules import CLOSED, RefundState
from portal.verify.checks import AT_ONCE, Check, Finding

# In these, what Stripe has may differ from the bill: an administrator decides, or has decided.
MAY_DIFFER = frozenset({PaymentState.REVIEW, PaymentState.CANCELED})


def is_accepted() -> Select[tuple[bool]]:
    """For queries: whether an administrator took another amount as the payment of the bill."""
    return select(
        exists()
        .where(LedgerEntry.source_id == Payment.ref, LedgerEntry.kind == "difference")
        .correlate(Payment)
    )


def _bills(session: Session) -> Iterator[Finding]:
    found = session.execute(
        select(Payment, Bill, is_accepted().scalar_subquery()).join(
            Bill, Bill.id == Payment.bill_id
        ),
        execution_options={"yield_per": AT_ONCE},
    )
    for payment, bill, accepted in found:
        for wrong in _of_one(payment, bill, accepted):
            yield Finding("payments", payment.ref, wrong)


def _of_one(payment: Payment, bill: Bill, accepted: bool) -> Iterator[str]:
    asked = (payment.amount, payment.currency)
    received = (payment.received, payment.received_currency)
    if asked != (bill.total, bill.currency):
        yield f"it is for {_said(*asked)}, its bill for {_said(bill.total, bill.currency)}"
    if payment.patient_id != bill.patient_id:
        yield "its bill is another patient's"
    if payment.state is PaymentState.PAID:
        if payment.paid_at is None or payment.stripe_id is None:
            yield "it is paid, and no charge at Stripe is known"
        if received != asked and not accepted:
            yield f"it is paid with {_said(*received)}, and was for {_said(*asked)}"
        if payment.received_currency != payment.currency:
            yield f"it is paid in {payment.received_currency}, not in {payment.currency}"
    elif payment.received and payment.state not in MAY_DIFFER:
        yield f"it is {payment.state}, and {_said(*received)} was received"


def _attempts(session: Session) -> Iterator[Finding]:
    """What was charged is what was asked for and received; a paid payment has one such charge."""
    found = session.execute(
        select(Attempt.stripe_id, Attempt.amount, Payment.amount)
        .join(Payment, Payment.id == Attempt.payment_id)
        .where(Payment.state.not_in(MAY_DIFFER), ~is_accepted().scalar_subquery())
        .where(Attempt.amount != Payment.amount)
    )
    for stripe_id, amount, asked in found:
        yield Finding("attempts", stripe_id, f"it is over {amount}, its payment over {asked}")
    charged = (
        select(func.coalesce(func.sum(Attempt.amount), 0))
        .where(Attempt.payment_id == Payment.id, Attempt.status == "succeeded")
        .correlate(Payment)
        .scalar_subquery()
    )
    differing = session.execute(
        select(Payment.ref, Payment.received, charged).where(
            Payment.state == PaymentState.PAID, Payment.received != charged
        )
    )
    for ref, received, amount in differing:
        wrong = f"{received} was received, its successful attempts come to {amount}"
        yield Finding("payments", ref, wrong)


def _checkouts(session: Session) -> Iterator[Finding]:
    """The price paid is the price shown."""
    found = session.execute(
        select(CheckoutRecord.id, Payment.ref)
        .join(Payment, Payment.id == CheckoutRecord.payment_id)
        .where(
            (CheckoutRecord.shown_total != Payment.amount)
            | (CheckoutRecord.currency != Payment.currency)
        )
    )
    for record_id, ref in found:
        wrong = f"the total that was shown is not what payment {ref} is for"
        yield Finding("checkout_records", str(record_id), wrong)


def _refunds(session: Session) -> Iterator[Finding]:
    """No more is sent back than was received, and in the same currency."""
    found = session.execute(
        select(Refund.ref, Refund.currency, Payment.received_currency)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.currency != func.coalesce(Payment.received_currency, ""))
    )
    for ref, currency, received in found:
        yield Finding("refunds", ref, f"it is in {currency}, and {received} was received")
    total = func.sum(Refund.amount)
    above = session.execute(
        select(Payment.ref, Payment.received, total)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.state.not_in(CLOSED))
        .group_by(Payment.id, Payment.ref, Payment.received)
        .having(total > func.coalesce(Payment.received, 0))
    )
    for ref, had, amount in above:
        wrong = f"{had} was received, its refunds come to {amount}"
        yield Finding("payments", ref, wrong)


def _kept(session: Session) -> Iterator[Finding]:
    """Money of a canceled payment was sent back, unless an administrator closed it as not ours.

    A refund that failed after all is listed for the office; its payment stays canceled.
    """
    sent_back = (
        select(func.coalesce(func.sum(Refund.amount), 0))
        .where(Refund.payment_id == Payment.id)
        .where(Refund.state.in_((RefundState.SUCCEEDED, RefundState.FAILED)))
        .correlate(Payment)
        .scalar_subquery()
    )
    closed = exists().where(
        AuditRecord.subject_type == "payment",
        AuditRecord.subject_ref == Payment.ref,
        AuditRecord.action == "payment.closed",
    )
    found = session.execute(
        select(Payment.ref, Payment.received, sent_back).where(
            Payment.state == PaymentState.CANCELED, Payment.received > sent_back, ~closed
        )
    )
    for ref, received, amount in found:
        wrong = f"it is canceled, and of {received} received {amount} was sent back"
        yield Finding("payments", ref, wrong)


def _said(amount: int | None, currency: str | None) -> str:
    return "nothing" if amount is None else f"{amount} {currency}"


CHECKS = (
    Check("payments: bills and what was received", ("payments", "bills"), _bills),
    Check("payments: attempts", ("attempts", "payments"), _attempts),
    Check("payments: what the checkout showed", ("checkout_records",), _checkouts),
    Check("refunds: never above what was received", ("refunds", "payments"), _refunds),
    Check("refunds: of canceled payments", ("refunds", "payments"), _kept),
)
