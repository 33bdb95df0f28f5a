"""PaymentIntents."""

import hmac

from fake_stripe import payments
from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError, missing
from fake_stripe.lists import page
from fake_stripe.metadata import merged
from fake_stripe.money import check_amount, checked_currency
from fake_stripe.payment_methods import from_data, from_name
from fake_stripe.payments import unexpected_state
from fake_stripe.routing import Route
from fake_stripe.session import Session

_PLAIN = (
    "description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
    "setup_future_usage", "shipping",
)  # fmt: skip
_METHODS = ("allowed_payment_method_types", "automatic_payment_methods", "excluded_payment_method_types")
_CANCELLABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")
_CHANGEABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(session: Session, params: Params) -> Document:
    currency = checked_currency(params["currency"])
    check_amount(params["amount"], currency)
    if not params.get("confirm"):
        for name in ("return_url", "off_session", "error_on_requires_action"):
            if name in params:
                raise ApiError(f"You cannot specify `{name}` unless `confirm` is `true`.", param=name)
    intent = session.draft("payment_intent")
    intent |= {
        "amount": params["amount"],
        "currency": currency,
        "capture_method": params.get("capture_method", "automatic_async"),
        "client_secret": f"{intent['id']}_secret_{session.token(25)}",
        "confirmation_method": params.get("confirmation_method", "automatic"),
        "customer": _customer(session, params),
        "metadata": merged({}, params),
        "payment_method_options": {"card": {"installments": None, "mandate_options": None, "network": None,
                                            "request_three_d_secure": "automatic"}},
        **_method_choice(params),
        **_plain(params),
    }  # fmt: skip
    session.store.insert(session.account, intent)
    session.emit("payment_intent.created", intent)
    if "payment_method" in params or "payment_method_data" in params:
        _take_method(session, intent, params)
    if params.get("confirm"):
        return confirm(session, intent["id"], {key: value for key, value in params.items() if key not in _TAKEN})
    return intent


_TAKEN = ("payment_method", "payment_method_data")


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    return _owned(session, identifier, params)


def update(session: Session, identifier: str, params: Params) -> Document:
    intent = _owned(session, identifier, params)
    frozen = [name for name in ("amount", "currency", "customer", *_TAKEN) if name in params]
    if frozen and intent["status"] not in _CHANGEABLE:
        raise unexpected_state(
            intent,
            f"This PaymentIntent's {frozen[0]} could not be updated because it has a status of {intent['status']}. You may "
            f"only update the {frozen[0]} of a PaymentIntent with one of the following statuses: {', '.join(_CHANGEABLE)}.",
        )
    currency = checked_currency(params.get("currency", intent["currency"]))
    check_amount(params.get("amount", intent["amount"]), currency)
    intent |= {
        "amount": params.get("amount", intent["amount"]),
        "currency": currency,
        "metadata": merged(intent["metadata"], params),
        **_method_choice(params),
        **_plain(params),
    }
    if "customer" in params:
        intent["customer"] = _customer(session, params)
    if any(name in params for name in _TAKEN):
        _take_method(session, intent, params)
    session.save(intent)
    return intent


def confirm(session: Session, identifier: str, params: Params) -> Document:
    intent = _owned(session, identifier, params)
    _check_confirmable(intent)
    use_sdk = bool(params.get("use_stripe_sdk"))
    automatic = intent["automatic_payment_methods"] or {}
    if automatic.get("allow_redirects") == "always" and not params.get("return_url") and not session.publishable:
        raise ApiError(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these "
            "payment methods might redirect your customer off of your page, you must provide a `return_url`. If you "
            "don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and "
            "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents."
        )
    if any(name in params for name in _TAKEN):
        _take_method(session, intent, params)
    if not intent["payment_method"]:
        raise unexpected_state(
            intent,
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment "
            "method or ConfirmationToken.",
        )
    intent |= _plain(params)
    payments.attempt(
        session, intent, session.get("payment_method", intent["payment_method"]),
        off_session=bool(params.get("off_session")), refuse_action=bool(params.get("error_on_requires_action")),
        use_stripe_sdk=use_sdk, return_url=params.get("return_url"),
    )  # fmt: skip
    return intent


def cancel(session: Session, identifier: str, params: Params) -> Document:
    intent = session.get("payment_intent", identifier, param="intent")
    if intent["status"] not in _CANCELLABLE:
        raise unexpected_state(
            intent,
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a PaymentIntent with "
            f"one of the following statuses may be canceled: {', '.join(_CANCELLABLE)}.",
        )
    payments.cancel(session, intent, params.get("cancellation_reason"))
    return intent


