"""What money that comes back needs"""

import json
import secrets
from datetime import UTC, datetime
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

from portal.patients.names import name_key

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OUTCOMES = ("applied", "foreign", "unhandled", "unknown")
# The first that fits says what kind of object an event of this type is about.
OBJECT_TYPES = (
    ("payment_intent.%", "payment_intent"),
    ("charge.dispute.%", "dispute"),
    ("charge.refund.%", "refund"),
    ("charge.%", "charge"),
    ("refund.%", "refund"),
    ("radar.early_fraud_warning.%", "radar.early_fraud_warning"),
    ("review.%", "review"),
    ("payout.%", "payout"),
)


def upgrade() -> None:
    _new_tables()
    _bill_notices()
    _documents()
    _attempts()
    _balance_transactions()
    _payments()
    _ledger()
    _stripe_events()
    op.add_column("audit_records", sa.Column("happened_at", MOMENT, nullable=True))
    op.add_column("mails", sa.Column("subject_ref", sa.String(64), nullable=True))
    op.create_index("uq_mails_subject_ref_kind", "mails", ["subject_ref", "kind"], unique=True)
    op.add_column("services", sa.Column("what_next", sa.String(300), nullable=True))
    op.add_column("patients", sa.Column("date_of_birth", sa.Date(), nullable=True))
    op.add_column("patients", sa.Column("address", sa.JSON(), nullable=True))
    _name_keys()


def _name_keys() -> None:
    """What patients are sorted by and found by."""
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("patients", sa.Column("name_key", kind, nullable=True))
    patients = sa.table("patients", sa.column("id"), sa.column("name"), sa.column("name_key"))
    for row in op.get_bind().execute(sa.select(patients.c.id, patients.c.name)).all():
        op.get_bind().execute(patients.update().where(patients.c.id == row.id).values(name_key=name_key(row.name)))
    with op.batch_alter_table("patients") as table:
        table.alter_column("name_key", existing_type=kind, nullable=False)


