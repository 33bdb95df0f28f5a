"""Confirming a PaymentIntent: authentication, the charge, and what the payer's bank says.

Only a confirmation by the payer (or by the merchant's own confirm call) moves an intent towards
`succeeded`.
"""

from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlencode

from fake_stripe.cards import Card
from fake_stripe.clock import DAY
from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError
from fake_stripe.rules import charges, declines, radar
from fake_stripe.rules.intent_states import unexpected
from fake_stripe.rules.payment_methods import card_of
from fake_stripe.runtime.session import Session

# "There is a variable upper limit on how many times a PaymentIntent can be confirmed", says Stripe.
MAX_CONFIRMATIONS = 10
# https://docs.stripe.com/payments/place-a-hold-on-a-payment-method: seven days for most cards.
AUTHORISED_FOR = 7 * DAY
_NOT_HANDLED = ("authentication_required", "authentication_not_handled")


@dataclass(frozen=True)
class ConfirmOptions:
    """How an intent is confirmed, by Stripe's names of the parameters."""

    off_session: bool = False
    error_on_requires_action: bool = False
    use_stripe_sdk: bool = False
    return_url: str | None = None


def confirm(
    session: Session, intent: Document, payment_method: Document, options: ConfirmOptions
) -> None:
    """Confirm the intent with this PaymentMethod.

    Ends in succeeded, processing, requires_capture or requires_action; raises ApiError 402 for a
    decline (the failed charge is kept).
    """
    card = card_of(payment_method)
    intent |= {
        "payment_method": payment_method["id"],
        "next_action": None,
        "last_payment_error": None,
        "_return_url": options.return_url,
        "_confirmations": intent.get("_confirmations", 0) + 1,
    }
    if intent["_confirmations"] > MAX_CONFIRMATIONS:
        _give_up(session, intent)
    exempt = card.set_up and options.off_session
    must_authenticate = (card.three_d_secure and not exempt) or (
        card.enrolled and _asked_for_authentication(intent)
    )
    if must_authenticate and options.error_on_requires_action:
        _refuse(session, intent, declines.error(*_NOT_HANDLED, None, payment_method))
    if must_authenticate and options.off_session:
        _decline(
            session,
            intent,
            payment_method,
            ("authentication_required", "authentication_required"),
            card,
        )
    if must_authenticate:
        intent |= {
            "status": "requires_action",
            "next_action": _next_action(session, intent, options),
        }
        session.save(intent)
        session.emit("payment_intent.requires_action", intent)
        return
    charge_card(session, intent, payment_method, card)


def _asked_for_authentication(intent: Document) -> bool:
    return intent["payment_method_options"].get("card", {}).get("request_three_d_secure") in (
        "any",
        "challenge",
    )


def charge_card(
    session: Session,
    intent: Document,
    payment_method: Document,
    card: Card,
    *,
    authenticated: bool = False,
) -> None:
    """Ask the bank. Raises ApiError 402 where it declines."""
    if card.decline:
        _decline(session, intent, payment_method, card.decline, card, authenticated=authenticated)
    charge = charges.create(session, intent, payment_method, card, authenticated)
    intent |= {"latest_charge": charge["id"], "next_action": None, "last_payment_error": None}
    if card.risk == "elevated":
        radar.open_review(session, intent, charge)
    if intent["capture_method"] == "manual":
        _authorise(session, intent, charge)
    elif session.settings.hold_processing > 0:
        session.settings.hold_processing -= 1
        _process(session, intent, charge)
    else:
        succeed(session, intent, charge)


def succeed(
    session: Session, intent: Document, charge: Document, amount: int | None = None
) -> None:
    """The money (all, or `amount` in minor units) is taken.

    The balance transaction follows with `charge.updated`.
    """
    told_by = "charge.captured" if charge["paid"] else "charge.succeeded"
    charges.mark_paid(intent, charge, amount)
    payment_method = session.get("payment_method", charge["payment_method"])
    payment_method["_used"] = True
    session.save(payment_method)
    card = card_of(payment_method)
    session.save(charge)
    session.save(intent)
    session.emit(told_by, charge)
    session.emit("payment_intent.succeeded", intent)
    delays = session.settings.delays
    session.later("settle_charge", delays.balance_transaction, charge=charge["id"])
    if card.dispute:
        session.later("open_dispute", delays.dispute, charge=charge["id"])
    if card.fraud_warning:
        session.later("warn_of_fraud", delays.dispute, charge=charge["id"])


