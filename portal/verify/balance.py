"""Balance transactions against their charges and refunds."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.payments.models import Attempt, BalanceTransaction, Payment
from portal.refunds.models import Refund
from portal.verify.checks import AT_ONCE, Check, Finding


def _amounts(session: Session) -> Iterator[Finding]:
    every = session.scalars(select(BalanceTransaction), execution_options={"yield_per": AT_ONCE})
    for moved in every:
        for wrong in _of_one(moved):
            yield Finding("balance_transactions", moved.stripe_id, wrong)


def _of_one(moved: BalanceTransaction) -> Iterator[str]:
    if moved.net != moved.amount - moved.fee:
        yield f"its net is {moved.net}, amount less fee are {moved.amount - moved.fee}"
    # Those of before the parts were kept have none.
    parts = sum(int(detail["amount"]) for detail in moved.fee_details)
    if moved.fee_details and parts != moved.fee:
        yield f"its fee is {moved.fee}, the parts of it come to {parts}"


def _sources(session: Session) -> Iterator[Finding]:
    """It is of a charge or a refund of its payment, and where no money was exchanged, over the
    same amount.
    """
    found = session.execute(
        select(BalanceTransaction, Payment, Attempt, Refund)
        .join(Payment, Payment.id == BalanceTransaction.payment_id)
        .outerjoin(Attempt, Attempt.stripe_id == BalanceTransaction.source_id)
        .outerjoin(Refund, Refund.stripe_id == BalanceTransaction.source_id),
        execution_options={"yield_per": AT_ONCE},
    )
    for moved, payment, attempt, refund in found:
        for wrong in _of_source(moved, payment, attempt or refund):
            yield Finding("balance_transactions", moved.stripe_id, wrong)


def _of_source(
    moved: BalanceTransaction, payment: Payment, source: Attempt | Refund | None
) -> Iterator[str]:
    if source is None or source.payment_id != payment.id:
        yield f"{moved.source_id} is no charge and no refund of payment {payment.ref}"
        return
    amount = source.amount
    if isinstance(source, Attempt) and payment.received is not None:
        amount = payment.received
    is_exchanged = moved.currency != (payment.received_currency or payment.currency)
    if is_exchanged != (moved.exchange_rate is not None):
        yield f"it is in {moved.currency}, with the exchange rate {moved.exchange_rate}"
    if not is_exchanged and abs(moved.amount) != amount:
        yield f"it is over {moved.amount}, its charge or refund over {amount}"


_TABLES = ("balance_transactions",)
CHECKS = (
    Check("balance transactions: amounts", _TABLES, _amounts),
    Check("balance transactions: charges and refunds", _TABLES, _sources),
)
