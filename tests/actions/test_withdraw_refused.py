"""Withdrawing while Stripe does not know the payment."""

from collections.abc import Callable

from sqlalchemy import update

from portal.context import Portal
from portal.payments.models import Payment
from tests.support.bills import Owed, started
from tests.support.client import PortalClient, words_of
from tests.support.people import Person


def test_a_refusal_of_stripes_is_a_page_that_says_nothing_was_charged(
    portal: Portal,
    alice: Person,
    sign_in: Callable[[Person], PortalClient],
    request_bill: Callable[..., Owed],
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    with portal.db.write() as session:
        session.execute(
            update(Payment).where(Payment.id == payment.id).values(stripe_id="pi_of_nobody")
        )
    answer = sign_in(alice).submit(f"/bills/{bill.ref}/withdraw", action="/withdraw")
    assert answer.status_code == 503
    assert "not been charged" in words_of(answer)
