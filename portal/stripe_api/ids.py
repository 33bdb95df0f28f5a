"""The shape of Stripe's ids: what else comes in their place is never asked for."""

import re

# docs.stripe.com/api: a prefix for the kind of object, then letters and digits. What does not fit
# into our columns is no id to us.
LONGEST = 64
_ID = re.compile(r"([a-z]{2,9})_[A-Za-z0-9_]{1,250}")
_PREFIXES = {
    "balance_transaction": {"txn"},
    "charge": {"ch", "py"},
    "dispute": {"dp", "du"},
    "event": {"evt"},
    "payment_intent": {"pi"},
    "payout": {"po"},
    "refund": {"re", "pyr"},
}
# Below a collection, an id; below an id, what is done to it or belongs to it.
_PATH = re.compile(rf"/v1/(?:radar/)?[a-z_]+(?:/{_ID.pattern}(?:/[a-z_]+)?)?")


def is_id(value: object, object_type: str | None = None) -> bool:
    """Whether `value` is an id, of this type of object where its prefixes are known to us."""
    if not isinstance(value, str) or len(value) > LONGEST:
        return False
    shape = _ID.fullmatch(value)
    if shape is None:
        return False
    return object_type not in _PREFIXES or shape[1] in _PREFIXES[object_type]


def is_path(path: str) -> bool:
    """Whether `path` of an API address is made of Stripe's names and ids alone."""
    return _PATH.fullmatch(path) is not None