def fail_authentication(session: Session, intent: Document, payment_method: Document) -> None:
    """3-D Secure failed: no charge, and the intent waits for another PaymentMethod."""
    _back_to_start(session, intent, declines.authentication_error(payment_method))


def fail_processing(session: Session, intent: Document, charge: Document) -> None:
    """A payment that was being processed was refused in the end."""
    payment_method = session.get("payment_method", charge["payment_method"])
    decline = ("card_declined", "generic_decline")
    charges.fail(session, charge, card_of(payment_method), decline)
    _back_to_start(session, intent, declines.error(*decline, charge["id"], payment_method))


def _process(session: Session, intent: Document, charge: Document) -> None:
    intent |= {"status": "processing", "processing": {"card": {}, "type": "card"}}
    session.save(charge)
    session.save(intent)
    session.emit("charge.pending", charge)
    session.emit("payment_intent.processing", intent)


def _authorise(session: Session, intent: Document, charge: Document) -> None:
    charge |= {"status": "succeeded", "paid": True}
    charge["payment_method_details"]["card"]["capture_before"] = session.now + AUTHORISED_FOR
    session.later("expire_authorisation", AUTHORISED_FOR, payment_intent=intent["id"])
    intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
    session.save(charge)
    session.save(intent)
    session.emit("charge.succeeded", charge)
    session.emit("payment_intent.amount_capturable_updated", intent)


def _decline(
    session: Session,
    intent: Document,
    payment_method: Document,
    decline: tuple[str, str],
    card: Card,
    *,
    authenticated: bool = False,
) -> NoReturn:
    charge = charges.create(session, intent, payment_method, card, authenticated)
    intent["latest_charge"] = charge["id"]
    charges.fail(session, charge, card, decline)
    _refuse(session, intent, declines.error(*decline, charge["id"], payment_method))


def _refuse(session: Session, intent: Document, error: Document) -> NoReturn:
    """The intent waits for another PaymentMethod, and whoever confirmed it hears why."""
    _back_to_start(session, intent, error)
    more = {key: value for key, value in error.items() if key not in ("doc_url", "message", "type")}
    raise ApiError(
        error["message"],
        status=402,
        kind=error["type"],
        keeps_changes=True,
        payment_intent=public(intent),
        **more,
    )


def _back_to_start(session: Session, intent: Document, error: Document) -> None:
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "processing": None,
        "last_payment_error": error,
    }
    session.save(intent)
    session.emit("payment_intent.payment_failed", intent)


def _give_up(session: Session, intent: Document) -> None:
    cancel(session, intent, "automatic")
    error = unexpected(
        intent,
        "This PaymentIntent was confirmed too many times and has been canceled. Create a new "
        "PaymentIntent.",
    )
    error.keeps_changes = True
    raise error


def cancel(
    session: Session, intent: Document, reason: str | None, *, told_by: str = "charge.refunded"
) -> None:
    """Nothing will be paid; `told_by` is the event of a charge that was authorised only."""
    intent |= {
        "status": "canceled",
        "canceled_at": session.now,
        "cancellation_reason": reason,
        "next_action": None,
        "amount_capturable": 0,
    }
    session.save(intent)
    charge = session.find("charge", intent["latest_charge"] or "")
    if charge and charge["status"] == "succeeded":
        # Authorised only: what was held on the card is let go, which Stripe shows as a refund.
        session.change(charge, told_by, amount_refunded=charge["amount"], refunded=True)
        radar.close_review_of(session, charge, "canceled")
    session.emit("payment_intent.canceled", intent)


def _next_action(session: Session, intent: Document, options: ConfirmOptions) -> Document:
    if options.return_url and not options.use_stripe_sdk:
        query = urlencode(
            {"payment_intent": intent["id"], "client_secret": intent["client_secret"]}
        )
        page = f"{session.base_url}/authenticate?{query}"
        return {
            "redirect_to_url": {"return_url": options.return_url, "url": page},
            "type": "redirect_to_url",
        }
    details = {
        "type": "stripe_3ds2_challenge",
        "three_d_secure_2_source": f"payatt_{session.token(24)}",
    }
    return {"type": "use_stripe_sdk", "use_stripe_sdk": details}
