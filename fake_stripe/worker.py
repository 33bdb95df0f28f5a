"""The background thread of a server: runs what is due, at once after a change and otherwise every moment."""

import logging
import threading

from fake_stripe.core import OfflineStripe

log = logging.getLogger("fake_stripe.worker")
PAUSE = 0.5


def start(app: OfflineStripe) -> threading.Thread:
    """Run until the process ends; a failure is logged and tried again."""
    thread = threading.Thread(target=_loop, args=(app,), name="fake-stripe-worker", daemon=True)
    thread.start()
    return thread


def _loop(app: OfflineStripe) -> None:
    while True:
        app.due.wait(PAUSE)
        app.due.clear()
        try:
            app.run_due()
        except Exception:  # the thread must live: without it nothing is delivered any more
            log.exception("what was due could not be done")
            threading.Event().wait(PAUSE)
