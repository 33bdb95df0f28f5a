"""A server's background thread: runs what is due, at once after a change and every moment."""

import logging
import threading

from fake_stripe.core import OfflineStripe

log = logging.getLogger("fake_stripe.server.worker")
PAUSE = 0.5


def start(app: OfflineStripe) -> threading.Thread:
    """Run until the app is closed; a failure is logged and tried again."""
    app.dispatcher.in_threads = True
    thread = threading.Thread(target=_loop, args=(app,), name="fake-stripe-worker", daemon=True)
    thread.start()
    return thread


def _loop(app: OfflineStripe) -> None:
    while not app.closed.is_set():
        try:
            app.start_due()
        except Exception:  # the thread must live: without it nothing is delivered any more
            if not app.closed.wait(PAUSE):
                log.exception("what was due could not be done")
        app.due.wait(PAUSE)
        app.due.clear()
