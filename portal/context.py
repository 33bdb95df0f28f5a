"""What every part of the portal works with: settings, database, Stripe, document store, mail
transport, wake-ups.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from portal.infrastructure.db import Database
from portal.infrastructure.document_store import DocumentStore
from portal.infrastructure.installation import installation_ref
from portal.infrastructure.mail_transport import MailTransport
from portal.infrastructure.queue import WakeUps
from portal.settings import Settings
from portal.stripe_api.client import StripeApi


@dataclass(frozen=True)
class Portal:
    """The composition root's product, the same in a web process, the worker and the commands."""

    settings: Settings
    db: Database
    stripe: StripeApi
    documents: DocumentStore
    mail: MailTransport
    # Tells the worker to look for due jobs after the given delay; losing the call loses nothing.
    wake: Callable[[timedelta], None]
    # What `wake` goes through, where there is a queue.
    wake_ups: WakeUps | None = None

    def close(self) -> None:
        """Close the connections to the database and to the queue; either opens again when used."""
        self.db.close()
        if self.wake_ups is not None:
            self.wake_ups.close()

    @cached_property
    def installation(self) -> str:
        """The name that marks what is ours at Stripe; asked of the database when first needed."""
        return installation_ref(self.db)
