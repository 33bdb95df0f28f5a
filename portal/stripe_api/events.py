"""Webhooks: whether a body is Stripe's, and what it is about."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import stripe
import structlog

from portal.stripe_api.errors import NotFromStripe, our_errors
from portal.stripe_api.ids import is_id

log = structlog.get_logger()
SIGNATURE_TOLERANCE_SECONDS = 300


@dataclass(frozen=True)
class SeenEvent:
    """What a webhook says happened, and to which object: a hint, never a fact to book.

    `intent_id` is the PaymentIntent that the object is or belongs to.
    """

    stripe_id: str
    type: str
    object_type: str | None
    object_id: str | None
    intent_id: str | None
    livemode: bool | None
    api_version: str | None
    # The connected account that it comes from, if any.
    account: str | None


class Events:
    """The events of one account, as Stripe keeps them for 30 days."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._api = client.v1.events

    def since(self, moment: datetime) -> Iterator[SeenEvent]:
        """What happened at `moment` or later, the newest first; one page is asked for at a time.

        Raises StripeUnavailable, StripeRefused.
        """
        with our_errors():
            page = self._api.list({"created": {"gte": int(moment.timestamp())}, "limit": 100})
            for event in page.auto_paging_iter():
                yield _read(event.to_dict())


def read_event(body: bytes, signature: str, secrets: tuple[str, ...]) -> SeenEvent:
    """Verify a webhook against the signing `secrets` in force and say what it is about.

    The SDK checks the signature; its age is checked on both sides here, and the shape too: a signed
    `[]` or a timestamp a year ahead must not pass. Raises NotFromStripe.
    """
    try:
        text = body.decode("utf-8")
        signature.encode("ascii")
    except UnicodeError:
        raise NotFromStripe("not text") from None
    if not any(_is_signed(text, signature, secret) for secret in secrets):
        raise NotFromStripe("signature")
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        raise NotFromStripe("not JSON") from None
    return _read(event)


def _is_signed(text: str, signature: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(text, signature, secret, SIGNATURE_TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        return False
    stamps = [part[2:] for part in signature.split(",") if part.startswith("t=")]
    ahead = datetime.now(UTC).timestamp() + SIGNATURE_TOLERANCE_SECONDS
    # A second timestamp would not be the one that the SDK has checked.
    return len(stamps) == 1 and stamps[0].isdigit() and int(stamps[0]) <= ahead


def _read(event: object) -> SeenEvent:
    if not isinstance(event, dict) or event.get("object") != "event":
        raise NotFromStripe("not an event")
    event_id, kind, data = event.get("id"), event.get("type"), event.get("data")
    about = data.get("object") if isinstance(data, dict) else None
    if not (is_id(event_id, "event") and _is_name(kind) and isinstance(about, dict)):
        raise NotFromStripe("not an event")
    object_type, object_id = _name(about.get("object")), about.get("id")
    livemode = event.get("livemode")
    if not isinstance(livemode, bool):
        livemode = None
    intent_id = object_id if object_type == "payment_intent" else about.get("payment_intent")
    return SeenEvent(
        stripe_id=cast(str, event_id),
        type=cast(str, kind),
        object_type=object_type,
        object_id=_id(object_id, object_type),
        intent_id=_id(intent_id, "payment_intent"),
        livemode=livemode,
        api_version=_name(event.get("api_version")),
        account=_name(event.get("account")),
    )


def _id(value: object, object_type: str | None) -> str | None:
    """None in place of what has not the shape of an id: it must not become part of an address."""
    if is_id(value, object_type):
        return cast(str, value)
    if value is not None:
        log.warning("an event names something that is no id", object_type=object_type)
    return None


def _name(value: object) -> str | None:
    return cast(str, value) if _is_name(value) else None


def _is_name(value: object) -> bool:
    """A short ASCII text, as Stripe's types are; it must fit its column."""
    if not isinstance(value, str) or not 0 < len(value) <= 64:
        return False
    return value.isascii() and value.isprintable()
