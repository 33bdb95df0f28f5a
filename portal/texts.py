"""Texts that people read, in the language of whoever reads them (ADR 0010). Pure.

The English text is the key: `_("Pay")`. A module's constant is `lazy_gettext("Pay")`, which is
looked up each time it is shown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import cast

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy
from jinja2 import Environment

CATALOGUES = Path(__file__).with_name("translations")


@dataclass(frozen=True)
class Language:
    """`tag` as in `<html lang>` (BCP 47) and in the catalogue's name; `locale` says how it writes
    days and figures.
    """

    tag: str
    locale: Locale

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return str(self.locale.text_direction)


ENGLISH = Language("en-GB", Locale("en", "GB"))
# For looking at layouts: long and accented, and mirrored (portal/translations/pseudo.py).
ACCENTED = Language("en-XA", ENGLISH.locale)
MIRRORED = Language("ar-XB", Locale("ar"))

_language: ContextVar[Language] = ContextVar("language", default=ENGLISH)


def language() -> Language:
    """The language of whoever reads what is being written now."""
    return _language.get()


def use_language(chosen: Language) -> None:
    """From here on, in this thread."""
    _language.set(chosen)


@contextmanager
def in_language(chosen: Language) -> Iterator[None]:
    """Inside the block; the language that was in use comes back after it."""
    token = _language.set(chosen)
    try:
        yield
    finally:
        _language.reset(token)


def gettext(message: str, /, **values: object) -> str:
    """`message` in the language in use, with its `%(name)s` filled in.

    A message without values is left as it is: a percent sign then needs no doubling.
    """
    text = _translations(language()).gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """The form for `count` in the language in use; give `count` among the values where it is
    shown.
    """
    text = _translations(language()).ngettext(one, many, count)
    return text % values if values else text


def lazy_gettext(message: str, /, **values: object) -> str:
    """`gettext` for what is written down before its reader is known: constants, forms' labels.

    It passes for a `str` wherever texts are shown; where a true one is needed (JSON, a database
    row), take `str()` of it.
    """
    return cast(str, LazyProxy(gettext, message, enable_cache=False, **values))


def install(environment: Environment) -> None:
    """Give templates `_`, `ngettext`, `lazy_gettext`, `language()` and `{% trans %}`.

    What `_` gives is text and is escaped; a text with markup in it is a `{% trans %}` block, whose
    values are escaped.
    """
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    environment.globals.update(_=gettext, lazy_gettext=lazy_gettext, language=language)


@cache
def _translations(wanted: Language) -> NullTranslations:
    """The catalogue of a language, compiled in memory: no compiled file can be out of date."""
    if wanted == ENGLISH:
        return NullTranslations()
    with (CATALOGUES / f"{wanted.tag}.po").open("rb") as file:
        catalogue = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
