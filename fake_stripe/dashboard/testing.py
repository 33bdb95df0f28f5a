"""The page for what goes wrong: endpoints, requests received, faults, event rules, delays."""

from dataclasses import asdict

from fake_stripe.control.refunds import BEGINNINGS
from fake_stripe.core import OfflineStripe
from fake_stripe.dashboard import data
from fake_stripe.documents import Document
from fake_stripe.faults import KINDS
from fake_stripe.rules.refund_ends import DESTINATIONS, PENDING_REASONS
from fake_stripe.runtime import queue
from fake_stripe.runtime.settings import ACTIONS

SHOWN = 50


def testing(app: OfflineStripe, account: str) -> Document:
    """What the template needs; requests are the account's last ones, newest first."""
    about = app.accounts.of(account)
    return {
        "endpoints": data.endpoints(app, account),
        "requests": list(about.received)[: -SHOWN - 1 : -1],
        "faults": about.faults.listed(),
        "fault_kinds": KINDS,
        "rules": list(about.rules),
        "rule_actions": ACTIONS,
        "delays": asdict(about.settings.delays),
        "held": about.settings.hold_processing,
        "plan": about.settings.refund_plan,
        "refund_beginnings": BEGINNINGS,
        "pending_reasons": PENDING_REASONS,
        "destinations": DESTINATIONS,
        "waiting": queue.counts(app.store, account),
    }