def capture(session: Session, identifier: str, params: Params) -> Document:
    intent = session.get("payment_intent", identifier, param="intent")
    if intent["status"] != "requires_capture":
        raise unexpected_state(
            intent,
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}. Only a PaymentIntent "
            "with one of the following statuses may be captured: requires_capture.",
        )
    if params.get("amount_to_capture", intent["amount"]) != intent["amount"]:
        raise ApiError("This offline Stripe captures whole amounts only.", param="amount_to_capture")
    payments.succeed(session, intent, session.get("charge", intent["latest_charge"]))
    return intent


def list_all(session: Session, params: Params) -> Document:
    return page(session, "payment_intent", "/v1/payment_intents", params, ("customer",))


def _owned(session: Session, identifier: str, params: Params) -> Document:
    """The intent; a publishable key has to show its client secret."""
    intent = session.get("payment_intent", identifier, param="intent")
    if session.publishable:
        given = params.get("client_secret", "")
        if not given:
            raise ApiError("Missing required param: client_secret.", code="parameter_missing", param="client_secret")
        if not hmac.compare_digest(given.encode(), intent["client_secret"].encode()):
            raise missing("payment_intent", identifier, param="intent")
    return intent


def _check_confirmable(intent: Document) -> None:
    status = intent["status"]
    if status == "succeeded":
        raise unexpected_state(
            intent,
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
        )
    if status not in _CHANGEABLE:
        raise unexpected_state(
            intent,
            f"You cannot confirm this PaymentIntent because it has a status of {status}. Only a PaymentIntent with one of "
            "the following statuses may be confirmed: requires_confirmation, requires_action.",
        )


def _take_method(session: Session, intent: Document, params: Params) -> None:
    """Put the given PaymentMethod on the intent; one that has been used without a customer may not be used again."""
    if "payment_method_data" in params:
        method = from_data(session, params["payment_method_data"], "payment_method_data")
    else:
        method = from_name(session, params["payment_method"])
    if method.get("_used") and not method["customer"] and method["id"] != intent["payment_method"]:
        raise ApiError(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with "
            "a connected account without Customer attachment, or was detached from a Customer. It may not be used again. "
            "To use a PaymentMethod multiple times, you must attach it to a Customer first."
        )
    intent |= {"payment_method": method["id"], "next_action": None, "status": "requires_confirmation"}
    session.save(intent)


def _customer(session: Session, params: Params) -> str | None:
    if not params.get("customer"):
        return None
    customer = session.get("customer", params["customer"], param="customer", status=400)
    if customer.get("_deleted"):
        raise missing("customer", params["customer"], param="customer", status=400)
    return str(customer["id"])


def _plain(params: Params) -> Document:
    return {name: params[name] or None for name in _PLAIN if name in params}


def _method_choice(params: Params) -> Document:
    chosen = [name for name in _METHODS if params.get(name)]
    if "allowed_payment_method_types" in chosen and len(chosen) > 1:
        raise ApiError(f"You may only specify one of these parameters: {', '.join(chosen)}.", param=chosen[0])
    fields: Document = {name: params[name] for name in chosen}
    automatic = fields.get("automatic_payment_methods")
    if automatic is not None:
        fields["automatic_payment_methods"] = {"allow_redirects": "always", **automatic}
    elif "amount" in params and "currency" in params and not chosen:
        fields["automatic_payment_methods"] = {"allow_redirects": "always", "enabled": True}
    return fields


ROUTES = [
    Route("POST", "/v1/payment_intents", "PaymentIntentCreateParams", create),
    Route("GET", "/v1/payment_intents", "PaymentIntentListParams", list_all),
    Route("GET", "/v1/payment_intents/:id", "PaymentIntentRetrieveParams", retrieve, publishable=True),
    Route("POST", "/v1/payment_intents/:id", "PaymentIntentUpdateParams", update),
    Route("POST", "/v1/payment_intents/:id/confirm", "PaymentIntentConfirmParams", confirm, publishable=True),
    Route("POST", "/v1/payment_intents/:id/cancel", "PaymentIntentCancelParams", cancel),
    Route("POST", "/v1/payment_intents/:id/capture", "PaymentIntentCaptureParams", capture),
]
