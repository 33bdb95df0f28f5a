"""Refunds in part, with reasons and credit notes"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATES = ("draft", "pending", "requires_action", "succeeded", "failed", "canceled")
REASONS = ("requested_by_patient", "duplicate", "service_not_given", "mistake", "fraudulent")


def upgrade() -> None:
    with op.batch_alter_table("refunds") as table:
        table.drop_constraint(op.f("ck_refunds_state"), type_="check")
        table.create_check_constraint(op.f("ck_refunds_state"), _is_one("state", ("awaiting_approval", *STATES)))
        table.add_column(sa.Column("credited", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("reason", sa.String(30), nullable=True))
        table.add_column(sa.Column("note", sa.String(500), nullable=True))
        table.add_column(sa.Column("approved_by", sa.Integer(), nullable=True))
        table.add_column(sa.Column("pending_reason", sa.String(60), nullable=True))
        table.add_column(sa.Column("destination", sa.String(30), nullable=True))
        table.add_column(sa.Column("bank_reference", sa.String(64), nullable=True))
        table.create_check_constraint(op.f("ck_refunds_reason"), _is_one("reason", REASONS))
        table.create_foreign_key(
            op.f("fk_refunds_approved_by_users"), "users", ["approved_by"], ["id"]
        )
    # Until now only a payment in review was refunded, in full, and every success was its first.
    op.execute("update refunds set credited = amount where state = 'succeeded'")
    with op.batch_alter_table("refunds") as table:
        table.alter_column("credited", existing_type=sa.Integer(), server_default=None)
    _partial_index("ix_refunds_awaiting", "refunds", "id", "state = 'awaiting_approval'")
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("refund_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_documents_refund_id_refunds"), "refunds", ["refund_id"], ["id"]
        )
    _partial_index(
        "uq_documents_credit_note", "documents", "refund_id", "refund_id is not null", unique=True
    )


def downgrade() -> None:
    op.drop_index("uq_documents_credit_note", "documents")
    with op.batch_alter_table("documents") as table:
        table.drop_constraint(op.f("fk_documents_refund_id_refunds"), type_="foreignkey")
        table.drop_column("refund_id")
    op.drop_index("ix_refunds_awaiting", "refunds")
    op.execute("update refunds set state = 'canceled' where state = 'awaiting_approval'")
    with op.batch_alter_table("refunds") as table:
        table.drop_constraint(op.f("fk_refunds_approved_by_users"), type_="foreignkey")
        table.drop_constraint(op.f("ck_refunds_reason"), type_="check")
        table.drop_constraint(op.f("ck_refunds_state"), type_="check")
        table.create_check_constraint(op.f("ck_refunds_state"), _is_one("state", STATES))
        for name in (
            "credited", "reason", "note", "approved_by", "pending_reason", "destination", "bank_reference",
        ):
            table.drop_column(name)


def _is_one(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


def _partial_index(name: str, table: str, column: str, where: str, unique: bool = False) -> None:
    op.create_index(
        name,
        table,
        [column],
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
