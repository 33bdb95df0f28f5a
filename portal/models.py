"""Every model, imported so that the metadata is whole (migrations, tests)."""

from portal.accounts.models import User, UserSession
from portal.audit.models import AuditRecord
from portal.bills.models import Bill, BillLine, BillNotice, BillTax, ServiceRequest
from portal.catalogue.models import Price, PriceComponent, Service, ServiceOption
from portal.documents.models import Document, NumberSeries, ReceiptLink
from portal.exchange_rates.models import ExchangeRate
from portal.infrastructure.db import Base
from portal.infrastructure.installation import Installation
from portal.ledger.models import LedgerEntry, Posting
from portal.mail.models import Mail
from portal.patients.models import CareRelationship, Patient
from portal.payments.models import Attempt, BalanceTransaction, CheckoutRecord, Payment
from portal.refunds.models import Refund
from portal.stripe_sync.models import StripeEvent
from portal.stripe_sync.reconcile.models import ReconcileRun, ReconcileSchedule

__all__ = [
    "Attempt",
    "AuditRecord",
    "BalanceTransaction",
    "Base",
    "Bill",
    "BillLine",
    "BillNotice",
    "BillTax",
    "CareRelationship",
    "CheckoutRecord",
    "Document",
    "ExchangeRate",
    "Installation",
    "LedgerEntry",
    "Mail",
    "NumberSeries",
    "Patient",
    "Payment",
    "Posting",
    "Price",
    "PriceComponent",
    "ReceiptLink",
    "ReconcileRun",
    "ReconcileSchedule",
    "Refund",
    "Service",
    "ServiceOption",
    "ServiceRequest",
    "StripeEvent",
    "User",
    "UserSession",
]
