"""Payment states: what Stripe's PaymentIntent means for ours. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from invoices.formats import money


class PaymentState(StrEnum):
    """Where a payment stands; TRANSITIONS says what may follow."""

    DRAFT = "draft"
    OPEN = "open"
    ACTION = "action"
    PROCESSING = "processing"
    PAID = "paid"
    CANCELED = "canceled"
    REVIEW = "review"


S = PaymentState
FINAL = frozenset({S.PAID, S.CANCELED})
# Where the payer may (still) enter a card.
PAYABLE = frozenset({S.DRAFT, S.OPEN})
# Where nobody has paid and nothing is being charged: a payment that may be canceled.
UNCONFIRMED = frozenset({*PAYABLE, S.ACTION})
# How long a failed try is news to its payer; after that it is only remembered.
NEWS_WINDOW = timedelta(hours=1)
# A payment that its payer has left alone for so long is canceled at Stripe; who comes back to the
# bill gets a new one.
EXPIRES_AFTER = timedelta(days=7)
# A payer who comes back before Stripe has answered waits on the page for as long as this.
CONFIRMATION_WINDOW = timedelta(minutes=2)

# Where the card form is what the payer needs; a canceled payment gives way to a new one.
SHOWS_FORM = frozenset({*PAYABLE, S.CANCELED})

TRANSITIONS: dict[PaymentState, frozenset[PaymentState]] = {
    S.DRAFT: frozenset({S.OPEN, S.ACTION, S.PROCESSING, S.PAID, S.CANCELED, S.REVIEW}),
    S.OPEN: frozenset({S.ACTION, S.PROCESSING, S.PAID, S.CANCELED, S.REVIEW}),
    S.ACTION: frozenset({S.OPEN, S.PROCESSING, S.PAID, S.CANCELED, S.REVIEW}),
    S.PROCESSING: frozenset({S.OPEN, S.ACTION, S.PAID, S.CANCELED, S.REVIEW}),
    S.PAID: frozenset(),
    S.CANCELED: frozenset(),
    # By an administrator alone, never by what Stripe says.
    S.REVIEW: frozenset(),
}


# https://docs.stripe.com/payments/paymentintents/lifecycle
_STATE_OF_STATUS = {
    "requires_payment_method": S.OPEN,
    "requires_confirmation": S.OPEN,
    "requires_action": S.ACTION,
    "processing": S.PROCESSING,
    "succeeded": S.PAID,
    "canceled": S.CANCELED,
}


def waits_for_payer(state: PaymentState, error_code: str | None) -> bool:
    """Whether the payer has something to do before anything else can happen: answer the bank, or
    try again.
    """
    return state in (S.ACTION, S.CANCELED) or (state in PAYABLE and error_code is not None)


# Stripe's code for an object that it no longer has; kept as the payment's last error.
GONE = "resource_missing"
GONE_REASON = "Stripe no longer has this payment. Nobody has been charged."


def is_gone(state: PaymentState, error_code: str | None) -> bool:
    """Whether Stripe no longer has the payment: its bill can be paid anew, or withdrawn."""
    return state is S.REVIEW and error_code == GONE


class Way(StrEnum):
    """How an administrator ends a review."""

    ACCEPT = "accept"
    REFUND = "refund"
    CLOSE = "close"


@dataclass(frozen=True)
class Review:
    """What decides how a payment in review can end. Amounts in minor units."""

    received: int
    received_currency: str | None
    currency: str
    bill_is_open: bool
    refunding: bool


def ways_out(review: Review) -> frozenset[Way]:
    """How this review can end: money in the bill's currency for an open bill can be accepted.

    While a refund is on its way, only its outcome ends it.
    """
    if review.refunding:
        return frozenset()
    if not review.received:
        return frozenset({Way.CLOSE})
    ways = {Way.REFUND, Way.CLOSE}
    if review.bill_is_open and review.received_currency == review.currency:
        ways.add(Way.ACCEPT)
    return frozenset(ways)


@dataclass(frozen=True)
class Verdict:
    """The state a PaymentIntent asks for; `reason` says why it needs an administrator."""

    state: PaymentState
    reason: str | None = None


def judge(
    current: PaymentState,
    *,
    amount: int,
    currency: str,
    status: str,
    seen_amount: int,
    seen_currency: str,
    received: int,
) -> Verdict:
    """What a payment in `current` for `amount` (minor units) becomes, given the fetched
    PaymentIntent.

    `received` is the PaymentIntent's `amount_received`. A final state stays. Money that differs
    from the bill, or a status we do not know, is for an administrator: never a guess.
    """
    if current in FINAL or current is S.REVIEW:
        return Verdict(current)
    if (seen_amount, seen_currency) != (amount, currency):
        seen, owed = _said(seen_amount, seen_currency), _said(amount, currency)
        reason = f"The amount at Stripe ({seen}) does not match the bill ({owed})."
        return Verdict(S.REVIEW, reason)
    state = _STATE_OF_STATUS.get(status)
    if state is None:
        return Verdict(S.REVIEW, f'Stripe says "{status}", which the portal does not know.')
    if state is S.PAID and received != amount:
        got, owed = _said(received, currency), _said(amount, currency)
        return Verdict(S.REVIEW, f"Stripe received {got} of {owed}.")
    if state is not current and state not in TRANSITIONS[current]:
        return Verdict(S.REVIEW, f'Stripe says "{status}" after "{current}".')
    return Verdict(state)


def is_unanswered(state: PaymentState, error_code: str | None, since_start: timedelta) -> bool:
    """Whether the payer may just have confirmed, and Stripe has not said yet: for a moment, nobody
    is asked to pay.
    """
    return state in PAYABLE and error_code is None and since_start < CONFIRMATION_WINDOW


def is_news(since_start: timedelta) -> bool:
    """Whether what went wrong with the last try happened just now, `since_start` after the payer
    asked for the form.
    """
    return since_start < NEWS_WINDOW


def is_expired(state: PaymentState, since_start: timedelta) -> bool:
    """Whether the payer has left the payment alone for so long that it is canceled."""
    return state in UNCONFIRMED and since_start >= EXPIRES_AFTER


def next_poll(state: PaymentState, since_start: timedelta, fee_known: bool) -> timedelta | None:
    """How soon the worker asks Stripe again, with every webhook lost; None: never.

    Within the first quarter of an hour a confirmed payment is seen well inside 60 s.
    """
    if state is S.CANCELED or (state is S.PAID and fee_known):
        return None
    for age, pause in _PAUSES:
        if since_start < age:
            return pause
    return timedelta(days=1)


def _said(amount: int, currency: str) -> str:
    """An amount for the administrator, in whatever currency Stripe has it."""
    try:
        return money(amount, currency)
    except ValueError:
        return f"{amount} minor units of {currency}"


_PAUSES = (
    (timedelta(minutes=15), timedelta(seconds=20)),
    (timedelta(hours=2), timedelta(seconds=50)),
    (timedelta(days=2), timedelta(hours=1)),
)
