"""Our users as Flask-Security sees them (ADR 0002)."""

from typing import Any

from flask import g
from flask_security.datastore import UserDatastore
from sqlalchemy import inspect, select, update

from portal.accounts.models import Role, User
from portal.web.current import current_portal, request_session


class UserStore(UserDatastore):
    """Reads with the request's reading session; what Flask-Security changes is written when it
    commits.

    Users are handed out detached, so that password hashing between the reading and the writing
    holds no transaction.
    """

    def __init__(self) -> None:
        super().__init__(User, Role)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> User | None:
        """The user whose one given column has this value."""
        ((column, value),) = kwargs.items()
        if column == "email":
            value = value.lower()
        session = request_session()
        user = session.scalar(select(User).where(getattr(User, column) == value))
        if user is not None:
            session.expunge(user)
        return user

    def find_role(self, role: str) -> Role:
        return Role(role)

    def put(self, model: User) -> User:
        """Remember a changed user until `commit`."""
        g.setdefault("changed_users", []).append(model)
        return model

    def commit(self) -> None:
        """Write the changed columns of the remembered users in one transaction."""
        users: list[User] = g.pop("changed_users", [])
        if not users:
            return
        with current_portal().db.write() as session:
            for user in users:
                changed = {
                    field.key: field.value
                    for field in inspect(user).attrs
                    if field.history.has_changes()
                }
                session.execute(update(User).where(User.id == user.id).values(changed))
