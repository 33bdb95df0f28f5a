"""The addresses of the portal's pages: the one place that spells them, besides the routes.

Templates have this module as `links`. Mails and Stripe get absolute addresses, built from
PUBLIC_BASE_URL and never from a request's Host header.
"""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from portal.settings import Settings

# Where Stripe sends events.
WEBHOOK_PATH = "/webhooks/stripe"


def absolute(settings: Settings, path: str) -> str:
    """`path` begins with a slash."""
    return f"{settings.public_base_url}{path}"


def home(after: str | None = None) -> str:
    """`after` is the reference of the last bill of the page before."""
    return _address("", after=after)


def sign_in(then: str | None = None) -> str:
    """`then` is the path to go on to afterwards."""
    return _address("sign-in", next=then)


def sign_out() -> str:
    return "/sign-out"


def forgotten_password() -> str:
    return "/forgotten-password"


def password_reset_sent() -> str:
    return "/forgotten-password/sent"


def reset_password(token: str) -> str:
    return _address("forgotten-password", token)


def invitation(token: str) -> str:
    return _address("invite", token)


def account() -> str:
    return "/account"


def change_email() -> str:
    return "/account/email"


def confirm_email(token: str) -> str:
    return _address("account", "email", token)


def change_password() -> str:
    return "/account/password"


def change_currency() -> str:
    return "/account/currency"


def change_address(then: str | None = None) -> str:
    """`then` is the path to go on to afterwards."""
    return _address("account", "address", next=then)


def end_other_sessions() -> str:
    return "/account/other-sessions"


def services() -> str:
    return "/services"


def service(slug: str, choice: Mapping[str, object] | None = None) -> str:
    """`choice` is what has been chosen: `quantity`, `options`."""
    return _address("services", slug, **(choice or {}))


def service_price(slug: str) -> str:
    return _address("services", slug, "price")


def bill(ref: str) -> str:
    return _address("bills", ref)


def withdraw(ref: str) -> str:
    return _address("bills", ref, "withdraw")


def pay(ref: str) -> str:
    return _address("bills", ref, "pay")


def pay_outcome(ref: str) -> str:
    return _address("bills", ref, "pay", "outcome")


def pay_return(ref: str) -> str:
    return _address("bills", ref, "pay", "return")


def pay_restart(ref: str) -> str:
    return _address("bills", ref, "pay", "restart")


def payments(filters: Mapping[str, str] | None = None) -> str:
    """`filters` are those of the list, and `after`, the reference that its page begins after."""
    return _address("payments", **(filters or {}))


def payment(ref: str, listed: Mapping[str, str] | None = None) -> str:
    """`listed` is the list that the payment is opened from: its filters, and how many `rows`."""
    return _address("payments", ref, **(listed or {}))


def payments_again(ref: str, listed: Mapping[str, str] | None = None) -> str:
    """Back to the list that a payment was opened from, where its row stands.

    `listed` is the payment's own query.
    """
    given = listed or {}
    kept = {name: given[name] for name in ("state", "period", "q", "rows") if given.get(name)}
    return f"{payments(kept)}#{quote(ref, safe='')}" if kept else payments()


def year_of_payments(year: int) -> str:
    return _address("payments", "years", f"{year}.csv")


def invoice(number: str) -> str:
    return _address("invoices", f"{number}.pdf")


def credit_note(number: str) -> str:
    return _address("credit-notes", f"{number}.pdf")


def receipt(token: str) -> str:
    return _address("r", token)


def receipt_document(token: str) -> str:
    return _address("r", token, "receipt.pdf")


def clinic(after: str | None = None) -> str:
    """`after` is the place in the list where the page before ended."""
    return _address("clinic", after=after)


def clinic_patient(ref: str) -> str:
    return _address("clinic", "patients", ref)


def admin() -> str:
    return "/admin"


def office_payments(filters: Mapping[str, str] | None = None) -> str:
    """`filters` are those of the list, and `after`, the reference that its page begins after."""
    return _address("admin", "payments", **(filters or {}))


def office_payment(ref: str) -> str:
    return _address("admin", "payments", ref)


def refund(ref: str) -> str:
    """`ref` is the payment's."""
    return _address("admin", "payments", ref, "refund")


def refund_decision(ref: str, refund_ref: str) -> str:
    return _address("admin", "payments", ref, "refunds", refund_ref)


def reconcile() -> str:
    return "/admin/reconcile"


def review(ref: str) -> str:
    return _address("admin", "payments", ref, "review")


def damage(number: str) -> str:
    return _address("admin", "documents", number, "damage")


def unattended(address: str, since: str | None = None) -> str:
    """What a page asks for again by itself, with nobody sitting in front of it.

    `since` names what it shows now.
    """
    return f"{address}?unattended" if since is None else f"{address}?unattended&since={since}"


def _address(*parts: str, **query: object) -> str:
    """A path with what is given of `query`; a sequence stands once for each of its members."""
    path = "/" + "/".join(quote(part, safe="") for part in parts)
    given = {name: value for name, value in query.items() if value is not None}
    query_string = urlencode(given, doseq=True, safe="/")
    return f"{path}?{query_string}" if given else path