def _new_tables() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.execute(
        sa.text("insert into installation (id, ref, created_at) values (1, :ref, :now)").bindparams(
            sa.bindparam("now", datetime.now(UTC), type_=MOMENT),
            ref=f"portal-{secrets.token_hex(8)}",
        )
    )
    op.create_table(
        "exchange_rates",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("units_per_pound", sa.String(32), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("month", "currency", name=op.f("pk_exchange_rates")),
    )
    op.create_table(
        "checkout_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ip_address", sa.String(45), nullable=False),
        sa.Column("user_agent", sa.String(300), nullable=False),
        sa.Column("shown_total", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("terms_version", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_checkout_records_payment_id_payments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_records")),
    )
    op.create_index(op.f("ix_checkout_records_payment_id"), "checkout_records", ["payment_id"])
    op.create_table(
        "refunds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("stripe_id", sa.String(64), nullable=True),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("failure_reason", sa.String(60), nullable=True),
        sa.Column("requested_by", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("happened_at", MOMENT, nullable=True),
        sa.Column("learnt_at", MOMENT, nullable=True),
        *_job_columns(),
        sa.CheckConstraint(
            "state in ('draft', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled')",
            name=op.f("ck_refunds_state"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_refunds_payment_id_payments")),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name=op.f("fk_refunds_requested_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_refunds_idempotency_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_refunds_ref")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_refunds_stripe_id")),
    )
    _job_indexes("refunds")
    _partial_index("ix_refunds_failed", "refunds", "id", "state = 'failed'")
    op.create_index(op.f("ix_refunds_payment_id"), "refunds", ["payment_id"])


def _bill_notices() -> None:
    """The worker finds out what is left to say about each bill that is open now."""
    op.create_table(
        "bill_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        *_job_columns(),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_bill_notices_bill_id_bills")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_notices")),
        sa.UniqueConstraint("bill_id", name=op.f("uq_bill_notices_bill_id")),
    )
    _job_indexes("bill_notices")
    op.execute(
        sa.text(
            "insert into bill_notices (bill_id, due_at, attempts) select id, :now, 0 from bills where state = 'open'"
        ).bindparams(sa.bindparam("now", datetime.now(UTC), type_=MOMENT))
    )


def _documents() -> None:
    """Invoices become documents of a kind; what was stored keeps the name it was stored under."""
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("number", sa.String(30), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_digest", sa.String(64), nullable=False),
        sa.Column("held_for", sa.String(20), nullable=True),
        sa.Column("stored_at", MOMENT, nullable=True),
        sa.Column("stored_as", sa.String(120), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("damaged_at", MOMENT, nullable=True),
        *_job_columns(),
        sa.CheckConstraint("kind in ('invoice', 'credit_note', 'receipt')", name=op.f("ck_documents_kind")),
        sa.CheckConstraint(
            "held_for in ('exchange_rate', 'printable_name', 'address')",
            name=op.f("ck_documents_held_for"),
        ),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_documents_bill_id_bills")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_documents_patient_id_patients")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_documents_payment_id_payments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("kind", "number", name=op.f("uq_documents_kind_number")),
    )
    invoices = sa.Table("invoices", sa.MetaData(), autoload_with=op.get_bind())
    documents = sa.Table("documents", sa.MetaData(), autoload_with=op.get_bind())
    for row in op.get_bind().execute(sa.select(invoices).order_by(invoices.c.id)).mappings().all():
        stored = f"{row['number']}.pdf" if row["stored_at"] else None
        content = json.dumps(row["content"], sort_keys=True).encode()
        op.get_bind().execute(
            documents.insert().values(
                **row,
                kind="invoice",
                stored_as=stored,
                content_digest=sha256(content).hexdigest(),
            )
        )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "select setval(pg_get_serial_sequence('documents', 'id'),"
            " (select coalesce(max(id), 0) + 1 from documents), false)"
        )
    op.drop_table("invoices")
    _job_indexes("documents")
    for column in ("bill_id", "patient_id", "payment_id"):
        op.create_index(op.f(f"ix_documents_{column}"), "documents", [column])
    _partial_index("ix_documents_damaged", "documents", "id", "damaged_at is not null")
    _partial_index("ix_documents_held", "documents", "id", "held_for is not null")
    _partial_index("uq_documents_invoice", "documents", "bill_id", "kind = 'invoice'", unique=True)


def _attempts() -> None:
    _second_date("attempts", "created_at")
    for name, kind in (
        ("brand", sa.String(30)),
        ("last4", sa.String(4)),
        ("wallet", sa.String(30)),
        ("country", sa.String(2)),
        ("outcome_type", sa.String(40)),
        ("risk_level", sa.String(30)),
        ("risk_score", sa.Integer()),
        ("address_line1_check", sa.String(20)),
        ("address_postal_code_check", sa.String(20)),
        ("cvc_check", sa.String(20)),
        ("three_d_secure", sa.String(40)),
        ("advice_code", sa.String(40)),
        ("network_advice_code", sa.String(40)),
        ("network_decline_code", sa.String(40)),
    ):
        op.add_column("attempts", sa.Column(name, kind, nullable=True))


def _balance_transactions() -> None:
    """All that are kept so far are of charges."""
    _second_date("balance_transactions", "created_at")
    with op.batch_alter_table("balance_transactions") as table:
        table.add_column(sa.Column("type", sa.String(60), nullable=True))
        table.add_column(sa.Column("reporting_category", sa.String(60), nullable=True))
        table.add_column(sa.Column("source_id", sa.String(64), nullable=True))
        table.add_column(sa.Column("fee_details", sa.JSON(), nullable=True))
        table.add_column(sa.Column("available_on", MOMENT, nullable=True))
    op.execute(
        "update balance_transactions set type = 'charge', reporting_category = 'charge',"
        " fee_details = '[]', source_id = (select max(attempts.stripe_id) from attempts"
        " where attempts.payment_id = balance_transactions.payment_id"
        " and attempts.status = 'succeeded')"
    )
    op.execute(
        "update balance_transactions set learnt_at = (select ledger_entries.created_at"
        " from ledger_entries where ledger_entries.source_id = balance_transactions.stripe_id"
        " and ledger_entries.kind = 'balance')"
        " where exists (select 1 from ledger_entries"
        " where ledger_entries.source_id = balance_transactions.stripe_id)"
    )
    with op.batch_alter_table("balance_transactions") as table:
        table.alter_column("type", existing_type=sa.String(60), nullable=False)
        table.alter_column("reporting_category", existing_type=sa.String(60), nullable=False)
        table.alter_column("fee_details", existing_type=sa.JSON(), nullable=False)
        table.alter_column("payment_id", existing_type=sa.Integer(), nullable=True)
    op.create_index(op.f("ix_balance_transactions_source_id"), "balance_transactions", ["source_id"])


def _payments() -> None:
    """`paid_at` was when we learnt of it; it becomes when the card was charged."""
    op.add_column("payments", sa.Column("received", sa.Integer(), nullable=True))
    op.add_column("payments", sa.Column("received_currency", sa.String(3), nullable=True))
    op.add_column("payments", sa.Column("paid_learnt_at", MOMENT, nullable=True))
    op.execute(
        "update payments set paid_learnt_at = paid_at, received = amount,"
        " received_currency = currency where state = 'paid'"
    )
    charged = (
        "(select max(attempts.happened_at) from attempts"
        " where attempts.payment_id = payments.id and attempts.status = 'succeeded')"
    )
    op.execute(f"update payments set paid_at = coalesce({charged}, paid_at) where state = 'paid'")
    op.execute(
        "update bills set closed_at = (select payments.paid_at from payments"
        " where payments.bill_id = bills.id and payments.state = 'paid')"
        " where state = 'paid' and exists (select 1 from payments"
        " where payments.bill_id = bills.id and payments.state = 'paid')"
    )
    op.add_column("payments", sa.Column("dated_at", MOMENT, nullable=True))
    op.execute("update payments set dated_at = coalesce(paid_at, created_at)")
    with op.batch_alter_table("payments") as table:
        table.alter_column("dated_at", existing_type=MOMENT, nullable=False)
    op.drop_index("ix_payments_patient_id_id", "payments")
    op.create_index("ix_payments_patient_id_dated_at_id", "payments", ["patient_id", "dated_at", "id"])
    op.drop_index("uq_payments_live_bill", "payments")
    _partial_index("uq_payments_current", "payments", "bill_id", "state != 'canceled'", unique=True)


def _ledger() -> None:
    _second_date("ledger_entries", "created_at")
    op.execute(
        "update ledger_entries set happened_at = (select payments.paid_at from payments"
        " where payments.ref = ledger_entries.source_id)"
        " where kind = 'settlement' and exists (select 1 from payments"
        " where payments.ref = ledger_entries.source_id and payments.paid_at is not null)"
    )
    op.execute(
        "update ledger_entries set happened_at = (select balance_transactions.happened_at"
        " from balance_transactions"
        " where balance_transactions.stripe_id = ledger_entries.source_id)"
        " where kind = 'balance' and exists (select 1 from balance_transactions"
        " where balance_transactions.stripe_id = ledger_entries.source_id)"
    )
    op.execute("update ledger_entries set kind = 'sale' where kind = 'settlement'")
    op.create_index(op.f("ix_ledger_entries_happened_at"), "ledger_entries", ["happened_at"])


def _stripe_events() -> None:
    """Events of kinds that nobody looked for were called foreign."""
    op.add_column("stripe_events", sa.Column("object_type", sa.String(64), nullable=True))
    op.add_column("stripe_events", sa.Column("livemode", sa.Boolean(), nullable=True))
    op.add_column("stripe_events", sa.Column("api_version", sa.String(40), nullable=True))
    op.add_column("stripe_events", sa.Column("account", sa.String(64), nullable=True))
    _outcomes(OUTCOMES)
    for pattern, object_type in OBJECT_TYPES:
        op.execute(
            sa.text(
                "update stripe_events set object_type = :object_type where type like :pattern and object_type is null"
            ).bindparams(object_type=object_type, pattern=pattern)
        )
    op.execute("update stripe_events set outcome = 'unhandled' where object_type = 'payout'")
    _partial_index("ix_stripe_events_unknown", "stripe_events", "intent_id", "outcome = 'unknown'")


def downgrade() -> None:
    op.drop_index("ix_stripe_events_unknown", "stripe_events")
    op.execute("update stripe_events set outcome = 'foreign' where outcome = 'unknown'")
    _outcomes(OUTCOMES[:3])
    for name in ("account", "api_version", "livemode", "object_type"):
        op.drop_column("stripe_events", name)
    op.execute("update ledger_entries set kind = 'settlement' where kind = 'sale'")
    op.drop_index(op.f("ix_ledger_entries_happened_at"), "ledger_entries")
    _one_date("ledger_entries", "created_at", keep="learnt_at")
    op.drop_index("uq_payments_current", "payments")
    _partial_index("uq_payments_live_bill", "payments", "bill_id", "state != 'canceled'", unique=True)
    op.execute("update payments set paid_at = paid_learnt_at where paid_learnt_at is not null")
    op.drop_index("ix_payments_patient_id_dated_at_id", "payments")
    op.create_index("ix_payments_patient_id_id", "payments", ["patient_id", "id"])
    for name in ("dated_at", "paid_learnt_at", "received_currency", "received"):
        op.drop_column("payments", name)
    op.drop_index(op.f("ix_balance_transactions_source_id"), "balance_transactions")
    op.execute("delete from balance_transactions where payment_id is null")
    with op.batch_alter_table("balance_transactions") as table:
        table.alter_column("payment_id", existing_type=sa.Integer(), nullable=False)
        for name in ("type", "reporting_category", "source_id", "fee_details", "available_on"):
            table.drop_column(name)
    _one_date("balance_transactions", "created_at", keep="happened_at")
    for name in (
        "brand",
        "last4",
        "wallet",
        "country",
        "outcome_type",
        "risk_level",
        "risk_score",
        "address_line1_check",
        "address_postal_code_check",
        "cvc_check",
        "three_d_secure",
        "advice_code",
        "network_advice_code",
        "network_decline_code",
    ):
        op.drop_column("attempts", name)
    _one_date("attempts", "created_at", keep="happened_at")
    _invoices()
    for table in ("bill_notices", "refunds", "checkout_records", "exchange_rates", "installation"):
        op.drop_table(table)
    op.drop_column("audit_records", "happened_at")
    op.drop_index("uq_mails_subject_ref_kind", "mails")
    op.drop_column("mails", "subject_ref")
    op.drop_column("patients", "name_key")
    op.drop_column("patients", "address")
    op.drop_column("patients", "date_of_birth")


def _invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(30), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("stored_at", MOMENT, nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        *_job_columns(),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_invoices_bill_id_bills")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_invoices_patient_id_patients")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_invoices_payment_id_payments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("bill_id", name=op.f("uq_invoices_bill_id")),
        sa.UniqueConstraint("number", name=op.f("uq_invoices_number")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_invoices_payment_id")),
    )
    columns = (
        "id, number, bill_id, payment_id, patient_id, issued_on, content, stored_at, sha256,"
        " due_at, claimed_until, attempts, last_error"
    )
    op.execute(f"insert into invoices ({columns}) select {columns} from documents where kind = 'invoice'")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "select setval(pg_get_serial_sequence('invoices', 'id'),"
            " (select coalesce(max(id), 0) + 1 from invoices), false)"
        )
    op.drop_table("documents")
    _job_indexes("invoices")
    op.create_index(op.f("ix_invoices_patient_id"), "invoices", ["patient_id"])


