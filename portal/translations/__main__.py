"""`python -m portal.translations` writes the catalogues anew from the sources; with `--check` it
only says whether they are in step.
"""

import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from portal.resources import RESOURCES
from portal.texts import ACCENTED, CATALOGUES, ENGLISH, MIRRORED
from portal.translations.pseudo import accented, mirrored

CODE = CATALOGUES.parent
# The functions of portal.texts, and which of their arguments are messages.
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
_METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
_OPTIONS = {"**": {"trimmed": "true", "silent": "false"}}
_PSEUDO = {ACCENTED.tag: accented, MIRRORED.tag: mirrored}


class _Catalogue(Catalog):
    """A catalogue that is the same whenever it is made: its header has no dates."""

    def __init__(self, tag: str) -> None:
        super().__init__(charset="utf-8", fuzzy=False)
        self.header_comment = f"# The portal's texts in {tag}, written by `make catalogues`."
        self._tag = tag

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", self._tag),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def english() -> Catalog:
    """Every message in the code and the templates, with the files it stands in."""
    found = _Catalogue(ENGLISH.tag)
    for folder in (CODE, RESOURCES / "templates"):
        for name, line, message, comments, context in extract_from_dir(
            folder, _METHODS, _OPTIONS, keywords=_KEYWORDS
        ):
            place = (f"{folder.name}/{name}", line)
            found.add(message, locations=[place], auto_comments=comments, context=context)
    return found


def translated(source: Catalog, tag: str, translate: Callable[[str], str]) -> Catalog:
    """`source` with every message translated."""
    made = _Catalogue(tag)
    for message in source:
        if message.id:
            forms = (message.id,) if isinstance(message.id, str) else message.id
            strings = tuple(translate(form) for form in forms)
            string = strings[0] if isinstance(message.id, str) else strings
            made.add(message.id, string, locations=message.locations, flags=message.flags)
    return made


def catalogues() -> Iterator[tuple[Path, bytes]]:
    """Each catalogue's file and what belongs into it."""
    source = english()
    yield CATALOGUES / "messages.pot", _written(source)
    for tag, translate in _PSEUDO.items():
        yield CATALOGUES / f"{tag}.po", _written(translated(source, tag, translate))


def _written(catalogue: Catalog) -> bytes:
    """Without line numbers, so that an unrelated change leaves the file as it is."""
    file = BytesIO()
    write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)
    return file.getvalue()


def main(arguments: list[str]) -> int:
    """0; 1 where `--check` finds a catalogue that is not in step with the sources."""
    if "--check" in arguments:
        behind = [
            path.name
            for path, content in catalogues()
            if not path.is_file() or path.read_bytes() != content
        ]
        for name in behind:
            sys.stderr.write(f"{name} is not in step with the texts: run make catalogues\n")
        return int(bool(behind))
    for path, content in catalogues():
        path.write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
