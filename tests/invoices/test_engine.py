"""The drawing refuses what it must not fetch and what it cannot print."""

import logging
import os

import pytest

from invoices.engine import DrawError, to_pdf
from invoices.fonts import HOUSE_FACES

PAGE = '<html lang="en"><title>Page</title><body>{}</body></html>'


def draw(body: str) -> bytes:
    return to_pdf(PAGE.format(body), HOUSE_FACES, b"identifier")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/pixel.png",
        "https://example.com/pixel.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "asset:///../model.py",
        "asset:////etc/passwd",
        "asset:///fonts/absent.ttf",
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        '<img alt="" src="{}">',
        '<link rel="stylesheet" href="{}">',
        '<link rel="attachment" href="{}">',
        '<style>body {{ background: url("{}") }}</style>',
    ],
)
def test_nothing_but_our_own_assets_is_fetched(body: str, address: str) -> None:
    with pytest.raises(DrawError, match="not one of our assets"):
        draw(body.format(address))


def test_a_letter_without_glyph_stops_the_drawing_and_is_not_quoted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(DrawError, match=r"^no glyph for U\+738B$"):
        draw("王")
    assert "王" not in caplog.text


def test_a_rule_that_is_not_understood_stops_the_drawing() -> None:
    with pytest.raises(DrawError):
        draw("<style>p { dsiplay: none }</style>")


def test_the_fonts_of_the_machine_do_not_exist_for_a_document() -> None:
    with pytest.raises(DrawError, match="no glyph"):
        draw('<p style="font-family: DejaVu Sans">⚕</p>')
    assert "FONTCONFIG_FILE" not in os.environ


def test_a_plain_page_is_drawn() -> None:
    assert draw("<h1>Hello</h1>").startswith(b"%PDF-1.7")
