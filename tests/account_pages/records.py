"""What the audit trail says."""

from sqlalchemy import select

from portal.audit.models import AuditRecord
from portal.context import Portal


def actions_of(portal: Portal, subject_ref: str) -> list[str]:
    """What was done to or by a user, in order."""
    with portal.db.read() as session:
        return list(
            session.scalars(
                select(AuditRecord.action)
                .where(AuditRecord.subject_ref == subject_ref)
                .order_by(AuditRecord.id)
            )
        )
