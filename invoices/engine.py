"""WeasyPrint, set up for our documents.

The only module that imports it: that costs 45 MiB and most of a second.
"""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock, get_ident

from invoices.fonts import FALLBACK_FACES, HOUSE_FACES, Face
from invoices.page import TEMPLATES

with warnings.catch_warnings():
    # On a machine without fonts WeasyPrint warns of ugly output; our fonts come with us.
    warnings.simplefilter("ignore", UserWarning)
    from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

ASSETS = Path(__file__).parent / "assets"
_SCHEME = "asset:///"
_LOGGER = logging.getLogger("weasyprint")
# WeasyPrint's font maps and the environment variable below belong to the whole process.
_ONE_AT_A_TIME = Lock()


class DrawError(RuntimeError):
    """A document that could not be drawn faithfully.

    The message holds code points, never a person's text.
    """


@dataclass(frozen=True, slots=True)
class _Setup:
    fonts: FontConfiguration
    style: CSS


def to_pdf(html: str, faces: tuple[Face, ...], identifier: bytes) -> bytes:
    """Draw `html` with these fonts alone as PDF/UA-1.

    The same arguments give the same bytes on every machine with the same libraries.
    Raises DrawError when a letter has no glyph or the page asks for anything but our own assets.
    """
    with _ONE_AT_A_TIME, _complaints() as complaints:
        try:
            setup = _setup(faces)
            document = HTML(string=html, url_fetcher=_OwnAssets())
            pdf: bytes = document.write_pdf(
                stylesheets=[setup.style],
                font_config=setup.fonts,
                pdf_variant="pdf/ua-1",
                pdf_identifier=identifier,
            )
        except FatalURLFetchingError as error:
            raise DrawError("the page asks for something that is not one of our assets") from error
    if complaints:
        raise DrawError("; ".join(complaints))
    return pdf


class _OwnAssets(URLFetcher):  # type: ignore[misc]
    """Answers `asset:///path` from our own folder; everything else ends the drawing."""

    def __init__(self) -> None:
        super().__init__(fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The asset's bytes. Raises ValueError, which WeasyPrint turns into its fatal error."""
        path = (ASSETS / url.removeprefix(_SCHEME)).resolve()
        if not url.startswith(_SCHEME) or not path.is_relative_to(ASSETS.resolve()):
            raise ValueError("not one of our assets")
        return URLFetcherResponse(url, path.read_bytes())


@lru_cache(maxsize=8)
def _setup(faces: tuple[Face, ...]) -> _Setup:
    """Fonts and parsed style sheet, kept: setting them up anew costs a quarter of each drawing."""
    fonts = _isolated_fonts()
    rules = "".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
        f'src: url("{_SCHEME}fonts/{face.file}"); }}\n'
        for face in faces
    )
    return _Setup(fonts, CSS(string=rules + _style(), font_config=fonts, url_fetcher=_OwnAssets()))


@cache
def _style() -> str:
    families = ", ".join(dict.fromkeys(f'"{face.family}"' for face in HOUSE_FACES + FALLBACK_FACES))
    layout = (TEMPLATES / "document.css").read_text(encoding="utf-8")
    return f"{layout}html {{ font-family: {families}; }}\n"


def _isolated_fonts() -> FontConfiguration:
    """A configuration that knows no font of this machine: Pango would borrow without a word."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(ASSETS / "fonts" / "fonts.conf")
    try:
        return FontConfiguration()
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect what WeasyPrint warns of in this thread.

    Kept out of its own log: a warning may quote a name.
    """
    found: list[str] = []
    thread = get_ident()

    def collect(record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING or record.thread != thread:
            return True
        if ".notdef" in record.msg and isinstance(record.args, tuple):
            found.append(f"no glyph for U+{record.args[-1]:04X}")
        else:
            found.append(str(record.msg))
        return False

    _LOGGER.addFilter(collect)
    try:
        yield found
    finally:
        _LOGGER.removeFilter(collect)
