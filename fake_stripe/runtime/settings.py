"""What can be set about one account."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from fake_stripe.clock import DAY

DEFAULT_WEBHOOK_SECRET = "whsec_offline"  # noqa: S105 - guards nothing: events of a fake
ACTIONS = ("drop", "duplicate", "delay", "hold", "reorder")


@dataclass
class Delays:
    """Seconds on the test clock until things that Stripe does later are done."""

    balance_transaction: float = 0
    dispute: float = 0
    refund: float = 60
    verdict: float = 60
    payout_arrival: float = 2 * DAY


@dataclass
class DeliveryRule:
    """A rule for the next `count` deliveries (None: all) whose type fits `types`, say "charge.*".

    `delay` waits `seconds`; `hold` keeps until released; `reorder` holds `count` and sends them
    last to first.
    """

    action: str
    types: str = "*"
    count: int | None = None
    seconds: float = 0
    gathered: list[int] = field(default_factory=list)

    def wants(self, event_type: str) -> bool:
        """Whether the rule is meant for an event of this type."""
        return self.count != 0 and fnmatchcase(event_type, self.types)


@dataclass
class RefundPlan:
    """How the next `count` refunds begin, in place of what their cards stand for.

    `status` is pending, requires_action or succeeded; `destination` is refund or reversal.
    """

    status: str
    pending_reason: str = "processing"
    destination: str = "refund"
    count: int = 1


@dataclass
class Settings:
    """How one account pays and is told of it.

    `webhook_url` and `webhook_secret` serve an account that never made an endpoint of its own.
    """

    webhook_url: str | None = None
    webhook_secret: str = DEFAULT_WEBHOOK_SECRET
    delays: Delays = field(default_factory=Delays)
    # How many confirmed payments the control surface wants to see in `processing` first.
    hold_processing: int = 0
    # How the next refunds begin, where the control surface has said so.
    refund_plan: RefundPlan | None = None

    def next_refund(self) -> RefundPlan | None:
        """The plan for a refund that is made now; it counts."""
        plan = self.refund_plan
        if plan is None or plan.count < 1:
            return None
        self.refund_plan = replace(plan, count=plan.count - 1)
        return plan

    @contextmanager
    def kept_on_failure(self) -> Iterator[None]:
        """What fails inside, to be rolled back, has held no payment and begun no refund either."""
        to_hold, plan = self.hold_processing, self.refund_plan
        try:
            yield
        except BaseException:  # Ctrl-C too undoes what was done inside
            self.hold_processing, self.refund_plan = to_hold, plan
            raise
