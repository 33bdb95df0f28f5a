"""Reconcile runs"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reconcile_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scheduled", sa.Boolean(), nullable=False),
        sa.Column(
            "ending",
            sa.Enum(
                "finished", "stopped", "failed", name="ending", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("looked_at", sa.JSON(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconcile_runs")),
    )
    op.create_table(
        "reconcile_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_reconcile_schedule_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconcile_schedule")),
    )
    with op.batch_alter_table("reconcile_schedule", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reconcile_schedule_attention",
            ["id"],
            unique=False,
            postgresql_where=sa.text("attempts >= 5"),
            sqlite_where=sa.text("attempts >= 5"),
        )
        batch_op.create_index(
            "ix_reconcile_schedule_due_at",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("due_at is not null"),
            sqlite_where=sa.text("due_at is not null"),
        )

    with op.batch_alter_table("stripe_events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_stripe_events_read",
            ["read_at"],
            unique=False,
            postgresql_where=sa.text("read_at is not null"),
            sqlite_where=sa.text("read_at is not null"),
        )
        batch_op.create_index(
            "ix_stripe_events_heard",
            ["received_at"],
            unique=False,
            postgresql_where=sa.text("read_at is null"),
            sqlite_where=sa.text("read_at is null"),
        )


def downgrade() -> None:
    with op.batch_alter_table("stripe_events", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_stripe_events_heard",
            postgresql_where=sa.text("read_at is null"),
            sqlite_where=sa.text("read_at is null"),
        )
        batch_op.drop_index(
            "ix_stripe_events_read",
            postgresql_where=sa.text("read_at is not null"),
            sqlite_where=sa.text("read_at is not null"),
        )
        batch_op.drop_column("read_at")

    with op.batch_alter_table("reconcile_schedule", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reconcile_schedule_due_at",
            postgresql_where=sa.text("due_at is not null"),
            sqlite_where=sa.text("due_at is not null"),
        )
        batch_op.drop_index(
            "ix_reconcile_schedule_attention",
            postgresql_where=sa.text("attempts >= 5"),
            sqlite_where=sa.text("attempts >= 5"),
        )

    op.drop_table("reconcile_schedule")
    op.drop_table("reconcile_runs")
