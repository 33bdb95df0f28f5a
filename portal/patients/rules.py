"""What is kept of patients, and how it reads. Pure."""

import re
from datetime import date

from portal.formats import currency_name
from portal.texts import gettext as _

# What a new patient is billed in where nobody says otherwise.
DEFAULT_CURRENCY = "GBP"
ADDRESS_LINES = 8
LONGEST_ADDRESS_LINE = 100
# Nobody has lived longer: 122 years, and some years to be surprised in.
OLDEST = 130
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Invisible, and part of how Persian and Indic names are written.
_JOINERS = "\u200c\u200d"


def currency_label(code: str) -> str:
    """`EUR` → `Euros (EUR)`."""
    name = currency_name(code)
    return f"{name[0].upper()}{name[1:]} ({code})"


def can_be_shown(text: str) -> bool:
    """Whether a line has no control characters, halves of characters or marks that turn the
    direction of the text around it.
    """
    return all(letter.isprintable() or letter in _JOINERS for letter in text)


def read_address(text: str) -> tuple[str, ...]:
    """A postal address as on an envelope: its lines, without empty ones, single spaces.

    Raises ValueError with words for the person who typed it.
    """
    lines = tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())
    if not 0 < len(lines) <= ADDRESS_LINES:
        raise ValueError(_("An address must have 1 to %(most)s lines", most=ADDRESS_LINES))
    if max(map(len, lines)) > LONGEST_ADDRESS_LINE:
        raise ValueError(
            _("Each line must have %(most)s characters or fewer", most=LONGEST_ADDRESS_LINE)
        )
    if not all(can_be_shown(line) for line in lines):
        raise ValueError(_("An address must not have characters that cannot be shown"))
    return lines


def read_date_of_birth(text: str, today: date) -> date:
    """`1954-03-28` as a date. Raises ValueError with words for the person who typed it."""
    if not _ISO_DATE.fullmatch(text.strip()):
        raise ValueError(_("Enter a date of birth like 1954-03-28"))
    try:
        born = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(_("This date of birth is not in the calendar")) from None
    if born > today:
        raise ValueError(_("A date of birth must be in the past"))
    if today.year - born.year > OLDEST:
        raise ValueError(_("A date of birth must be in the last %(years)s years", years=OLDEST))
    return born
