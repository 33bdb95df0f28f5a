"""What a browser loads: Stripe.js, the pages of its frames, their scripts and styles."""

import re
from pathlib import Path
from typing import Final

Answer = tuple[int, list[tuple[str, str]], bytes]

_FOLDER: Final = Path(__file__).parent
_SCRIPT: Final = "text/javascript; charset=utf-8"
_MEDIA_TYPES: Final = {".js": _SCRIPT, ".css": "text/css; charset=utf-8"}
_STRIPE_JS_PARTS: Final = (
    "frames/channel.js",
    "stripe_js/errors.js",
    "stripe_js/options.js",
    "stripe_js/unsupported.js",
    "stripe_js/checks.js",
    "stripe_js/card_payment.js",
    "stripe_js/collected.js",
    "stripe_js/frame_host.js",
    "stripe_js/fonts.js",
    "stripe_js/loader.js",
    "stripe_js/element.js",
    "stripe_js/elements.js",
    "stripe_js/overlay.js",
    "stripe_js/stripe.js",
)
_PREFIXES: Final = ("/js/", "/frames/", "/endive/")
# Stripe.js as pages load it for other versions of the API.
_OTHER_SCRIPT: Final = re.compile(r"/v[23]/?|/\w+/stripe\.js")
_WRONG_SCRIPT: Final = (_FOLDER / "stripe_js" / "wrong_script.js").read_bytes()
# Long enough for the frames of one page to share scripts, short enough to see a new version soon.
_FRESH_SECONDS: Final = 60
# The frames talk to their own origin only. Fonts are the merchant's, so they may come from
# anywhere, and so may the page that embeds a frame.
_FRAME_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src http: "
    "https: data:; base-uri 'none'; form-action 'none'; frame-ancestors http: https:"
)
_MODULE_SYNTAX: Final = re.compile(r"^import .*\n|^export (?=\w)", re.MULTILINE)


def is_ours(path: str) -> bool:
    """Whether a browser that asks for `path` wants something to load."""
    return path.startswith(_PREFIXES) or bool(_OTHER_SCRIPT.fullmatch(path))


def respond(path: str) -> Answer | None:
    """Status, headers and body for a GET of `path`, or None where there is no such page."""
    if path not in _ANSWERS and _OTHER_SCRIPT.fullmatch(path):
        return _answer(_SCRIPT, _WRONG_SCRIPT)
    return _ANSWERS.get(path)


def _stripe_js() -> bytes:
    """One classic script from the parts, each of which is a module on its own.

    A page must find ``window.Stripe`` as soon as the script has run, and only a classic script
    knows where it was loaded from (``document.currentScript``), so the modules' own syntax is taken
    out.
    """
    parts = (
        _MODULE_SYNTAX.sub("", (_FOLDER / part).read_text(encoding="utf-8"))
        for part in _STRIPE_JS_PARTS
    )
    return ('(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n").encode()


def _answer(media_type: str, body: bytes, *headers: tuple[str, str]) -> Answer:
    common = [
        ("Content-Type", media_type),
        ("Cache-Control", f"public, max-age={_FRESH_SECONDS}"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        # A merchant's page that asks for cross-origin isolation must still be able to load these.
        ("Cross-Origin-Resource-Policy", "cross-origin"),
    ]
    return 200, [*common, *headers], body


def _answers() -> dict[str, Answer]:
    answers = {"/endive/stripe.js": _answer(_SCRIPT, _stripe_js())}
    for file in sorted((_FOLDER / "frames").iterdir()):
        if file.suffix == ".html":
            policy = ("Content-Security-Policy", _FRAME_POLICY)
            answers[f"/frames/{file.stem}"] = _answer(
                "text/html; charset=utf-8", file.read_bytes(), policy
            )
        else:
            answers[f"/js/{file.name}"] = _answer(_MEDIA_TYPES[file.suffix], file.read_bytes())
    return answers


_ANSWERS: Final = _answers()
