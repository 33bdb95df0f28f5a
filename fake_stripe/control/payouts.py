"""Payouts, and the past of an account that has many of them."""

from fake_stripe.control import bulk
from fake_stripe.control.actions import Action, Actions
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError
from fake_stripe.rules import payouts
from fake_stripe.rules.money import checked_currency


def pay_out(app: OfflineStripe, values: Values) -> Document:
    """Pay out what is available now, without waiting for the daily payout."""
    account = app.accounts.of(values.account)
    with app.store.transaction():
        payout = payouts.pay_out(app.session(account.name))
    if payout is None:
        raise ApiError("Nothing is available to pay out. Advance the clock until it is.")
    return public(payout)


def fail_payout(app: OfflineStripe, values: Values) -> Document:
    """The bank sends a payout back. Raises ApiError 400."""
    with app.store.transaction():
        session = app.session_of(values.text("payout"), values.account)
        payout = session.get("payout", values.text("payout"))
        payouts.fail(session, payout)
    return public(payout)


def bulk_payments(app: OfflineStripe, values: Values) -> Document:
    """Make many past payments with their fees and payouts; events of that age are gone."""
    lowest = values.whole("lowest", 1000)
    account = app.accounts.of(values.account)
    if not account.name:
        raise ApiError("No account has been seen yet: name one.", param="account")
    order = bulk.Order(
        account=account.name,
        count=values.whole("count", 100_000, most=1_000_000),
        days=values.whole("days", 365, least=1, most=3650),
        currency=checked_currency(values.text("currency", "gbp")),
        lowest=lowest,
        highest=max(lowest, values.whole("highest", 50_000)),
        metadata=values.texts("metadata"),
    )
    return {"made": bulk.make(app, order)}


ACTIONS: Actions = {
    ("POST", "payouts"): Action(pay_out),
    ("POST", "payouts/fail"): Action(fail_payout, ("payout",)),
    ("POST", "bulk"): Action(
        bulk_payments, ("count", "days", "currency", "lowest", "highest", "metadata")
    ),
}
