"""The page for what goes wrong: endpoints, requests received, faults, event rules, delays."""

from dataclasses import asdict

from fake_stripe.core import OfflineStripe
from fake_stripe.dashboard import data
from fake_stripe.deliveries.rules import ACTIONS
from fake_stripe.documents import Document
from fake_stripe.faults import KINDS
from fake_stripe.runtime import queue

SHOWN = 50


def testing(app: OfflineStripe, account: str) -> Document:
    """What the template needs; requests are those of every account, newest first."""
    return {
        "endpoints": data.endpoints(app, account),
        "requests": list(app.received)[: -SHOWN - 1 : -1],
        "faults": app.faults.listed(),
        "fault_kinds": KINDS,
        "rules": list(app.rules),
        "rule_actions": ACTIONS,
        "delays": asdict(app.settings.delays),
        "held": app.settings.hold_processing,
        "waiting": queue.counts(app.store, account),
    }
