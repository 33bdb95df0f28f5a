"""Static files: served by WhiteNoise under a path with the hash of them all, so that caches keep
them for ever.
"""

import hashlib
from base64 import b64encode
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise


def init_app(app: Flask, folder: Path) -> None:
    """Serve `folder` and give templates `static_url(path)` and, for scripts,
    `static_integrity(path)`.

    One hash for the whole tree lets style sheets name fonts relatively.
    """
    prefix = f"/static/{_tree_hash(folder)}/"
    files = WhiteNoise(
        app.wsgi_app,
        max_age=None,
        immutable_file_test=_never_changes,
        allow_all_origins=False,
        add_headers_function=_harden,
    )
    files.add_files(str(folder), prefix=prefix)
    app.wsgi_app = files  # type: ignore[method-assign]

    def static_url(path: str) -> str:
        return prefix + path

    digests = {
        path.relative_to(folder).as_posix(): _integrity(path) for path in folder.rglob("*.js")
    }
    app.jinja_env.globals.update(static_url=static_url, static_integrity=digests.__getitem__)


def _never_changes(path: str, url: str) -> bool:
    return True


def _harden(headers: Headers, path: str, url: str) -> None:
    """What the other answers carry, as far as it means anything for a file."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if path.endswith(".woff2"):
        # Stripe's frames show the card form in our font, and a font of another origin is always
        # asked for with CORS.
        headers["Access-Control-Allow-Origin"] = "*"


def _integrity(path: Path) -> str:
    """What a browser compares a script with before it runs it."""
    return "sha384-" + b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()


def _tree_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
