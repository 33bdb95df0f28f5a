"""PaymentIntents."""

from fake_stripe.api.payment_methods import OTHER_METHODS
from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError
from fake_stripe.http.lists import page
from fake_stripe.http.routing import Handler, Route
from fake_stripe.rules import charges, intent_fields, intent_states, payments, texts
from fake_stripe.rules.client_secrets import owned
from fake_stripe.rules.customers import living
from fake_stripe.rules.metadata import merged
from fake_stripe.rules.money import check_amount, checked_currency, too_low
from fake_stripe.rules.payment_methods import from_data, from_name
from fake_stripe.runtime.session import Session

_METHOD = ("payment_method", "payment_method_data")
_NOT_AFTER_PAYING = (
    "amount",
    "capture_method",
    "currency",
    "customer",
    "payment_method_options",
    *intent_fields.ACCEPTED_METHODS,
    *_METHOD,
)
_WITH_CONFIRM_ONLY = ("error_on_requires_action", "off_session", "return_url")
# Connect, mandates, ConfirmationTokens, hooks, line items, Radar Sessions, dashboard settings, and
# saving a PaymentMethod for later.
_UNSUPPORTED = frozenset(
    [
        "amount_details",
        "amount_to_confirm",
        "application_fee_amount",
        "confirmation_token",
        "customer_account",
        "hooks",
        "mandate",
        "mandate_data",
        "on_behalf_of",
        "payment_details",
        "payment_method_configuration",
        "radar_options",
        "setup_future_usage",
        "transfer_data",
    ]
)
_UNSUPPORTED_INSIDE = {
    "payment_method_data": OTHER_METHODS | {"radar_options"},
    "payment_method_options": OTHER_METHODS,
}


def create(session: Session, params: Params) -> Document:
    """A new PaymentIntent, confirmed at once where `confirm` is asked for.

    Raises ApiError 400 for an amount or a currency that cannot be, 402 for a declined card.
    """
    currency = checked_currency(params["currency"])
    check_amount(params["amount"], currency)
    for name in _WITH_CONFIRM_ONLY:
        if name in params and not params.get("confirm"):
            raise ApiError(f"You cannot specify `{name}` unless `confirm` is `true`.", param=name)
    intent = intent_fields.draft(
        session,
        amount=params["amount"],
        currency=currency,
        confirmation_method=params.get("confirmation_method", "automatic"),
        customer=_customer(session, params),
        metadata=merged({}, params),
    )
    intent |= intent_fields.described(intent, params)
    session.store.insert(session.account, intent)
    session.emit("payment_intent.created", intent)
    if any(name in params for name in _METHOD):
        _take_method(session, intent, params)
    if params.get("confirm"):
        return confirm(
            session,
            intent["id"],
            {key: value for key, value in params.items() if key not in _METHOD},
        )
    return intent


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    """The PaymentIntent; a publishable key has to give its client secret."""
    return _visible(session, identifier, params)


def update(session: Session, identifier: str, params: Params) -> Document:
    """Change a PaymentIntent. Raises ApiError 400 for what cannot change any more."""
    intent = session.get("payment_intent", identifier, param="intent")
    for name in _NOT_AFTER_PAYING:
        if name in params:
            intent_states.check_changeable(intent, name)
    currency = checked_currency(str(params.get("currency", intent["currency"])))
    amount: int = {**intent, **params}["amount"]
    check_amount(amount, currency)
    intent |= {
        "amount": amount,
        "currency": currency,
        "metadata": merged(intent["metadata"], params),
        **intent_fields.described(intent, params),
    }
    if "customer" in params:
        intent["customer"] = _customer(session, params)
    if any(name in params for name in _METHOD):
        _take_method(session, intent, params)
    session.save(intent)
    return intent


def confirm(session: Session, identifier: str, params: Params) -> Document:
    """Pay, or begin to. Raises ApiError 400 where it cannot be, 402 for a declined card."""
    intent = _visible(session, identifier, params)
    intent_states.check_confirmable(intent)
    if session.publishable and intent["confirmation_method"] == "manual":
        raise intent_states.confirmed_by_secret_key_only(intent)
    if intent.get("_may_redirect") and not params.get("return_url") and not session.publishable:
        raise intent_states.without_return_url()
    if any(name in params for name in _METHOD):
        _take_method(session, intent, params)
    if not intent["payment_method"]:
        raise intent_states.without_method(intent)
    intent |= intent_fields.described(intent, params)
    if intent["statement_descriptor"]:
        raise intent_states.descriptor_of_a_card()
    options = payments.ConfirmOptions(
        off_session=bool(params.get("off_session")),
        error_on_requires_action=bool(params.get("error_on_requires_action")),
        use_stripe_sdk=bool(params.get("use_stripe_sdk")),
        return_url=params.get("return_url"),
    )
    payments.confirm(
        session, intent, session.get("payment_method", intent["payment_method"]), options
    )
    return intent


