"""Jobs that keep failing, and those that were given up: two lists for each kind of job."""

from sqlalchemy import literal, null, select

from portal import links
from portal.admin.attention.kinds import Found, Kind
from portal.bills.models import Bill, BillNotice
from portal.documents.models import Document
from portal.jobs import ATTEMPTS_BEFORE_ATTENTION, JobColumns
from portal.mail.models import Mail
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.refunds.models import Refund
from portal.stripe_sync.models import StripeEvent
from portal.stripe_sync.reconcile.models import ReconcileRun, ReconcileSchedule
from portal.texts import lazy_gettext

_RETRIED = lazy_gettext(
    "They are tried again by themselves. If one is still here tomorrow, tell whoever runs the "
    "portal."
)
_STOPPED = lazy_gettext("They are not tried again. Tell whoever runs the portal.")

_PAYMENTS = select(
    Payment.ref,
    Payment.created_at,
    Payment.last_error,
    Patient.name,
    Payment.amount,
    Payment.currency,
).join(Patient, Patient.id == Payment.patient_id)
_REFUNDS = (
    select(
        Refund.ref,
        Refund.created_at,
        Refund.last_error,
        Patient.name,
        Refund.amount,
        Refund.currency,
    )
    .join(Payment, Payment.id == Refund.payment_id)
    .join(Patient, Patient.id == Payment.patient_id)
)
_EVENTS = select(
    StripeEvent.stripe_id,
    StripeEvent.received_at,
    StripeEvent.last_error,
    null(),
    null(),
    null(),
)
_DOCUMENTS = (
    select(
        Document.number,
        Payment.created_at,
        Document.last_error,
        Patient.name,
        Payment.amount,
        Payment.currency,
    )
    .join(Payment, Payment.id == Document.payment_id)
    .join(Patient, Patient.id == Document.patient_id)
)
_BILLS = (
    select(
        Bill.ref,
        Bill.created_at,
        BillNotice.last_error,
        Patient.name,
        Bill.total,
        Bill.currency,
    )
    .join(Bill, Bill.id == BillNotice.bill_id)
    .join(Patient, Patient.id == Bill.patient_id)
)
_RECONCILE = select(
    literal("Stripe"),
    select(ReconcileRun.started_at).order_by(ReconcileRun.id.desc()).limit(1).scalar_subquery(),
    ReconcileSchedule.last_error,
    null(),
    null(),
    null(),
)


def _to_reconcile(subject: str) -> str:
    return links.reconcile()


def _failing(query: Found, model: type[JobColumns]) -> Found:
    """Of the rows of `query`, those that keep failing and are still tried."""
    return query.where(
        model.attempts >= ATTEMPTS_BEFORE_ATTENTION, model.due_at.is_not(None)
    ).order_by(model.id)


def _stopped(query: Found, model: type[JobColumns]) -> Found:
    """Of the rows of `query`, those that are not tried any more."""
    return query.where(
        model.attempts >= ATTEMPTS_BEFORE_ATTENTION, model.due_at.is_(None)
    ).order_by(model.id)


FAILING = (
    Kind(
        lazy_gettext("Payments that we cannot look up"),
        lazy_gettext(
            "Stripe is not responding for them, or not as it should. %(retried)s", retried=_RETRIED
        ),
        _failing(_PAYMENTS, Payment),
    ),
    Kind(
        lazy_gettext("Payments that Stripe will not tell us about"),
        lazy_gettext(
            "Stripe has refused to answer for them for days. %(stopped)s", stopped=_STOPPED
        ),
        _stopped(_PAYMENTS, Payment),
    ),
    Kind(
        lazy_gettext("Refunds that we cannot look up"),
        lazy_gettext(
            "Stripe is not responding for them, or not as it should. %(retried)s", retried=_RETRIED
        ),
        _failing(_REFUNDS, Refund),
    ),
    Kind(
        lazy_gettext("Refunds that Stripe will not tell us about"),
        lazy_gettext(
            "Stripe has refused to answer for them for days. %(stopped)s", stopped=_STOPPED
        ),
        _stopped(_REFUNDS, Refund),
    ),
    Kind(
        lazy_gettext("News from Stripe that we cannot act on"),
        lazy_gettext(
            "The payments they are about may be out of date. %(retried)s", retried=_RETRIED
        ),
        _failing(_EVENTS, StripeEvent),
    ),
    Kind(
        lazy_gettext("News from Stripe that we have given up on"),
        lazy_gettext(
            "The payments they are about may be out of date. %(stopped)s", stopped=_STOPPED
        ),
        _stopped(_EVENTS, StripeEvent),
    ),
    Kind(
        lazy_gettext("Nightly comparison with Stripe that does not finish"),
        lazy_gettext(
            "What webhooks have not told us of may be missing. %(retried)s", retried=_RETRIED
        ),
        _failing(_RECONCILE, ReconcileSchedule),
        href=_to_reconcile,
    ),
    Kind(
        lazy_gettext("Nightly comparison with Stripe that we have given up on"),
        lazy_gettext(
            "What webhooks have not told us of may be missing. %(stopped)s", stopped=_STOPPED
        ),
        _stopped(_RECONCILE, ReconcileSchedule),
        href=_to_reconcile,
    ),
    Kind(
        lazy_gettext("Documents that we cannot make"),
        lazy_gettext(
            "The patients have paid and cannot download them yet. %(retried)s", retried=_RETRIED
        ),
        _failing(_DOCUMENTS, Document),
    ),
    Kind(
        lazy_gettext("Documents that we have given up on"),
        lazy_gettext(
            "The patients have paid and cannot download them. %(stopped)s", stopped=_STOPPED
        ),
        _stopped(_DOCUMENTS, Document),
    ),
    Kind(
        lazy_gettext("Bills that we cannot ask for by email"),
        lazy_gettext(
            "Their patients have had no email about them, or no reminder. %(retried)s",
            retried=_RETRIED,
        ),
        _failing(_BILLS, BillNotice),
    ),
    Kind(
        lazy_gettext("Emails that we cannot send"),
        lazy_gettext(
            "The mail server may be down, or a mailbox may be full. %(retried)s", retried=_RETRIED
        ),
        _failing(select(Mail.ref, Mail.created_at, Mail.last_error, null(), null(), null()), Mail),
    ),
    Kind(
        lazy_gettext("Emails that were refused"),
        lazy_gettext(
            "These addresses take no emails from us. We do not try them again. Ask the patient for "
            "the right address."
        ),
        _stopped(
            select(Mail.recipient, Mail.created_at, Mail.last_error, null(), null(), null()), Mail
        ),
    ),
)
