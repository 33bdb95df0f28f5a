"""What a clinician is told about a request: whether to go on, nothing about money. Pure."""

import unicodedata
from enum import StrEnum

from portal.bills.rules import RequestState
from portal.payments.rules import PaymentState

# Letters that Unicode does not take apart into a plain one and a mark.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_INSIDE_NAMES = str.maketrans({"'": None, "\N{RIGHT SINGLE QUOTATION MARK}": None, "-": " "})


class Answer(StrEnum):
    PAID = "paid"
    NOT_YET = "not_yet"
    ASK_THE_OFFICE = "ask_the_office"


def answer(request: RequestState, payment: PaymentState | None) -> Answer:
    """`payment` is the state of the bill's payment outside canceled, if it has one."""
    if request in (RequestState.ACTIVE, RequestState.COMPLETED):
        return Answer.PAID
    if request is RequestState.REQUESTED and payment is not PaymentState.REVIEW:
        return Answer.NOT_YET
    return Answer.ASK_THE_OFFICE


def is_named(name: str, words: str) -> bool:
    """Whether each of `words` stands in `name`, whatever order, case and accents: "nowak luk" finds
    Łukasz Nowak.
    """
    plain = _plain(name)
    return all(word in plain for word in _plain(words).split())


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_INSIDE_NAMES)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(
        _PLAIN
    )