def cancel(session: Session, identifier: str, params: Params) -> Document:
    """Give an incomplete payment up. Raises ApiError 400 for one that is complete."""
    intent = session.get("payment_intent", identifier, param="intent")
    intent_states.check_cancellable(intent)
    payments.cancel(session, intent, params.get("cancellation_reason"))
    return intent


def capture(session: Session, identifier: str, params: Params) -> Document:
    """Take what was authorised, or a part of it: once. Raises ApiError 400 for more."""
    intent = session.get("payment_intent", identifier, param="intent")
    intent_states.check_capturable(intent)
    texts.check(params)
    capturable: int = intent["amount_capturable"]
    amount = int(params.get("amount_to_capture", capturable))
    if params.get("statement_descriptor"):
        raise intent_states.descriptor_of_a_card()
    if params.get("final_capture") is False:
        raise ApiError("This offline Stripe captures once.", param="final_capture")
    if amount < 1:
        raise too_low("amount_to_capture")
    if amount > capturable:
        raise intent_states.captures_too_much()
    charge = session.get("charge", intent["latest_charge"])
    intent["metadata"] = merged(intent["metadata"], params)
    if params.get("statement_descriptor_suffix"):
        intent["statement_descriptor_suffix"] = params["statement_descriptor_suffix"]
        charge |= charges.statement_descriptor(intent)
    payments.succeed(session, intent, charge, amount)
    return intent


def list_all(session: Session, params: Params) -> Document:
    """PaymentIntents, by `customer` and `created`."""
    return page(session, "payment_intent", "/v1/payment_intents", params, ("customer",))


def _visible(session: Session, identifier: str, params: Params) -> Document:
    """The intent; a publishable key has to show its client secret."""
    if not session.publishable:
        return session.get("payment_intent", identifier, param="intent")
    if not params.get("client_secret"):
        raise ApiError(
            "Missing required param: client_secret.",
            code="parameter_missing",
            param="client_secret",
        )
    return owned(session, identifier, params["client_secret"], param="intent")


def _take_method(session: Session, intent: Document, params: Params) -> None:
    """Put the given PaymentMethod on the intent.

    Raises ApiError 400 for one that has already paid and has no customer: it may not be used again.
    """
    if "payment_method_data" in params:
        method = from_data(session, params["payment_method_data"], "payment_method_data")
    else:
        method = from_name(session, params["payment_method"])
    if method.get("_used") and not method["customer"] and method["id"] != intent["payment_method"]:
        raise intent_states.used_before()
    intent |= {
        "payment_method": method["id"],
        "next_action": None,
        "status": "requires_confirmation",
    }
    session.save(intent)


def _customer(session: Session, params: Params) -> str | None:
    if not params.get("customer"):
        return None
    return str(living(session, params["customer"], param="customer", status=400)["id"])


def _route(pattern: str, shape: str, handler: Handler, *, publishable: bool = False) -> Route:
    """A POST that says how to pay."""
    return Route(
        "POST",
        f"/v1/payment_intents{pattern}",
        shape,
        handler,
        publishable=publishable,
        unsupported=_UNSUPPORTED,
        unsupported_inside=_UNSUPPORTED_INSIDE,
    )


ROUTES = [
    _route("", "PaymentIntentCreateParams", create),
    Route(
        "GET",
        "/v1/payment_intents",
        "PaymentIntentListParams",
        list_all,
        unsupported=_UNSUPPORTED,
    ),
    Route(
        "GET", "/v1/payment_intents/:id", "PaymentIntentRetrieveParams", retrieve, publishable=True
    ),
    _route("/:id", "PaymentIntentUpdateParams", update),
    _route("/:id/confirm", "PaymentIntentConfirmParams", confirm, publishable=True),
    Route("POST", "/v1/payment_intents/:id/cancel", "PaymentIntentCancelParams", cancel),
    _route("/:id/capture", "PaymentIntentCaptureParams", capture),
]
