"""What may need a person, a row for each kind: its title, what to do, and the query that finds it.

Each query gives subject, since when, why, and where they are known the patient, amount and
currency; the oldest first.
"""

from sqlalchemy import ColumnElement, exists, func, null, select
from sqlalchemy.orm import aliased

from portal import links
from portal.admin.attention.failing import FAILING
from portal.admin.attention.kinds import Found, Kind
from portal.documents.models import Document
from portal.documents.rules import Lack
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.refunds.models import Refund
from portal.refunds.rules import CLOSED, RefundState
from portal.stripe_sync.models import StripeEvent
from portal.stripe_sync.rules import Outcome
from portal.texts import lazy_gettext


def _refunded_since() -> ColumnElement[bool]:
    """Whether a later refund of the same payment is on its way or done."""
    other = aliased(Refund)
    return exists().where(
        other.payment_id == Refund.payment_id, other.id > Refund.id, other.state.not_in(CLOSED)
    )


def _refunds(state: RefundState) -> Found:
    return (
        select(
            Payment.ref,
            Refund.created_at,
            Refund.failure_reason,
            Patient.name,
            Refund.amount,
            Refund.currency,
        )
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Patient, Patient.id == Payment.patient_id)
        .where(Refund.state == state)
        .order_by(Refund.id)
    )


def _held(lack: Lack) -> Found:
    return (
        select(
            Document.number,
            Payment.paid_at,
            null(),
            Patient.name,
            Payment.amount,
            Payment.currency,
        )
        .join(Payment, Payment.id == Document.payment_id)
        .join(Patient, Patient.id == Document.patient_id)
        .where(Document.held_for == lack)
        .order_by(Document.id)
    )


_SUBJECT = func.coalesce(Payment.ref, StripeEvent.object_id, StripeEvent.stripe_id)

KINDS = (
    Kind(
        lazy_gettext("Payments to check by hand"),
        lazy_gettext(
            "Open each to see what differs, and decide: take it as paid, send the money back, "
            "or close it. The patients have been told not to pay again."
        ),
        select(
            Payment.ref,
            Payment.created_at,
            Payment.review_reason,
            Patient.name,
            func.coalesce(Payment.received, Payment.amount),
            func.coalesce(Payment.received_currency, Payment.currency),
        )
        .join(Patient, Patient.id == Payment.patient_id)
        .where(Payment.state == PaymentState.REVIEW)
        .order_by(Payment.id),
        href=links.review,
    ),
    Kind(
        lazy_gettext("Payments at Stripe that our records do not have"),
        lazy_gettext(
            "The portal made them, and an older copy of its records has been put back since. "
            "Find each in Stripe by its id and tell the patient. If it was paid, do not ask "
            "them to pay again."
        ),
        select(
            StripeEvent.intent_id,
            func.min(StripeEvent.received_at),
            null(),
            null(),
            null(),
            null(),
        )
        .where(StripeEvent.outcome == Outcome.UNKNOWN)
        .group_by(StripeEvent.intent_id)
        .order_by(func.min(StripeEvent.id)),
        reason=lazy_gettext("Stripe names a payment that is not in our records."),
    ),
    Kind(
        lazy_gettext("Refunds that failed"),
        lazy_gettext(
            "The money did not reach the patient, and they are owed it. Open the payment to see "
            "why, and refund it again. If that fails too, ask how else to pay it to them."
        ),
        _refunds(RefundState.FAILED).where(~_refunded_since()),
        href=links.office_payment,
    ),
    Kind(
        lazy_gettext("Refunds that need a second administrator"),
        lazy_gettext("Open each and agree to it, or take it back. Nothing has been sent yet."),
        _refunds(RefundState.AWAITING_APPROVAL),
        href=links.office_payment,
    ),
    Kind(
        lazy_gettext("Disputes and payouts to deal with in Stripe"),
        lazy_gettext(
            "Something has happened at Stripe that the portal does not act on. Look at it in "
            "Stripe. It stays on this list."
        ),
        # Stripe tells of one refund with several events.
        select(
            _SUBJECT,
            func.min(StripeEvent.received_at),
            func.aggregate_strings(StripeEvent.type, ", "),
            func.min(Patient.name),
            func.min(Payment.amount),
            func.min(Payment.currency),
        )
        .outerjoin(Payment, Payment.stripe_id == StripeEvent.intent_id)
        .outerjoin(Patient, Patient.id == Payment.patient_id)
        .where(StripeEvent.outcome == Outcome.UNHANDLED)
        .group_by(_SUBJECT)
        .order_by(func.min(StripeEvent.id)),
    ),
    Kind(
        lazy_gettext("Invoices that need an exchange rate"),
        lazy_gettext(
            "VAT in another currency must also stand in pounds. Add HMRC's rates for that month: "
            "portal exchange-rate import, or portal exchange-rate set for one of them. The "
            "invoices are made at once."
        ),
        _held(Lack.EXCHANGE_RATE),
    ),
    Kind(
        lazy_gettext("Invoices that need an address"),
        lazy_gettext(
            "Above 250 pounds an invoice must name the patient's address. They can add it at "
            "their account page, or you can: portal user correct --address."
        ),
        _held(Lack.ADDRESS),
    ),
    Kind(
        lazy_gettext("Invoices with a name that cannot be printed"),
        lazy_gettext(
            "No font here has all its letters. Ask the patient how else they write it, and "
            "correct it: portal user correct --name."
        ),
        _held(Lack.PRINTABLE_NAME),
    ),
    Kind(
        lazy_gettext("Documents whose stored copy was lost or changed"),
        lazy_gettext(
            "They have been drawn again from what they say, and nobody was given the changed "
            "copy. Tell whoever runs the portal, then tick them off."
        ),
        select(
            Document.number,
            Document.damaged_at,
            null(),
            Patient.name,
            null(),
            null(),
        )
        .join(Patient, Patient.id == Document.patient_id)
        .where(Document.damaged_at.is_not(None))
        .order_by(Document.id),
        resolve=links.damage,
        label=lazy_gettext("I have looked at it"),
    ),
    *FAILING,
)
