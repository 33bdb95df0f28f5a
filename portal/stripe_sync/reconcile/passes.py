"""What a run goes through, one pass for each kind of object: a new kind is a row in PASSES."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from portal.context import Portal
from portal.infrastructure import clock
from portal.payments.models import Attempt, BalanceTransaction, Payment
from portal.payments.rules import FINAL
from portal.refunds.models import Refund
from portal.refunds.rules import CLOSED, RefundState
from portal.stripe_api.errors import StripeRefused
from portal.stripe_api.payment_intents import SeenIntent
from portal.stripe_sync.inbox import receive
from portal.stripe_sync.models import StripeEvent
from portal.stripe_sync.payments import sync_payment
from portal.stripe_sync.reconcile.rules import EVENTS_KEPT
from portal.stripe_sync.reconcile.run import Run
from portal.stripe_sync.refunds import sync_refund, sync_refunds_of
from portal.stripe_sync.unknown import adopt, is_ours

# Rows whose ids are in memory at a time, and events that are looked for at once.
AT_ONCE = 100


@dataclass(frozen=True)
class Pass:
    """One way through Stripe's objects or through our rows. Each step can run twice."""

    name: str
    go: Callable[[Run], None]


def _payments(run: Run) -> None:
    """Every payment that Stripe may still have news of is fetched."""
    last = 0
    while ids := _open_payments(run, last):
        for payment_id in ids:
            run.look("payments")
            _bring(run, payment_id, sync_payment, _facts)
        last = ids[-1]


def _open_payments(run: Run, after: int) -> list[int]:
    with run.portal.db.read() as session:
        return list(
            session.scalars(
                select(Payment.id)
                .where(Payment.id > after)
                .where(or_(Payment.due_at.is_not(None), Payment.state.not_in(FINAL)))
                .order_by(Payment.id)
                .limit(AT_ONCE)
            )
        )


def _bring(
    run: Run,
    payment_id: int,
    sync: Callable[[Portal, int], object],
    facts: Callable[[Session, int], tuple[str, str]],
) -> None:
    """Bring a payment, or what hangs on it, to Stripe's truth, and note what that has changed."""
    with run.portal.db.read() as session:
        ref, before = facts(session, payment_id)
    try:
        sync(run.portal, payment_id)
    except StripeRefused as error:
        run.note_refusal(ref, error)
        return
    with run.portal.db.read() as session:
        _, after = facts(session, payment_id)
    if after != before:
        run.note(ref, before, after)


def _facts(session: Session, payment_id: int) -> tuple[str, str]:
    """A payment's reference, and how it stands in so many words."""
    payment = session.get_one(Payment, payment_id)
    attempts = select(func.count()).where(Attempt.payment_id == payment_id)
    moved = select(func.count()).where(BalanceTransaction.payment_id == payment_id)
    tries = session.scalars(attempts).one()
    parts = [str(payment.state), f"{tries} tried" if tries else "not tried"]
    if session.scalars(moved).one():
        parts.append("fee known")
    return payment.ref, ", ".join(parts)


def _refunds(run: Run) -> None:
    """Every refund of ours that Stripe may still have news of is fetched: a bank can send one back
    long after it succeeded.
    """
    is_recent = and_(Refund.state.not_in(CLOSED), Refund.created_at >= run.since)
    with run.portal.db.read() as session:
        found = session.execute(
            select(Refund.id, Refund.ref, Refund.state)
            .where(or_(Refund.due_at.is_not(None), is_recent))
            .order_by(Refund.id)
        ).all()
    for refund_id, ref, before in found:
        run.look("refunds")
        try:
            after: RefundState = sync_refund(run.portal, refund_id)
        except StripeRefused as error:
            run.note_refusal(ref, error)
            continue
        if after is not before:
            run.note(ref, str(before), str(after))


def _refunds_at_stripe(run: Run) -> None:
    """Payments of ours that have refunds at Stripe: those made in its dashboard are taken in."""
    every = run.portal.stripe.refunds.since(run.since)
    for intent_id in sorted({seen.intent_id for seen in every if seen.intent_id}):
        run.look("refunds at Stripe")
        with run.portal.db.read() as session:
            payment_id = session.scalar(select(Payment.id).where(Payment.stripe_id == intent_id))
        if payment_id is not None:
            _bring(run, payment_id, sync_refunds_of, _refunds_of)


def _refunds_of(session: Session, payment_id: int) -> tuple[str, str]:
    """A payment's reference, and how its refunds stand in so many words."""
    states = session.scalars(
        select(Refund.state).where(Refund.payment_id == payment_id).order_by(Refund.id)
    )
    said = ", ".join(f"refund {state}" for state in states)
    return session.get_one(Payment, payment_id).ref, said or "no refund"


def _unknown_payments(run: Run) -> None:
    """Payments at Stripe that this installation made, and that no row here has."""
    for seen in run.portal.stripe.payment_intents.since(run.since):
        run.look("payments at Stripe")
        if is_ours(run.portal, seen) and not _is_known(run, seen):
            _keep(run, seen)


def _is_known(run: Run, seen: SeenIntent) -> bool:
    mentioned = or_(Payment.stripe_id == seen.stripe_id, Payment.ref == seen.payment_ref)
    with run.portal.db.read() as session:
        return session.scalar(select(Payment.id).where(mentioned).limit(1)) is not None


def _keep(run: Run, seen: SeenIntent) -> None:
    try:
        is_kept = adopt(run.portal, seen)
    except StripeRefused as error:
        run.note_refusal(seen.stripe_id, error)
        return
    if not is_kept:
        run.unknown.append(seen.stripe_id)
    elif _is_known(run, seen):
        run.note(seen.payment_ref or seen.stripe_id, "missing", "in review")


def _events(run: Run) -> None:
    """Events that no webhook has brought are put into the inbox, where their job finds them."""
    since = max(run.since, clock.now() - EVENTS_KEPT)
    every = run.portal.stripe.events.since(since)
    while some := list(islice(every, AT_ONCE)):
        ids = [event.stripe_id for event in some]
        with run.portal.db.read() as session:
            known = set(
                session.scalars(select(StripeEvent.stripe_id).where(StripeEvent.stripe_id.in_(ids)))
            )
        for event in some:
            run.look("events")
            if event.stripe_id not in known and receive(run.portal, event, was_read=True):
                run.note(event.stripe_id, "missed", "received")


PASSES = (
    Pass("payments", _payments),
    Pass("payments at Stripe", _unknown_payments),
    Pass("refunds", _refunds),
    Pass("refunds at Stripe", _refunds_at_stripe),
    Pass("events", _events),
)
