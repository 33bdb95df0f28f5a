"""The only module that imports `stripe`: typed calls in, our frozen types and our errors out."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast

import stripe
from stripe.params import PaymentIntentCreateParams

from portal.settings import Settings

API_VERSION = "2026-10-28.endive"
TIMEOUT_SECONDS = 10
SIGNATURE_TOLERANCE_SECONDS = 300
_EXPAND = ["latest_charge.balance_transaction"]
# Those of Stripe's reasons that we give.
CancellationReason = Literal["abandoned", "requested_by_customer"]


class StripeUnavailable(Exception):
    """Stripe could not be asked, or could not answer: nothing is known to have changed; try
    again.
    """


class ReplayedFailure(StripeUnavailable):
    """Stripe repeated the failure it first gave to this idempotency key, and will for as long as it
    keeps the key.
    """


class StripeRefused(Exception):
    """Stripe judged the call wrong; `code` is Stripe's error code or type."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class NotFromStripe(Exception):
    """A webhook body whose signature, age or shape is not Stripe's."""


@dataclass(frozen=True)
class SeenBalanceTransaction:
    """Minor units of the settlement currency; `exchange_rate` decimal text where the payment's
    currency differs.
    """

    stripe_id: str
    currency: str
    amount: int
    fee: int
    net: int
    exchange_rate: str | None
    created_at: datetime


@dataclass(frozen=True)
class SeenCharge:
    """A charge: `status` is Stripe's; `balance_transaction` comes some time after success."""

    stripe_id: str
    status: str
    amount: int
    failure_code: str | None
    created_at: datetime
    brand: str | None
    last4: str | None
    wallet: str | None
    balance_transaction: SeenBalanceTransaction | None


@dataclass(frozen=True)
class SeenIntent:
    """A PaymentIntent as fetched. Amounts in minor units; `currency` upper case."""

    stripe_id: str
    status: str
    amount: int
    amount_received: int
    currency: str
    portal: str | None
    payment_ref: str | None
    client_secret: str
    error_code: str | None
    cancellation_reason: str | None
    charge: SeenCharge | None


@dataclass(frozen=True)
class SeenEvent:
    """What a webhook says happened, and to which object: a hint, never a fact to book."""

    stripe_id: str
    type: str
    object_id: str | None
    intent_id: str | None


class StripeGateway:
    """One Stripe account. `portal` marks what is ours in its metadata."""

    def __init__(self, settings: Settings, http_client: stripe.HTTPClient | None = None) -> None:
        self.portal = settings.public_base_url
        self._secrets = settings.webhook_secrets
        self._client = stripe.StripeClient(
            settings.stripe_secret_key,
            base_addresses={"api": settings.stripe_api_base},
            max_network_retries=2,
            stripe_version=API_VERSION,
            http_client=http_client or stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        )

    def create_intent(
        self, payment_ref: str, amount: int, currency: str, idempotency_key: str
    ) -> SeenIntent:
        """Create the PaymentIntent of a payment; a repeat with the same key answers with the same
        one.

        Raises StripeUnavailable, StripeRefused.
        """
        params: PaymentIntentCreateParams = {
            "amount": amount,
            "currency": currency.lower(),
            "automatic_payment_methods": {"enabled": True},
            "metadata": {"portal": self.portal, "payment": payment_ref},
            "expand": _EXPAND,
        }
        with _our_errors():
            intent = self._client.v1.payment_intents.create(
                params, {"idempotency_key": idempotency_key}
            )
        return _intent(intent)

    def find_intent(self, payment_ref: str, created_after: datetime) -> SeenIntent | None:
        """The PaymentIntent that carries our reference, for a draft whose answer was lost too long
        ago to repeat.
        """
        with _our_errors():
            page = self._client.v1.payment_intents.list(
                {
                    "created": {"gte": int(created_after.timestamp())},
                    "limit": 100,
                    "expand": ["data.latest_charge"],
                }
            )
            for intent in page.auto_paging_iter():
                seen = _intent(intent)
                if seen.payment_ref == payment_ref:
                    return seen
        return None

    def fetch_intent(self, stripe_id: str) -> SeenIntent:
        """The PaymentIntent as it is now. Raises StripeUnavailable, StripeRefused."""
        with _our_errors():
            return _intent(self._client.v1.payment_intents.retrieve(stripe_id, {"expand": _EXPAND}))

    def cancel_intent(self, stripe_id: str, reason: CancellationReason) -> SeenIntent:
        """Cancel a PaymentIntent nobody has paid. Raises StripeRefused when it can no longer be
        canceled.
        """
        with _our_errors():
            return _intent(
                self._client.v1.payment_intents.cancel(
                    stripe_id, {"cancellation_reason": reason, "expand": _EXPAND}
                )
            )

    def confirm_intent(self, stripe_id: str, payment_method: str, return_url: str) -> SeenIntent:
        """Confirm with a test token (`pm_card_…`): how demo history is made. A decline is not an
        error here.
        """
        try:
            with _our_errors():
                self._client.v1.payment_intents.confirm(
                    stripe_id, {"payment_method": payment_method, "return_url": return_url}
                )
        except StripeRefused as error:
            if error.code not in DECLINES:
                raise
        return self.fetch_intent(stripe_id)

    def change_amount(self, stripe_id: str, amount: int) -> None:
        """Change what a PaymentIntent asks for, to `amount` minor units, behind the portal's back.

        As somebody else with the account's keys could: how demo history comes to a payment that
        needs an administrator.
        """
        with _our_errors():
            self._client.v1.payment_intents.update(stripe_id, {"amount": amount})

    def read_event(self, body: bytes, signature: str) -> SeenEvent:
        """Verify a webhook and say what it is about.

        The SDK checks the signature; its age is checked on both sides here, and the shape too: a
        signed `[]` or a timestamp a year ahead must not pass. Raises NotFromStripe.
        """
        try:
            text = body.decode("utf-8")
            signature.encode("ascii")
        except UnicodeError:
            raise NotFromStripe("not text") from None
        if not any(_is_signed(text, signature, secret) for secret in self._secrets):
            raise NotFromStripe("signature")
        try:
            event = json.loads(text)
        except (ValueError, RecursionError):
            raise NotFromStripe("not JSON") from None
        return _event(event)


