"""Much that has happened: enough rows for a database to prefer an index, made in a moment."""

from sqlalchemy import text

from portal.context import Portal

MANY = 2000
CLINICIAN = 1
# She has every fortieth bill; the other patients have two or so each.
ALICE = 1
# Part of every reference, so that each has the shape of one.
FIRST = 1_000_000_000_000_000
THEN = "'2026-11-01 09:00:00+00:00'"
WHOSE = f"case when i % 40 = 0 then {ALICE} else 2 + i % {MANY - 2} end"

# In each, i runs from 1 to the number of rows. One in fifteen is not done yet, one in a hundred
# needs a person.
TABLES = (
    (
        MANY,
        "users (ref, email, name, role, active, fs_uniquifier, created_at)",
        f"'USR-' || ({FIRST} + i), 'person' || i || '@example.test', 'Person', 'patient', true, "
        f"'id-' || i, {THEN}",
    ),
    (
        MANY,
        "user_sessions (token_hash, user_id, created_at, last_seen_at, expires_at)",
        f"'hash-' || i, i, {THEN}, {THEN}, {THEN}",
    ),
    (
        MANY,
        "patients (ref, user_id, name, name_key, currency, created_at)",
        f"'PAT-' || ({FIRST} + i), i, 'Person ' || i, i || '\tperson', 'GBP', {THEN}",
    ),
    # Each clinician cares for fifty.
    (MANY, "care_relationships (clinician_id, patient_id, created_at)", f"1 + i / 50, i, {THEN}"),
    (
        1,
        "services (slug, position, name, summary, description, max_quantity, active)",
        "'a', 1, 'A', '', '', 1, true",
    ),
    (
        2 * MANY,
        "service_requests (ref, patient_id, request_key, service_id, service_name, quantity, "
        "options, state,"
        " created_at, changed_at)",
        f"'REQ-' || ({FIRST} + i), {WHOSE}, 'key-' || i, 1, 'A', 1, '[]',"
        f" case when i % 15 = 0 then 'requested' else 'active' end, {THEN}, {THEN}",
    ),
    (
        2 * MANY,
        "bills (ref, patient_id, service_request_id, title, currency, net, tax, total, due_on, "
        "state, created_at)",
        f"'BILL-' || ({FIRST} + i), {WHOSE}, i, 'A', 'GBP', 100, 0, 100, '2026-11-30',"
        f" case when i % 50 = 0 then 'open' else 'paid' end, {THEN}",
    ),
    (
        2 * MANY,
        "bill_notices (bill_id, attempts)",
        "i, case when i % 100 = 0 then 9 else 0 end",
    ),
    (
        2 * MANY,
        "bill_lines (bill_id, position, kind, label, quantity, unit_amount, amount)",
        "i, 1, 'fee', 'A', 1, 100, 100",
    ),
    (
        2 * MANY,
        "bill_taxes (bill_id, position, rate_bp, net, tax, exemption)",
        "i, 1, 0, 100, 0, 'Exempt'",
    ),
    (
        2 * MANY,
        "payments (ref, bill_id, patient_id, stripe_id, idempotency_key, state, amount, currency, "
        "version,"
        " created_at, dated_at, started_at, attempts)",
        f"'PAY-' || ({FIRST} + i), i, {WHOSE}, 'pi_' || i, 'key-' || i,"
        " case when i % 100 = 0 then 'review' when i % 15 = 0 then 'open' else 'paid' end, 100, "
        "'GBP', 1,"
        f" {THEN}, {THEN}, {THEN}, case when i % 100 = 0 then 9 else 0 end",
    ),
    (
        2 * MANY,
        "documents (kind, number, bill_id, payment_id, patient_id, issued_on, content,"
        " content_digest, attempts)",
        f"'invoice', 'INV-2026-' || (100000 + i), i, i, {WHOSE}, '2026-11-01', '{{}}', 'digest',"
        " case when i % 100 = 0 then 9 else 0 end",
    ),
    (
        2 * MANY,
        "stripe_events (stripe_id, type, intent_id, received_at, outcome, attempts)",
        f"'evt_' || i, 'charge.updated', 'pi_' || i, {THEN}, case when i % 100 = 0 then "
        f"'unhandled' else 'applied' end,"
        f" case when i % 100 = 0 then 9 else 0 end",
    ),
    (
        2 * MANY,
        "mails (ref, kind, recipient, subject, text, html, created_at, attempts)",
        f"'MAIL-' || ({FIRST} + i), 'receipt', 'a@example.test', 'A', '', '', {THEN},"
        f" case when i % 100 = 0 then 9 else 0 end",
    ),
)


def add_many_rows(portal: Portal) -> None:
    """Fill the tables; PostgreSQL counts them by itself by and by, SQLite never does."""
    with portal.db.write() as session:
        for count, table, values in TABLES:
            series = (
                "with recursive series (i) as "  # noqa: S608
                f"(select 1 union all select i + 1 from series where i < {count})"
            )
            session.execute(text(f"insert into {table} {series} select {values} from series"))  # noqa: S608
        for table in ("bill_notices", "payments", "documents", "stripe_events", "mails"):
            session.execute(text(f"update {table} set due_at = {THEN} where id % 15 = 0"))  # noqa: S608
        if portal.db.engine.dialect.name == "postgresql":
            session.execute(text("analyze"))


def reference(prefix: str, number: int) -> str:
    return f"{prefix}-{FIRST + number}"
