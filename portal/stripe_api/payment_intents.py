"""PaymentIntents: made for a payment, fetched, found again, canceled."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import stripe
from stripe.params import PaymentIntentCreateParams, PaymentIntentListParams

from portal.stripe_api.charges import SeenCharge, read_charge
from portal.stripe_api.errors import our_errors
from portal.stripe_api.values import moment

_EXPAND = ["latest_charge.balance_transaction"]
# Those of Stripe's reasons that we give.
CancellationReason = Literal["abandoned", "requested_by_customer"]


@dataclass(frozen=True)
class SeenIntent:
    """A PaymentIntent as fetched. Amounts in minor units; `currency` upper case."""

    stripe_id: str
    status: str
    amount: int
    amount_received: int
    currency: str
    # From our metadata: which installation, payment and bill it was made for.
    portal: str | None
    payment_ref: str | None
    bill_ref: str | None
    created_at: datetime
    client_secret: str
    error_code: str | None
    cancellation_reason: str | None
    charge: SeenCharge | None


@dataclass(frozen=True)
class NewIntent:
    """What a PaymentIntent is made for: `amount` in minor units, references of ours, `portal`
    being the installation's.
    """

    amount: int
    currency: str
    payment_ref: str
    bill_ref: str
    portal: str


class PaymentIntents:
    """The PaymentIntents of one account."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._api = client.v1.payment_intents

    def create(self, new: NewIntent, idempotency_key: str) -> SeenIntent:
        """Create a payment's PaymentIntent; a repeat with the same key answers with the same one.

        Raises StripeUnavailable, StripeRefused.
        """
        params: PaymentIntentCreateParams = {
            "amount": new.amount,
            "currency": new.currency.lower(),
            "automatic_payment_methods": {"enabled": True},
            "metadata": {
                "portal": new.portal,
                "payment": new.payment_ref,
                "bill": new.bill_ref,
            },
            "expand": _EXPAND,
        }
        with our_errors():
            intent = self._api.create(params, {"idempotency_key": idempotency_key})
        return _read(intent)

    def find(self, payment_ref: str, created_after: datetime) -> SeenIntent | None:
        """The PaymentIntent that carries our reference, for an answer lost too long ago to repeat.

        Raises StripeUnavailable, StripeRefused.
        """
        every = self.since(created_after)
        return next((seen for seen in every if seen.payment_ref == payment_ref), None)

    def since(self, moment: datetime) -> Iterator[SeenIntent]:
        """Those made at `moment` or later, the newest first; one page is asked for at a time.

        Raises StripeUnavailable, StripeRefused.
        """
        params: PaymentIntentListParams = {
            "created": {"gte": int(moment.timestamp())},
            "limit": 100,
            "expand": ["data.latest_charge"],
        }
        with our_errors():
            page = self._api.list(params)
            for intent in page.auto_paging_iter():
                yield _read(intent)

    def fetch(self, stripe_id: str) -> SeenIntent:
        """The PaymentIntent as it is now. Raises StripeUnavailable, StripeRefused."""
        with our_errors():
            return _read(self._api.retrieve(stripe_id, {"expand": _EXPAND}))

    def cancel(self, stripe_id: str, reason: CancellationReason) -> SeenIntent:
        """Cancel a PaymentIntent that nobody has paid.

        Raises StripeRefused when it can no longer be canceled, StripeUnavailable.
        """
        with our_errors():
            return _read(
                self._api.cancel(stripe_id, {"cancellation_reason": reason, "expand": _EXPAND})
            )


def _read(intent: stripe.PaymentIntent) -> SeenIntent:
    metadata: dict[str, str] = {}
    if intent.metadata:
        metadata = intent.metadata.to_dict()
    charge = None
    if isinstance(intent.latest_charge, stripe.Charge):
        charge = read_charge(intent.latest_charge)
    return SeenIntent(
        stripe_id=intent.id,
        status=intent.status,
        amount=intent.amount,
        amount_received=intent.amount_received or 0,
        currency=intent.currency.upper(),
        portal=metadata.get("portal"),
        payment_ref=metadata.get("payment"),
        bill_ref=metadata.get("bill"),
        created_at=moment(intent.created),
        client_secret=intent.client_secret or "",
        error_code=_error_code(intent.last_payment_error),
        cancellation_reason=intent.cancellation_reason,
        charge=charge,
    )


def _error_code(error: stripe.PaymentIntent.LastPaymentError | None) -> str | None:
    """Stripe's `decline_code` where it says more than `card_declined`."""
    if error is None:
        return None
    code = getattr(error, "code", None) or "unknown"
    if code == "card_declined":
        return str(getattr(error, "decline_code", None) or code)
    return str(code)
