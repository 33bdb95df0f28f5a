"""Every list of the dump, a row for each. The names are those that other programs rely on."""

from sqlalchemy import null, select

from portal.audit.models import AuditRecord
from portal.bills.models import Bill, ServiceRequest
from portal.documents.models import Document
from portal.documents.rules import DocumentKind
from portal.dump.row_lists import RowList
from portal.ledger.models import LedgerEntry, Posting
from portal.mail.models import Mail
from portal.payments.models import Attempt, BalanceTransaction, Payment
from portal.refunds.models import Refund

LISTS = (
    RowList(
        "bills",
        ("bills",),
        select(Bill.ref, Bill.state, Bill.total, Bill.currency),
        by_chance=frozenset({"ref"}),
    ),
    RowList(
        "requests",
        ("service_requests",),
        select(ServiceRequest.ref, ServiceRequest.state, Bill.ref.label("bill")).outerjoin(
            Bill, Bill.service_request_id == ServiceRequest.id
        ),
        by_chance=frozenset({"ref", "bill"}),
    ),
    RowList(
        "payments",
        ("payments",),
        select(
            Payment.ref,
            Payment.stripe_id,
            Payment.state,
            Payment.amount,
            Payment.currency,
            Payment.received,
            Bill.ref.label("bill"),
        ).join(Bill, Bill.id == Payment.bill_id),
        by_chance=frozenset({"ref", "stripe_id", "bill"}),
    ),
    RowList(
        "attempts",
        ("attempts",),
        select(
            Attempt.stripe_id,
            Payment.ref.label("payment"),
            Attempt.status,
            Attempt.amount,
            Attempt.failure_code,
        ).join(Payment, Payment.id == Attempt.payment_id),
        by_chance=frozenset({"stripe_id", "payment"}),
    ),
    RowList(
        "refunds",
        ("refunds",),
        select(
            Refund.stripe_id,
            Refund.state,
            Refund.amount,
            Refund.currency,
            Payment.ref.label("payment"),
        ).join(Payment, Payment.id == Refund.payment_id),
        by_chance=frozenset({"stripe_id", "payment"}),
    ),
    RowList(
        "balance_transactions",
        ("balance_transactions",),
        select(
            BalanceTransaction.stripe_id,
            BalanceTransaction.type,
            BalanceTransaction.amount,
            BalanceTransaction.fee,
            BalanceTransaction.net,
            BalanceTransaction.currency,
            BalanceTransaction.source_id.label("source"),
            null().label("payout"),
        ),
        by_chance=frozenset({"stripe_id", "source"}),
    ),
    RowList(
        "invoices",
        ("documents",),
        select(
            Document.number,
            Bill.ref.label("bill"),
            Document.content["total"].as_integer().label("total"),
            Document.content["currency"].as_string().label("currency"),
        )
        .join(Bill, Bill.id == Document.bill_id)
        .where(Document.kind == DocumentKind.INVOICE),
        by_chance=frozenset({"number", "bill"}),
    ),
    RowList(
        "credit_notes",
        ("documents",),
        select(
            Document.number,
            Document.content["invoice_number"].as_string().label("invoice"),
            Refund.stripe_id.label("refund"),
            Document.content["total"].as_integer().label("total"),
            Document.content["currency"].as_string().label("currency"),
        )
        .join(Refund, Refund.id == Document.refund_id)
        .where(Document.kind == DocumentKind.CREDIT_NOTE),
        by_chance=frozenset({"number", "invoice", "refund"}),
    ),
    RowList(
        "ledger",
        ("ledger_entries", "postings"),
        select(
            LedgerEntry.source_id.label("source"),
            LedgerEntry.kind,
            Posting.account,
            Posting.currency,
            Posting.amount,
            LedgerEntry.happened_at,
        ).join(Posting, Posting.entry_id == LedgerEntry.id),
        by_chance=frozenset({"source", "happened_at"}),
    ),
    RowList(
        "mails",
        ("mails",),
        select(
            Mail.subject_ref.label("subject"), Mail.kind, Mail.sent_at.is_not(None).label("sent")
        ),
        by_chance=frozenset({"subject"}),
    ),
    RowList(
        "audit",
        ("audit_records",),
        select(AuditRecord.action, AuditRecord.subject_ref.label("subject")),
        canonical=False,
    ),
)
