"""Asking Stripe how payments stand, for those whose webhooks were lost."""

from portal.context import Portal
from portal.jobs import JobKind
from portal.payments.models import Payment
from portal.payments.service import refresh


def _run(portal: Portal, payment_id: int) -> None:
    refresh(portal, payment_id)


KIND = JobKind("payment", Payment, _run)
