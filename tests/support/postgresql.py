"""One throwaway PostgreSQL cluster for a whole test run, shared by its parallel workers."""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

# Set by the process that began the run; its workers inherit it.
RUN_FOLDER = "PORTAL_TEST_POSTGRESQL"
TEMPLATE = "template_portal"
USER = "portal"
# Nothing here outlives the run, so nothing needs to survive a power cut.
FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200"


def begin_run() -> None:
    """Name the run's folder; the cluster in it starts with the first test that asks for it.

    Raises UsageError where PostgreSQL is not installed: nothing is skipped silently.
    """
    _binaries()
    folder = tempfile.mkdtemp(prefix="portal-postgresql-")
    if os.geteuid() == 0:
        account = _unprivileged()
        os.chown(folder, account.pw_uid, account.pw_gid)
    os.environ[RUN_FOLDER] = folder


def end_run() -> None:
    """Stop the cluster, if it was started, and remove it."""
    folder = Path(os.environ.pop(RUN_FOLDER, ""))
    if not folder.name:
        return  # it never began
    if (folder / "data" / "postmaster.pid").exists():
        _run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def locked_run() -> Iterator[Path]:
    """The run's folder, held against its other workers."""
    folder = Path(os.environ[RUN_FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def ensure_cluster() -> bool:
    """Start the cluster with an empty template database unless another worker has; says whether it
    did.

    Call it inside `locked_run`.
    """
    folder = Path(os.environ[RUN_FOLDER])
    if (folder / "ready").exists():
        return False
    data = str(folder / "data")
    _run(
        "initdb",
        "-D",
        data,
        "-U",
        USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
        "--no-instructions",
    )
    options = f"-c listen_addresses='' -k {folder} {FAST}"
    _run("pg_ctl", "-D", data, "-w", "-l", str(folder / "server.log"), "-o", options, "start")
    _execute(f"CREATE DATABASE {TEMPLATE}")
    (folder / "ready").touch()
    return True


def folder() -> str:
    """Where the cluster's socket is."""
    return os.environ[RUN_FOLDER]


def address(database: str) -> str:
    return f"postgresql+psycopg://{USER}@/{database}?host={folder()}"


def create_database(name: str, template: str) -> None:
    """A copy of `template`; FILE_COPY is the quicker strategy for a small one."""
    _execute(f'CREATE DATABASE "{name}" TEMPLATE {template} STRATEGY FILE_COPY')


def drop_database(name: str) -> None:
    _execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def empty_database(name: str, tables: Sequence[str]) -> None:
    """Delete all rows of `tables`, in that order, and count ids from 1 again; whoever is still
    connected is cut off.
    """
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    _execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others};"  # noqa: S608
        + "".join(f"DELETE FROM {table};" for table in tables)  # noqa: S608
        + "SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences",
        name,
    )


def _execute(statements: str, database: str = "postgres") -> None:
    with psycopg.connect(
        host=os.environ[RUN_FOLDER], user=USER, dbname=database, autocommit=True
    ) as connection:
        connection.execute(statements.encode())


def _run(program: str, *arguments: str) -> None:
    """Run a PostgreSQL program, as somebody else where we are root: initdb refuses root."""
    command = [str(_binaries() / program), *arguments]
    if os.geteuid() == 0:
        account = _unprivileged()
        done = subprocess.run(
            command,
            cwd="/",
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
    else:
        done = subprocess.run(
            command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
    if done.returncode:
        pytest.fail(f"PostgreSQL's {program} failed: {done.stderr.decode().strip()}", pytrace=False)


def _binaries() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise pytest.UsageError(
        "PostgreSQL is missing, and every database test runs on it: apt-get install postgresql"
    )


def _unprivileged() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
