"""Bills against their lines, taxes, payments and requests."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from portal.bills.models import Bill, BillLine, ServiceRequest
from portal.bills.rules import BillState
from portal.catalogue.lines import Line, TaxLine
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.refunds.models import Refund
from portal.refunds.rules import RefundState
from portal.verify import rules
from portal.verify.checks import AT_ONCE, Check, Finding


def _sums(session: Session) -> Iterator[Finding]:
    whole = select(Bill).options(selectinload(Bill.lines), selectinload(Bill.taxes))
    for bill in session.scalars(whole, execution_options={"yield_per": AT_ONCE}):
        sums = rules.BillSums(bill.currency, bill.net, bill.tax, bill.total)
        lines = [_line(line) for line in bill.lines]
        taxes = [TaxLine(tax.rate_bp, tax.net, tax.tax, tax.exemption) for tax in bill.taxes]
        for wrong in rules.sums_of_bill(sums, lines, taxes):
            yield Finding("bills", bill.ref, wrong)


def _line(line: BillLine) -> Line:
    return Line(
        line.kind,
        line.label,
        line.quantity,
        line.unit_amount,
        line.tax_rate_bp,
        line.exemption,
    )


def _states(session: Session) -> Iterator[Finding]:
    paid = (
        select(func.count())
        .where(Payment.bill_id == Bill.id, Payment.state == PaymentState.PAID)
        .correlate(Bill)
        .scalar_subquery()
    )
    found = session.execute(
        select(Bill.ref, Bill.state, Bill.total, Bill.closed_at.is_(None), paid),
        execution_options={"yield_per": AT_ONCE},
    )
    for ref, state, total, is_unclosed, payments in found:
        expected = 1 if state is BillState.PAID else 0
        if payments != expected:
            yield Finding("bills", ref, f"it is {state} and has {payments} paid payments")
        if is_unclosed != (state is BillState.OPEN):
            yield Finding("bills", ref, f"it is {state}, and when it was closed says otherwise")
        if (total == 0) != (state is BillState.SETTLED):
            yield Finding("bills", ref, f"it is {state} with the total {total}")


def _requests(session: Session) -> Iterator[Finding]:
    refunded = (
        select(func.coalesce(func.sum(Refund.amount), 0))
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.bill_id == Bill.id, Payment.state == PaymentState.PAID)
        .where(Refund.state == RefundState.SUCCEEDED)
        .correlate(Bill)
        .scalar_subquery()
    )
    found = session.execute(
        select(
            ServiceRequest.ref,
            ServiceRequest.state,
            ServiceRequest.patient_id,
            Bill.id,
            Bill.state,
            Bill.total,
            Bill.patient_id,
            refunded,
        ).outerjoin(Bill, Bill.service_request_id == ServiceRequest.id),
        execution_options={"yield_per": AT_ONCE},
    )
    for ref, state, patient_id, bill_id, bill_state, total, billed_id, sent_back in found:
        if bill_id is None:
            yield Finding("service_requests", ref, "it has no bill")
            continue
        if patient_id != billed_id:
            yield Finding("service_requests", ref, "its bill is another patient's")
        in_full = total > 0 and sent_back >= total
        for wrong in rules.state_of_request(bill_state, state, in_full):
            yield Finding("service_requests", ref, wrong)


CHECKS = (
    Check("bills: lines, taxes and totals", ("bills", "bill_lines", "bill_taxes"), _sums),
    Check("bills: states and payments", ("bills", "payments"), _states),
    Check("requests: states", ("service_requests", "bills", "refunds"), _requests),
)
