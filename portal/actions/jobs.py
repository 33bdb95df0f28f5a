"""Polling what webhooks were lost of, and canceling what was left unfinished."""

from portal.actions.pay import follow_up
from portal.context import Portal
from portal.jobs import JobKind
from portal.payments.models import Payment
from portal.refunds.models import Refund
from portal.stripe_sync.jobs import judge
from portal.stripe_sync.refunds import sync_refund


def _sync_refund(portal: Portal, refund_id: int) -> None:
    sync_refund(portal, refund_id)


# Each asks Stripe: between two of them the worker looks for news from Stripe, which says more.
PAYMENT = JobKind("payment", Payment, follow_up, judge, batch=1)
REFUND = JobKind("refund", Refund, _sync_refund, judge, batch=1)
