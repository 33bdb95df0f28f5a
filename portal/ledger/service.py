"""Posting to the ledger."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.infrastructure import clock
from portal.ledger.models import LedgerEntry, Posting
from portal.ledger.rules import Line, check_balanced


def post(
    session: Session, source_id: str, kind: str, lines: Sequence[Line], happened_at: datetime
) -> None:
    """Add one entry to the running transaction; posting the same source and kind again changes
    nothing.

    `happened_at` is when the money moved, by Stripe's clock. The caller holds the lock of the row
    that the source belongs to. Raises Unbalanced.
    """
    check_balanced(lines)
    known = select(LedgerEntry.id).where(
        LedgerEntry.source_id == source_id, LedgerEntry.kind == kind
    )
    if session.scalar(known) is not None:
        return
    session.add(
        LedgerEntry(
            source_id=source_id,
            kind=kind,
            happened_at=happened_at,
            learnt_at=clock.now(),
            postings=[
                Posting(account=line.account, currency=line.currency, amount=line.amount)
                for line in lines
            ],
        )
    )
