"""Which states of a PaymentIntent allow what, and the words of Stripe's refusals."""

from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError

CHANGEABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELLABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
)
CAPTURABLE = ("requires_capture",)
_CONFIRMABLE_SAYS_STRIPE = "requires_confirmation, requires_action"


def unexpected(intent: Document, message: str) -> ApiError:
    """`payment_intent_unexpected_state`, which carries the intent."""
    return ApiError(message, code="payment_intent_unexpected_state", payment_intent=public(intent))


def check_cancellable(intent: Document) -> None:
    """Raises ApiError 400 where the payment is complete or canceled."""
    if intent["status"] not in CANCELLABLE:
        raise unexpected(
            intent,
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. "
            "Only a PaymentIntent with one of the following statuses may be canceled: "
            f"{', '.join(CANCELLABLE)}.",
        )


def check_capturable(intent: Document) -> None:
    """Raises ApiError 400 where nothing is authorised."""
    if intent["status"] not in CAPTURABLE:
        raise unexpected(
            intent,
            "This PaymentIntent could not be captured because it has a status of "
            f"{intent['status']}. Only a PaymentIntent with one of the following statuses may be "
            f"captured: {', '.join(CAPTURABLE)}.",
        )


def captures_too_much() -> ApiError:
    """400: more than was authorised."""
    return ApiError(
        "The payment could not be captured because the requested capture amount is greater than "
        "the amount you can capture for this charge.",
        code="amount_too_large",
        param="amount_to_capture",
    )


def check_changeable(intent: Document, field: str) -> None:
    """Raises ApiError 400 where the field cannot change any more."""
    if intent["status"] not in CHANGEABLE:
        raise unexpected(
            intent,
            f"This PaymentIntent's {field} could not be updated because it has a status of "
            f"{intent['status']}. You may only update the {field} of a PaymentIntent with one of "
            f"the following statuses: {', '.join(CHANGEABLE)}.",
        )


def check_confirmable(intent: Document) -> None:
    """Raises ApiError 400 where the payment is complete, canceled or on its way."""
    status = intent["status"]
    if status == "succeeded":
        raise unexpected(
            intent,
            "You cannot confirm this PaymentIntent because it has already succeeded after being "
            "previously confirmed.",
        )
    if status not in CHANGEABLE:
        raise unexpected(
            intent,
            f"You cannot confirm this PaymentIntent because it has a status of {status}. Only a "
            "PaymentIntent with one of the following statuses may be confirmed: "
            f"{_CONFIRMABLE_SAYS_STRIPE}.",
        )


def confirmed_by_secret_key_only(intent: Document) -> ApiError:
    """400: a browser may not confirm this PaymentIntent."""
    return ApiError(
        f"This PaymentIntent {intent['id']} cannot be confirmed using your publishable key because "
        "its `confirmation_method` is set to `manual`. Please use your secret key instead, or "
        "create a PaymentIntent with `confirmation_method` set to `automatic`."
    )


def without_method(intent: Document) -> ApiError:
    """400: there is nothing to pay with."""
    return unexpected(
        intent,
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
        "either update the PaymentIntent with a payment method and then confirm it again, or "
        "confirm it again directly with a payment method or ConfirmationToken.",
    )


def descriptor_of_a_card() -> ApiError:
    """400: a card's statement has a suffix only."""
    return ApiError(
        "The `statement_descriptor` cannot be set for a card charge. Use "
        "`statement_descriptor_suffix` instead.",
        param="statement_descriptor",
    )


def without_return_url() -> ApiError:
    """400: some methods redirect, and there is nowhere to return to."""
    return ApiError(
        "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. "
        "Because some of these payment methods might redirect your customer off of your page, you "
        "must provide a `return_url`. If you don't want to accept redirect-based payment methods, "
        "set `automatic_payment_methods[enabled]` to `true` and "
        "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and "
        "Payment Intents."
    )


def used_before() -> ApiError:
    """400: a PaymentMethod without a customer pays once."""
    return ApiError(
        "The provided PaymentMethod was previously used with a PaymentIntent without Customer "
        "attachment, shared with a connected account without Customer attachment, or was detached "
        "from a Customer. It may not be used again. To use a PaymentMethod multiple times, you "
        "must attach it to a Customer first."
    )