# What a payer can cause; each leaves the PaymentIntent payable.
DECLINES = frozenset(
    {
        "card_declined",
        "expired_card",
        "incorrect_cvc",
        "incorrect_number",
        "processing_error",
        "payment_intent_authentication_failure",
        "authentication_required",
    }
)


@contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise StripeUnavailable(type(error).__name__) from error
    except stripe.IdempotencyError as error:
        raise StripeRefused("idempotency_error", str(error.user_message or "")) from error
    except stripe.StripeError as error:
        if error.http_status is None or error.http_status >= 500 or error.http_status in (409, 429):
            if (error.headers or {}).get("Idempotent-Replayed") == "true":
                raise ReplayedFailure(type(error).__name__) from error
            raise StripeUnavailable(type(error).__name__) from error
        raise StripeRefused(error.code or type(error).__name__, error.user_message or "") from error


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _intent(intent: stripe.PaymentIntent) -> SeenIntent:
    metadata = intent.metadata.to_dict() if intent.metadata else {}
    charge = intent.latest_charge
    error = intent.last_payment_error
    return SeenIntent(
        stripe_id=intent.id,
        status=intent.status,
        amount=intent.amount,
        amount_received=intent.amount_received or 0,
        currency=intent.currency.upper(),
        portal=metadata.get("portal"),
        payment_ref=metadata.get("payment"),
        client_secret=intent.client_secret or "",
        error_code=_error_code(error) if error else None,
        cancellation_reason=intent.cancellation_reason,
        charge=_charge(charge) if isinstance(charge, stripe.Charge) else None,
    )


def _error_code(error: stripe.PaymentIntent.LastPaymentError) -> str:
    """Stripe's `decline_code` where it says more than `card_declined`."""
    code = getattr(error, "code", None) or "unknown"
    return str((getattr(error, "decline_code", None) or code) if code == "card_declined" else code)


def _charge(charge: stripe.Charge) -> SeenCharge:
    card = getattr(charge.payment_method_details, "card", None)
    wallet = getattr(card, "wallet", None)
    transaction = charge.balance_transaction
    return SeenCharge(
        stripe_id=charge.id,
        status=charge.status,
        amount=charge.amount,
        failure_code=charge.failure_code,
        created_at=_moment(charge.created),
        brand=getattr(card, "brand", None),
        last4=getattr(card, "last4", None),
        wallet=getattr(wallet, "type", None),
        balance_transaction=_transaction(transaction)
        if isinstance(transaction, stripe.BalanceTransaction)
        else None,
    )


def _transaction(transaction: stripe.BalanceTransaction) -> SeenBalanceTransaction:
    rate = transaction.exchange_rate
    return SeenBalanceTransaction(
        stripe_id=transaction.id,
        currency=transaction.currency.upper(),
        amount=transaction.amount,
        fee=transaction.fee,
        net=transaction.net,
        exchange_rate=None if rate is None else str(rate),
        created_at=_moment(transaction.created),
    )


def _is_signed(text: str, signature: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(text, signature, secret, SIGNATURE_TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        return False
    stamps = [part[2:] for part in signature.split(",") if part.startswith("t=")]
    ahead = datetime.now(UTC).timestamp() + SIGNATURE_TOLERANCE_SECONDS
    # A second timestamp would not be the one that the SDK has checked.
    return len(stamps) == 1 and stamps[0].isdigit() and int(stamps[0]) <= ahead


def _event(event: object) -> SeenEvent:
    if not isinstance(event, dict) or event.get("object") != "event":
        raise NotFromStripe("not an event")
    event_id, kind, data = event.get("id"), event.get("type"), event.get("data")
    about = data.get("object") if isinstance(data, dict) else None
    if not (_is_name(event_id) and _is_name(kind) and isinstance(about, dict)):
        raise NotFromStripe("not an event")
    object_id = about.get("id")
    intent_id = (
        object_id if about.get("object") == "payment_intent" else about.get("payment_intent")
    )
    return SeenEvent(
        stripe_id=cast(str, event_id),
        type=cast(str, kind),
        object_id=object_id if _is_name(object_id) else None,
        intent_id=intent_id if _is_name(intent_id) else None,
    )


def _is_name(value: object) -> bool:
    """A short ASCII text, as Stripe's ids and types are; it must fit its column."""
    return (
        isinstance(value, str) and 0 < len(value) <= 64 and value.isascii() and value.isprintable()
    )
