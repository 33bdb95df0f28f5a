"""Who signs in: users, and the server-side half of each browser session."""

from datetime import datetime
from enum import StrEnum

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base, choice


class RoleName(StrEnum):
    """What a user may do; one each."""

    PATIENT = "patient"
    CLINICIAN = "clinician"
    ADMINISTRATOR = "administrator"


class Role(RoleMixin):
    """A user's one role in the shape that Flask-Security asks for; it is not a table."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.permissions: list[str] = []


class User(Base, UserMixin):
    """Someone who signs in. `email` is stored normalised and lower case."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    # The address asked for in its place, until whoever reads mail there confirms it.
    pending_email: Mapped[str | None] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    # None until an invitation is accepted: no password can match.
    password: Mapped[str | None] = mapped_column(String(255))
    role: Mapped[RoleName] = mapped_column(choice(RoleName, "role"))
    active: Mapped[bool] = mapped_column(default=True)
    # Flask-Security's session identity; a new one signs out every browser and ends every mailed
    # link.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # read-only: a user has one role
        return [Role(self.role)]


class UserSession(Base):
    """One signed-in browser. A cookie whose row has ended, or has none, is signed out."""

    __tablename__ = "user_sessions"

    # SHA-256 of the random token in the cookie: the table alone opens no session.
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    # Written at most every few minutes, so that reading pages takes no write lock.
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
