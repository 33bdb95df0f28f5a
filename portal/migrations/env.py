"""What alembic runs; the connection and its transaction are portal.migrations' own."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from portal import models
from portal.infrastructure.db import UtcDateTime


def as_plain_type(kind: str, value: object, autogenerate: AutogenContext) -> str | Literal[False]:
    """Migrations outlive our classes: a moment is written as the database's own type."""
    return (
        "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UtcDateTime) else False
    )


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=models.Base.metadata,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
    render_item=as_plain_type,
)
context.run_migrations()
