"""What a clinician types to find a patient, and what they read of one. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from portal.clinic.dates import take_dates
from portal.patients.names import fold
from portal.references import ALPHABET
from portal.standing import Answer

# Patients are listed by the answer for their newest request, in this order; who has requested
# nothing comes last.
ORDER = (Answer.NOT_YET, Answer.ASK_THE_OFFICE, Answer.PAID)
# A shorter end of a reference is more likely a part of a name.
SHORTEST_END = 4
_DASHES = r"[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]"
_REFERENCE = re.compile(rf"\bPAT\s*{_DASHES}\s*(\w+)", re.IGNORECASE)
# As in Crockford's alphabet: whoever reads a reference aloud or from paper takes them for figures.
_MISREAD = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class Search:
    """All of it must fit. `words` and `ends` are folded: each word stands in the name or ends the
    reference; each of `ends` came after "PAT-". `births` holds the days that a date of birth can
    mean, or is None where none was typed.
    """

    words: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    births: tuple[date, ...] | None = None

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.ends and self.births is None


def read_search(text: str, today: date) -> Search:
    """What `text` asks for: names, a date of birth, a reference or its end, in any order."""
    births, rest = take_dates(text, today)
    ends = tuple(fold(end) for end in _REFERENCE.findall(rest))
    words = tuple(fold(_REFERENCE.sub(" ", rest)).split())
    return Search(words, ends, births)


def end_of_reference(word: str) -> str:
    """The end of a reference that a folded `word` stands for."""
    return word.upper().translate(_MISREAD)


def can_end_reference(word: str) -> bool:
    """Whether a folded `word`, typed without "PAT-", may be meant for the end of a reference."""
    return len(word) >= SHORTEST_END and set(end_of_reference(word)) <= set(ALPHABET)


def age_on(born: date, today: date) -> int:
    """Whole years. Who was born on 29 February is a year older on 1 March where there is none."""
    before_birthday = (today.month, today.day) < (born.month, born.day)
    return today.year - born.year - before_birthday


def since(
    answer: Answer, requested_at: datetime, changed_at: datetime, paid_at: datetime | None
) -> datetime:
    """When `answer` began to be true.

    `changed_at` is when the request last changed its state, `paid_at` when the card was charged:
    a request with nothing to pay has no such moment.
    """
    if answer is Answer.NOT_YET:
        return requested_at
    if answer is Answer.PAID and paid_at is not None:
        return paid_at
    return changed_at
