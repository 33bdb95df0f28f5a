"""What wakes the worker: huey, on SQLite by default, on Redis beyond one machine (QUEUE_URL).

A wake-up says only "look for due rows"; one lost on a crash is made good by the next sweep.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.exceptions import HueyException
from sqlalchemy.engine import make_url

NAME = "portal"
IMMEDIATE = "immediate://"


def open_queue(url: str) -> Huey:
    """`sqlite:///path`, `redis://host`, or `immediate://` (tests: nothing is queued)."""
    if url == IMMEDIATE:
        return Huey(NAME, immediate=True)
    if urlsplit(url).scheme.startswith("redis"):
        return RedisHuey(NAME, url=url)
    path = Path(make_url(url).database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAME, filename=str(path))
