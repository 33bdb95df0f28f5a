"""The receipt that these tests write."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.infrastructure import clock
from portal.mail.models import Mail
from portal.mail.service import render, write
from portal.settings import Settings

PAID_AT = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)
RECEIPT: dict[str, Any] = {
    "amount": 6750,
    "currency": "GBP",
    "paid_at": PAID_AT,
    "method": "Visa ending 4242",
    "reference": "PAY-TESTREFERENCE000",
    "receipt_url": "https://pay.clinic.example/r/token-of-the-link",
    "expires_at": PAID_AT + timedelta(days=60),
}
BILL: dict[str, Any] = {
    "total": 6750,
    "currency": "GBP",
    "due_on": date(2026, 11, 26),
    "requested_at": PAID_AT,
    "reference": "BILL-TESTREFERENCE00",
    "bill_url": "https://pay.clinic.example/bills/BILL-TESTREFERENCE00",
}
REFUND: dict[str, Any] = {
    "amount": 6750,
    "currency": "GBP",
    "method": "Visa ending 4242",
    "is_reversal": False,
    "bank_reference": "24492150157123456789012",
    "reference": "PAY-TESTREFERENCE000",
    "payment_url": "https://pay.clinic.example/payments/PAY-TESTREFERENCE000",
}
SUBJECT = "Receipt for your payment of £67.50"


def write_example(
    session: Session, settings: Settings, recipient: str = "alice@example.test"
) -> Mail:
    return write(session, settings, "receipt", recipient, SUBJECT, **RECEIPT)


def rendered(settings: Settings, **changes: object) -> dict[str, str]:
    return render(settings, "receipt", subject=SUBJECT, **(RECEIPT | changes))


def unsaved_mail(
    settings: Settings, recipient: str = "alice@example.test", subject: str = SUBJECT
) -> Mail:
    """A row as `write` makes it, without a database."""
    return Mail(
        ref="MAIL-TESTREFERENCE000",
        kind="receipt",
        recipient=recipient,
        subject=subject,
        created_at=clock.now(),
        **rendered(settings),
    )
