"""Polling payments whose webhooks were lost, and canceling those that were left unfinished."""

from portal.actions.pay import follow_up
from portal.jobs import JobKind
from portal.payments.models import Payment
from portal.stripe_sync.jobs import judge

# Each asks Stripe: between two of them the worker looks for news from Stripe, which says more.
KIND = JobKind("payment", Payment, follow_up, judge, batch=1)
