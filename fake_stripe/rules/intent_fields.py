"""What creating, changing and confirming a PaymentIntent set alike."""

from typing import Any

from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError, unsupported
from fake_stripe.objects.addresses import shipping
from fake_stripe.rules import texts
from fake_stripe.runtime.session import Session

ACCEPTED_METHODS = (
    "allowed_payment_method_types",
    "automatic_payment_methods",
    "excluded_payment_method_types",
)
CARD_OPTIONS: Document = {
    "installments": None,
    "mandate_options": None,
    "network": None,
    "request_three_d_secure": "automatic",
}
_KNOWN_OPTIONS = ("request_three_d_secure",)
# Values by which an option of cards asks for what happens anyway.
_ASKS_FOR_NOTHING: tuple[object, ...] = (False, "", "never", "none", {})
_PLAIN = (
    "description",
    "receipt_email",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)


def draft(session: Session, **fields: Any) -> Document:
    """A PaymentIntent, not yet stored, with what it has where nothing else was asked for."""
    intent = session.draft("payment_intent")
    return intent | {
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "client_secret": f"{intent['id']}_secret_{session.token(25)}",
        "payment_method_options": {"card": CARD_OPTIONS},
        **fields,
    }


def described(intent: Document, params: Params) -> Document:
    """The fields of the intent that creating, changing and confirming it set alike."""
    texts.check(params)
    fields = {
        **_accepted_methods(params),
        **{name: params[name] or None for name in _PLAIN if name in params},
    }
    if "capture_method" in params:
        fields["capture_method"] = params["capture_method"]
    if "shipping" in params:
        fields["shipping"] = shipping(params["shipping"])
    if "payment_method_options" in params:
        fields["payment_method_options"] = _options(intent["payment_method_options"], params)
    return fields


def _options(current: Document, params: Params) -> Document:
    """What is said of cards."""
    given = (params["payment_method_options"] or {}).get("card") or {}
    for name, value in given.items():
        if name not in _KNOWN_OPTIONS and value not in _ASKS_FOR_NOTHING:
            raise unsupported(f"payment_method_options[card][{name}]")
    known = {name: value for name, value in given.items() if name in _KNOWN_OPTIONS}
    return {"card": {**current["card"], **known}}


def _without_cards(param: str) -> ApiError:
    return ApiError("This offline Stripe knows cards only, so that nobody could pay.", param=param)


def _accepted_methods(params: Params) -> Document:
    """The three ways of saying which methods may pay.

    A list of allowed ones excludes the other two.
    """
    chosen: dict[str, Any] = {name: params[name] for name in ACCEPTED_METHODS if params.get(name)}
    if "card" not in chosen.get("allowed_payment_method_types", ["card"]):
        raise _without_cards("allowed_payment_method_types")
    if "card" in chosen.get("excluded_payment_method_types", []):
        raise _without_cards("excluded_payment_method_types")
    if "allowed_payment_method_types" in chosen:
        if len(chosen) > 1 or "payment_method_configuration" in params:
            raise ApiError(
                "`allowed_payment_method_types` cannot be combined with "
                "`automatic_payment_methods`, `excluded_payment_method_types` or "
                "`payment_method_configuration`.",
                param="allowed_payment_method_types",
            )
        return {**chosen, "automatic_payment_methods": None}
    if "automatic_payment_methods" in chosen:
        automatic = {"allow_redirects": "always", **chosen["automatic_payment_methods"]}
        # Asked for in so many words; the account's own default is cards, which redirect nobody.
        chosen["_may_redirect"] = automatic["enabled"] and automatic["allow_redirects"] == "always"
        chosen["automatic_payment_methods"] = automatic
    return chosen