def _second_date(table: str, old: str) -> None:
    """The one date there was becomes when it happened; when we learnt of it is that, too, so far."""
    op.add_column(table, sa.Column("happened_at", MOMENT, nullable=True))
    op.add_column(table, sa.Column("learnt_at", MOMENT, nullable=True))
    op.execute(f"update {table} set happened_at = {old}, learnt_at = {old}")
    with op.batch_alter_table(table) as batch:
        batch.alter_column("happened_at", existing_type=MOMENT, nullable=False)
        batch.alter_column("learnt_at", existing_type=MOMENT, nullable=False)
        batch.drop_column(old)


def _one_date(table: str, name: str, keep: str) -> None:
    op.add_column(table, sa.Column(name, MOMENT, nullable=True))
    op.execute(f"update {table} set {name} = {keep}")
    with op.batch_alter_table(table) as batch:
        batch.alter_column(name, existing_type=MOMENT, nullable=False)
        batch.drop_column("happened_at")
        batch.drop_column("learnt_at")


def _outcomes(allowed: tuple[str, ...]) -> None:
    """Replace the check of `outcome`."""
    name = op.f("ck_stripe_events_outcome")
    values = ", ".join(f"'{outcome}'" for outcome in allowed)
    with op.batch_alter_table("stripe_events") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, f"outcome in ({values})")


def _job_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(500), nullable=True),
    )


def _job_indexes(table: str) -> None:
    _partial_index(f"ix_{table}_due_at", table, "due_at", "due_at is not null")
    _partial_index(f"ix_{table}_attention", table, "id", "attempts >= 5")


def _partial_index(name: str, table: str, column: str, where: str, unique: bool = False) -> None:
    op.create_index(
        name,
        table,
        [column],
        unique=unique,
        postgresql_where=sa.text(where),
        sqlite_where=sa.text(where),
    )
