"""The lists: which kind each shows, by what it can be narrowed, and what stands beside each row."""

from dataclasses import dataclass

from fake_stripe.api.balance import balance
from fake_stripe.core import OfflineStripe
from fake_stripe.dashboard import data
from fake_stripe.documents import Document


@dataclass(frozen=True)
class Listing:
    """`column` is the link column that narrows the list to one of `choices`."""

    title: str
    kind: str
    template: str
    choices: tuple[str, ...] = ()
    column: str = "status"


LISTS = {
    "/": Listing(
        "Payments",
        "payment_intent",
        "payments.html",
        (
            "succeeded",
            "processing",
            "requires_action",
            "requires_payment_method",
            "requires_capture",
            "canceled",
        ),
    ),
    "/refunds": Listing("Refunds", "refund", "refunds.html", ("pending", "succeeded", "failed")),
    "/disputes": Listing(
        "Disputes",
        "dispute",
        "disputes.html",
        (
            "needs_response",
            "under_review",
            "won",
            "lost",
            "warning_needs_response",
            "warning_closed",
        ),
    ),
    "/payouts": Listing("Payouts", "payout", "payouts.html", ("in_transit", "paid", "failed")),
    "/balance": Listing("Balance", "balance_transaction", "balance.html", column="type"),
    "/events": Listing("Events", "event", "events.html", column="type"),
}


def listed(app: OfflineStripe, path: str, account: str, query: dict[str, str]) -> Document:
    """What the list's template needs."""
    shown = LISTS[path]
    chosen = query.get("only", "")
    only = (shown.column, chosen) if chosen else None
    page = data.newest(app, account, shown.kind, only, query.get("before", ""))
    values: Document = {
        "title": shown.title,
        "choices": shown.choices or data.types(app, account, shown.kind),
        "only": chosen,
        "page": page,
    }
    if shown.kind == "payment_intent":
        values["charges"] = data.charges_of(app, page.rows)
    elif shown.kind == "event":
        values["deliveries"] = data.attempts_of(app, page.rows)
    elif shown.kind == "balance_transaction":
        values["balance"] = balance(app.session(account), {})
    return values
