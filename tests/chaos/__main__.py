"""`make chaos SEED= SCHEDULES= DATABASE_URL=`: many schedules; a divergence prints its seed."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import create_engine, func, select

from portal import migrations
from portal.accounts import passwords
from portal.context import Portal
from portal.models import Base
from tests.chaos.run import divergences
from tests.chaos.schedule import draw
from tests.support.offline_stripe import StripeHere
from tests.support.portals import make_portal, make_settings


class Scratch:
    """Portals without rows, one after the other: on a SQLite file of their own, or on a database
    that is emptied each time.
    """

    def __init__(self, folder: Path, database_url: str | None) -> None:
        self._template = folder / "template.sqlite3"
        self._file = folder / "portal.sqlite3"
        self._keeps = database_url is not None
        url = database_url or f"sqlite:///{self._file}"
        self._settings = make_settings(folder, url, log_level="ERROR")
        if database_url is None:
            migrations.upgrade(f"sqlite:///{self._template}")
        else:
            migrations.upgrade(database_url)
            _refuse_used(database_url)

    @contextmanager
    def __call__(self) -> Iterator[tuple[Portal, StripeHere]]:
        if not self._keeps:
            for file in self._file.parent.glob("portal.sqlite3*"):
                file.unlink()
            shutil.copyfile(self._template, self._file)
        stripe = StripeHere()
        portal = make_portal(self._settings, stripe)
        try:
            yield portal, stripe
        finally:
            if self._keeps:
                with portal.db.write() as session:
                    for table in reversed(Base.metadata.sorted_tables):
                        session.execute(table.delete())
            portal.db.engine.dispose()


def main() -> int:
    """0 where nothing diverges, else 1."""
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--schedules", type=int, default=100)
    asked = parser.parse_args()
    # Hashing a password is of no interest here, and takes longer than all the rest.
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)
    diverging = 0
    with tempfile.TemporaryDirectory() as folder:
        scratch = Scratch(Path(folder), os.environ.get("DATABASE_URL"))
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
            task = progress.add_task("Schedules", total=asked.schedules)
            for seed in range(asked.seed, asked.seed + asked.schedules):
                found = divergences(draw(seed), scratch)
                diverging += bool(found)
                for one in found:
                    progress.console.print(f"SEED={seed}: {one}", markup=False)
                progress.advance(task)
    print(f"{asked.schedules} schedules from seed {asked.seed} on: {diverging} diverge")  # noqa: T201
    return min(diverging, 1)


def _refuse_used(url: str) -> None:
    """Whatever has users in it is somebody's: it is not emptied."""
    engine = create_engine(url)
    with engine.connect() as connection:
        users = connection.scalar(select(func.count()).select_from(Base.metadata.tables["users"]))
    engine.dispose()
    if users:
        sys.exit("DATABASE_URL: give an empty database; this one has people in it")


if __name__ == "__main__":
    sys.exit(main())
