"""Withdrawing what nobody has paid for, and only that."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.actions.pay import start
from portal.actions.withdraw import NotWithdrawable, withdraw
from portal.audit.models import AuditRecord
from portal.bills.models import Bill, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.context import Portal
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.payments.service import NotPayable
from portal.stripe_sync.cancel import cancel_for_bill
from tests.support.bills import Owed, latest, started
from tests.support.people import Person

RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]


def states(portal: Portal, bill: Owed) -> tuple[str, str]:
    """Of the bill, and of its request."""
    with portal.db.read() as session:
        row = session.get_one(Bill, bill.id)
        return row.state, session.get_one(ServiceRequest, row.service_request_id).state


def test_withdrawing_closes_the_bill_and_cancels_the_request(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    withdraw(portal, bill.id)
    assert states(portal, bill) == (BillState.WITHDRAWN, RequestState.CANCELLED)
    with portal.db.read() as session:
        record = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "bill.withdrawn")
        ).one()
    assert (record.subject_ref, record.user_id) == (bill.ref, alice.user_id)


def test_withdrawing_twice_is_the_same_as_once(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    withdraw(portal, bill.id)
    withdraw(portal, bill.id)
    with portal.db.read() as session:
        assert (
            len(
                session.scalars(
                    select(AuditRecord).where(AuditRecord.action == "bill.withdrawn")
                ).all()
            )
            == 1
        )


def test_a_payment_begun_but_not_made_is_canceled_at_stripe_first(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    withdraw(portal, bill.id)
    assert payment.stripe_id is not None
    assert portal.stripe.payment_intents.fetch(payment.stripe_id).status == "canceled"
    assert latest(portal, bill).state == PaymentState.CANCELED
    assert states(portal, bill)[0] == BillState.WITHDRAWN


def test_a_bill_that_was_paid_a_moment_ago_is_not_withdrawn(
    portal: Portal, alice: Person, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    pay(bill, "pm_card_visa")
    with pytest.raises(NotWithdrawable):
        withdraw(portal, bill.id)
    assert states(portal, bill) == (BillState.PAID, RequestState.ACTIVE)


def test_a_payment_begun_in_another_tab_meanwhile_is_noticed(
    portal: Portal, alice: Person, request_bill: RequestBill, monkeypatch: pytest.MonkeyPatch
) -> None:
    bill = request_bill(alice)

    def begin_elsewhere(portal: Portal, bill_id: int) -> bool:
        nothing_live = cancel_for_bill(portal, bill_id)
        started(portal, bill)
        return nothing_live

    monkeypatch.setattr("portal.actions.withdraw.cancel_for_bill", begin_elsewhere)
    with pytest.raises(NotWithdrawable):
        withdraw(portal, bill.id)
    assert states(portal, bill) == (BillState.OPEN, RequestState.REQUESTED)


def test_a_withdrawn_bill_cannot_be_paid(
    portal: Portal, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    withdraw(portal, bill.id)
    with pytest.raises(NotPayable):
        start(portal, bill.id)
