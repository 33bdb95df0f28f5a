"""One list of what may need a person: its title, what to do, and the query that finds it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

Found = Select[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True)
class Kind:
    """What its concerns have in common.

    `href` leads from a subject to the page where it is dealt with; `resolve` is the address of the
    button that takes it off the list, with `label` on it. `reason` is why each is here, where the
    query does not say.
    """

    title: str
    advice: str
    query: Found
    href: Callable[[str], str] | None = None
    resolve: Callable[[str], str] | None = None
    label: str = ""
    reason: str = ""
