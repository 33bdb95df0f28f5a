"""The server-side half of a signed-in browser.

The cookie carries a random token; the row, found by the token's hash, decides whether it is still
worth anything. A copied cookie therefore dies with the row: at sign-out, when the password changes,
after idling, after half a day.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from portal.accounts.models import User, UserSession
from portal.infrastructure.db import Database

# A working day at a desk, then sign in again.
LIFETIME = timedelta(hours=12)
# Patients pay on shared and borrowed computers.
IDLE = timedelta(minutes=30)
# How stale `last_seen_at` may be; bounds writing to one small update a browser in this time.
SEEN_EVERY = timedelta(minutes=5)

# Built once: it runs on every request, and building it costs as much as sending it.
_FIND_USER = (
    select(User, UserSession.last_seen_at)
    .join(UserSession, UserSession.user_id == User.id)
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.ended_at.is_(None),
        UserSession.expires_at > bindparam("now"),
        UserSession.last_seen_at > bindparam("idle_since"),
        User.fs_uniquifier == bindparam("identity"),
        User.active,
    )
)


def open_session(session: Session, user_id: int, now: datetime) -> str:
    """Add a row for a browser that has just proven who it is and return the token for its cookie.

    Rows of the user that are over are dropped on the way.
    """
    session.execute(
        delete(UserSession).where(
            UserSession.user_id == user_id,
            or_(UserSession.ended_at.is_not(None), UserSession.expires_at <= now),
        )
    )
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_hash=token_hash(token),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + LIFETIME,
        )
    )
    return token


def find_user(
    session: Session, identity: str, token: str, now: datetime
) -> tuple[User, datetime] | None:
    """The active user with this identity and an unended session, and when it was last seen: one
    look-up by key.
    """
    row = session.execute(
        _FIND_USER,
        {
            "token_hash": token_hash(token),
            "now": now,
            "idle_since": now - IDLE,
            "identity": identity,
        },
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def touch(db: Database, token: str, last_seen_at: datetime, now: datetime) -> None:
    """Note that the browser is in use, unless that was noted a moment ago."""
    if now - last_seen_at < SEEN_EVERY:
        return
    with db.write() as session:
        session.execute(
            update(UserSession)
            .where(UserSession.token_hash == token_hash(token))
            .values(last_seen_at=now)
        )


def end_session(session: Session, token: str, now: datetime) -> None:
    """End the one session of this token."""
    session.execute(
        update(UserSession)
        .where(UserSession.token_hash == token_hash(token), UserSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_sessions(session: Session, user_id: int, now: datetime, keep: str | None = None) -> int:
    """End the user's sessions but that of the token `keep`; returns how many were still alive."""
    ended = session.scalars(
        update(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.ended_at.is_(None),
            UserSession.token_hash != (token_hash(keep) if keep else ""),
        )
        .values(ended_at=now)
        .returning(UserSession.token_hash)
    )
    return len(ended.all())


def token_hash(token: str) -> str:
    """SHA-256 in hex; the token is random, so no slow hash is needed."""
    return sha256(token.encode()).hexdigest()
