"""Addresses of pages for mails and Stripe, built from PUBLIC_BASE_URL (never from a request's Host
header).
"""

from portal.settings import Settings

# Where Stripe sends events.
WEBHOOK_PATH = "/webhooks/stripe"


def absolute(settings: Settings, path: str) -> str:
    """`path` begins with a slash."""
    return f"{settings.public_base_url}{path}"


def bill_path(ref: str) -> str:
    return f"/bills/{ref}"


def pay_path(ref: str) -> str:
    return f"/bills/{ref}/pay"


def return_path(ref: str) -> str:
    return f"/bills/{ref}/pay/return"


def payment_path(ref: str) -> str:
    return f"/payments/{ref}"


def invoice_path(number: str) -> str:
    return f"/invoices/{number}.pdf"


def receipt_path(token: str) -> str:
    return f"/r/{token}"


def receipt_document_path(token: str) -> str:
    return f"/r/{token}/receipt.pdf"


def admin_path() -> str:
    return "/admin"


def review_path(ref: str) -> str:
    return f"/admin/payments/{ref}/review"


def damage_path(number: str) -> str:
    return f"/admin/documents/{number}/damage"
