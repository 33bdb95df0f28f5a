"""Static files: served by WhiteNoise under a path that carries the hash of them all, so that caches keep them forever."""

import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise


def init_app(app: Flask, folder: Path) -> None:
    """Serve `folder` and give templates `static_url(path)`.

    One hash for the whole tree lets style sheets name fonts relatively.
    """
    prefix = f"/static/{_tree_hash(folder)}/"
    files = WhiteNoise(app.wsgi_app, max_age=None, immutable_file_test=lambda path, url: True)
    files.add_files(str(folder), prefix=prefix)
    app.wsgi_app = files  # type: ignore[method-assign]

    def static_url(path: str) -> str:
        return prefix + path

    app.jinja_env.globals["static_url"] = static_url


def _tree_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
