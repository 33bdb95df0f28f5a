"""The colours as the style sheet has them, measured as WCAG 2.2 measures contrast (1.4.3 and
1.4.11).
"""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static" / "css" / "portal.css").read_text()
TOKENS = {
    name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\(#(\w{6}), #(\w{6})\);", CSS)
}
THEMES = {"light": 0, "dark": 1}
TEXT_ON = [
    *[
        (text, ground)
        for text in ("ink", "muted", "brand", "bad")
        for ground in ("page", "surface", "glow", "sunken")
    ],
    *[("ink", tint) for tint in ("brand-tint", "good-tint", "care-tint", "bad-tint", "plain-tint")],
    *[(tone, f"{tone}-tint") for tone in ("brand", "good", "care", "bad")],
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("muted", "brand-tint"),
]
EDGE_ON = [
    ("edge", "surface"),
    ("edge", "page"),
    ("focus", "page"),
    ("focus", "surface"),
    ("bad", "surface"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_stands_out_from_its_ground(text: str, ground: str, theme: str) -> None:
    assert contrast(TOKENS[text][THEMES[theme]], TOKENS[ground][THEMES[theme]]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGE_ON)
def test_edges_and_focus_stand_out_from_their_ground(edge: str, ground: str, theme: str) -> None:
    assert contrast(TOKENS[edge][THEMES[theme]], TOKENS[ground][THEMES[theme]]) >= 3


def test_black_on_white_is_the_known_contrast() -> None:
    assert round(contrast("000000", "ffffff"), 2) == 21
