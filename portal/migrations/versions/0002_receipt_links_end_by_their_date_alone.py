"""Receipt links end by their date alone"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was closed by hand stays closed.
    op.execute("update receipt_links set expires_at = revoked_at where revoked_at < expires_at")
    with op.batch_alter_table("receipt_links", schema=None) as batch_op:
        batch_op.drop_column("revoked_at")


def downgrade() -> None:
    with op.batch_alter_table("receipt_links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
