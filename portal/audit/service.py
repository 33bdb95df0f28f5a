"""Writing the audit trail."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.audit.models import AuditRecord
from portal.infrastructure import clock


def record(
    session: Session,
    action: str,
    subject_type: str,
    subject_ref: str,
    user_id: int | None = None,
    happened_at: datetime | None = None,
    **details: str | int | None,
) -> None:
    """Add a record to the running transaction. `details` hold references and amounts, never names
    or cards.

    Those that are None are left out.
    """
    session.add(
        AuditRecord(
            at=clock.now(),
            happened_at=happened_at,
            user_id=user_id,
            action=action,
            subject_type=subject_type,
            subject_ref=subject_ref,
            details={name: value for name, value in details.items() if value is not None},
        )
    )
