"""How long the texts of a document may be.

Generous for people, and small enough that the longest document is drawn in about a second. A
document is held to this when it is made; one that was stored is frozen, and is read as it is.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

NAME = 200
ADDRESS_LINE = 200
ADDRESS_LINES = 12
CONTACT = 254
REFERENCE = 64
LABEL = 200
EXEMPTION = 200
DETAIL = 300
NOTE = 500
NOTES = 10
LINES = 100
LINES_TEXT = 10_000
TAXES = 20

_is_held = ContextVar("_is_held", default=True)


@contextmanager
def lifted() -> Iterator[None]:
    """Documents made in here, by this thread, may be of any length: they were stored before."""
    before = _is_held.set(False)
    try:
        yield
    finally:
        _is_held.reset(before)


def hold(owner: object, longest: Mapping[str, int], most: Mapping[str, int] | None = None) -> None:
    """Hold the texts and lists of `owner` to these bounds, by the names of its fields.

    `longest` is in characters, for a text or for each text of a list; `most` is in entries of a
    list. Raises ValueError in plain words that quote no text.
    """
    if not _is_held.get():
        return
    for field, bound in (most or {}).items():
        check(field, len(getattr(owner, field)), bound, "entries")
    for field, bound in longest.items():
        value = getattr(owner, field)
        texts = value if isinstance(value, tuple) else (value or "",)
        check(field, max(map(len, texts), default=0), bound, "characters")


def check(field: str, found: int, bound: int, unit: str) -> None:
    """Raises ValueError where `found` is more than `bound`, unless bounds are lifted."""
    if found > bound and _is_held.get():
        name = field.replace("_", " ")
        raise ValueError(f"{name}: {found:,} {unit} are too many, a document takes {bound:,}")
