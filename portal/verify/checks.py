"""What a check is, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

# How many rows of a long table are in memory at a time.
AT_ONCE = 1000


@dataclass(frozen=True)
class Finding:
    """A row that contradicts others, or itself: its table, its name in there, and what is wrong.

    No name of a person and nothing clinical is in it: it ends in terminals and logs.
    """

    table: str
    subject: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.table} {self.subject}: {self.wrong}"


@dataclass(frozen=True)
class Check:
    """One group of invariants. `run` reads rows and gives what contradicts them.

    A change of money or of a document in one of `tables` is found by it.
    """

    name: str
    tables: tuple[str, ...]
    run: Callable[[Session], Iterator[Finding]]
