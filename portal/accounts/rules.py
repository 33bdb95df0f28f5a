"""What counts as an address, a password and a safe way on. Pure."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from portal.mail_addresses import one_address
from portal.patients.rules import can_be_shown
from portal.texts import gettext as _

# NIST SP 800-63B-4 asks for length and a list of known passwords, and forbids rules about kinds of
# characters.
SHORTEST_PASSWORD = 10
# Room for a sentence; a bound keeps hashing from being given megabytes.
LONGEST_PASSWORD = 128
LONGEST_PATH = 2000
LONGEST_NAME = 200
# RFC 5321, 4.5.3.1.3, less the angle brackets.
LONGEST_EMAIL = 254
# Royce Williams' list of 20,000 as Django ships it (BSD licence), those of ten characters or more.
_COMMON_PASSWORDS = Path(__file__).with_name("common_passwords.txt")
_NOT_IN_PATHS = re.compile(r"[\x00-\x20\x7f\\]")
_WORDS = re.compile(r"[^\W\d_]{4,}")


def normalise_email(text: str, test_domains: bool = False) -> str:
    """The one spelling under which an address is kept and looked up: lower case, a domain of other
    letters in punycode.

    Every mail server can deliver to it: few know SMTPUTF8 (RFC 6531), so the part before the @ must
    be ASCII. `test_domains` lets RFC 6761's `.test` addresses pass. Raises ValueError with words
    for the person who typed it.
    """
    valid = _judged(text.strip(), test_domains)
    if valid is None or valid.ascii_email is None or one_address(valid.ascii_email) is None:
        raise ValueError(_("Enter an email address in the correct format, like name@example.com"))
    return valid.ascii_email.lower()


def _judged(text: str, test_domains: bool) -> ValidatedEmail | None:
    if len(text) > LONGEST_EMAIL:  # judging a long one takes long
        return None
    try:
        return validate_email(
            text,
            allow_smtputf8=False,
            check_deliverability=False,
            test_environment=test_domains,
        )
    except EmailNotValidError:
        return None


def normalise_name(text: str) -> str:
    """A person's name as it stands on documents: one line, single spaces.

    Raises ValueError where it is empty, too long, or has letters that cannot be shown: control
    characters, halves of characters, marks that turn the direction of the text around it.
    """
    name = " ".join(text.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(_("A name must have 1 to %(most)s characters", most=LONGEST_NAME))
    if not can_be_shown(name):
        raise ValueError(_("A name must not have characters that cannot be shown"))
    return name


def password_problem(password: str, email: str = "", name: str = "") -> str | None:
    """Why `password` is too easy to guess, in words for the person choosing it; None when it is fit
    for use.
    """
    if len(password) < SHORTEST_PASSWORD:
        return _("Your password must have %(least)s characters or more", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        return _("Your password must have %(most)s characters or fewer", most=LONGEST_PASSWORD)
    plain = password.casefold()
    if plain in _common_passwords() or _repeats(plain) or _is_a_run(plain):
        return _(
            "This password is easy to guess. Choose another, such as three words that do not "
            "belong together"
        )
    own_words = _WORDS.findall(f"{email.partition('@')[0]} {name}".casefold())
    if plain == email.casefold() or _is_mostly(own_words, plain):
        return _("Your password must not be your name or your email address")
    return None


def local_path(target: str | None) -> str | None:
    """`target` if it is a path on this site, else None.

    Browsers drop control characters and read `\\` as `/`, so "/\\evil.com" and "////evil.com" would
    leave the site.
    """
    if (
        not target
        or len(target) > LONGEST_PATH
        or not target.startswith("/")
        or target.startswith("//")
    ):
        return None
    if _NOT_IN_PATHS.search(target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(_COMMON_PASSWORDS.read_text(encoding="utf-8").splitlines())


def _repeats(text: str) -> bool:
    """Whether `text` is one to five characters over and over: "aaaaaaaaaa", "12341234123"."""
    return any((text[:size] * len(text))[: len(text)] == text for size in range(1, 6))


def _is_a_run(text: str) -> bool:
    """Whether each character follows its neighbour: "abcdefghij", "9876543210"."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}


def _is_mostly(words: list[str], password: str) -> bool:
    """Whether little is left of `password` without `words`."""
    rest = password
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != password and len(rest) < SHORTEST_PASSWORD // 2
