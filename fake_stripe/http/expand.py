"""`expand`: ids become objects, up to four levels deep."""

from fake_stripe.documents import Document, public
from fake_stripe.errors import ApiError
from fake_stripe.rules import customers
from fake_stripe.runtime.session import Session

MAX_LEVELS = 4

# Fields that hold the id of an object which the API can put in its place.
EXPANDABLE = frozenset(
    [
        "application",
        "application_fee",
        "balance_transaction",
        "charge",
        "customer",
        "default_payment_method",
        "default_source",
        "destination",
        "failure_balance_transaction",
        "latest_charge",
        "mandate",
        "on_behalf_of",
        "original_payout",
        "payment_intent",
        "payment_method",
        "reversed_by",
        "review",
        "source",
        "source_transfer",
        "source_transfer_reversal",
        "test_clock",
        "transfer_reversal",
    ]
)
# Fields that an object has only once they apply, and that may be asked for before.
_LATER = {("charge", "transfer"), ("refund", "failure_balance_transaction")}
# Objects that may not be expanded though their field shares its name with one that may.
_CLOSED = {("payout", "destination")}


def expand(session: Session, document: Document, paths: list[str]) -> Document:
    """`document` with every path of `paths` expanded. Raises ApiError 400 as Stripe does."""
    for path in paths:
        parts = path.split(".")
        if len(parts) - (parts[0] == "data") > MAX_LEVELS:
            raise ApiError("You cannot expand more than 4 levels of a property.", param="expand")
        _follow(session, document, parts, path)
    return document


def _follow(session: Session, target: Document, parts: list[str], path: str) -> None:
    name, rest = parts[0], parts[1:]
    if target.get("object") == "list" and name == "data" and rest:
        for entry in target["data"]:
            _follow(session, entry, rest, path)
        return
    value = target.get(name)
    if isinstance(value, str) and _expandable(target, name):
        value = target[name] = _found(session, value)
    elif name == "refunds" and target.get("object") == "charge" and value is None:
        value = target[name] = public(_refunds(session, target))
    elif not _passable(target, name, value, bool(rest)):
        raise ApiError(f"This property cannot be expanded ({path}).", param="expand[]")
    if rest and isinstance(value, dict):
        _follow(session, value, rest, path)


def _expandable(target: Document, name: str) -> bool:
    return name in EXPANDABLE and (target.get("object"), name) not in _CLOSED


def _found(session: Session, identifier: str) -> Document | str:
    """The object with this id, or the id where there is none."""
    found = session.store.get(session.account, identifier)
    return public(customers.shown(found), session.now) if found else identifier


def _refunds(session: Session, charge: Document) -> Document:
    found = list(reversed(session.select("refund", "charge = ?", charge["id"])))
    return {
        "object": "list",
        "data": found[:10],
        "has_more": len(found) > 10,
        "url": f"/v1/charges/{charge['id']}/refunds",
    }


def _passable(target: Document, name: str, value: object, deeper: bool) -> bool:
    """A field that is null, already an object, or only on the way to one."""
    if name not in target:
        return (target.get("object"), name) in _LATER
    if isinstance(value, dict):
        return deeper or "object" in value
    return value is None and (name in EXPANDABLE or deeper)
