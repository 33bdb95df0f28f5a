"""Asking Stripe how payments stand, for those whose webhooks were lost or whose payers have
left.
"""

from portal.jobs import JobKind
from portal.payments.models import Payment
from portal.payments.service import look_after

KIND = JobKind("payment", Payment, look_after)
