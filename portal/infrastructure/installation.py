"""Which installation of the portal this is: what "ours" means at Stripe.

The id is kept in the database, so that neither a changed address nor a move to another machine
makes strangers of our own payments.
"""

import secrets
from datetime import datetime

from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure import clock
from portal.infrastructure.db import Base, Database


class Installation(Base):
    """The one row that names this installation."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]


def new_installation_ref() -> str:
    """A name that no other installation has."""
    return f"portal-{secrets.token_hex(8)}"


def installation_ref(db: Database) -> str:
    """This installation's name, made by `portal migrate` or else at the first use."""
    found = _find(db)
    if found is not None:
        return found
    ref = new_installation_ref()
    try:
        with db.write() as session:
            session.add(Installation(id=1, ref=ref, created_at=clock.now()))
    except IntegrityError:
        return installation_ref(db)
    return ref


def _find(db: Database) -> str | None:
    with db.read() as session:
        return session.scalar(select(Installation.ref))
