"""Acting on stored webhooks."""

from portal.jobs import JobKind
from portal.stripe_events.models import StripeEvent
from portal.stripe_events.service import act

KIND = JobKind("stripe_event", StripeEvent, act)
