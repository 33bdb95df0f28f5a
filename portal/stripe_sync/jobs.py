"""Acting on stored webhooks."""

from portal.jobs import JobKind
from portal.stripe_sync.inbox import act
from portal.stripe_sync.models import StripeEvent

KIND = JobKind("stripe_event", StripeEvent, act)
