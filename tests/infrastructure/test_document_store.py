"""The store: what is written stays as it was."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from portal.infrastructure.document_store import (
    DocumentConflict,
    DocumentMissing,
    StoreUnavailable,
    open_store,
)
from portal.settings import SettingsError

NAME = "INV-2026-000001.pdf"


def test_what_was_stored_is_read_back(tmp_path: Path) -> None:
    open_store((tmp_path / "of ours").as_uri()).put_once(NAME, b"%PDF one")
    assert open_store((tmp_path / "of ours").as_uri()).get(NAME) == b"%PDF one"


def test_the_same_bytes_may_be_stored_again(tmp_path: Path) -> None:
    store = open_store(tmp_path.as_uri())
    store.put_once(NAME, b"%PDF one")
    store.put_once(NAME, b"%PDF one")
    assert store.get(NAME) == b"%PDF one"


def test_other_bytes_never_replace_a_document(tmp_path: Path) -> None:
    store = open_store(tmp_path.as_uri())
    store.put_once(NAME, b"%PDF one")
    with pytest.raises(DocumentConflict):
        store.put_once(NAME, b"%PDF two")
    assert store.get(NAME) == b"%PDF one"


def test_of_many_writers_at_once_exactly_one_wins(tmp_path: Path) -> None:
    store = open_store(tmp_path.as_uri())
    together = Barrier(4)

    def write(number: int) -> bool:
        together.wait()
        try:
            store.put_once(NAME, b"%d" % number * 10_000)
        except DocumentConflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(write, range(4)))
    assert won.count(True) == 1
    assert store.get(NAME) == b"%d" % won.index(True) * 10_000


def test_a_document_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DocumentMissing):
        open_store(tmp_path.as_uri()).get(NAME)


def test_a_folder_that_has_gone_is_an_error_to_try_again(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    store = open_store(folder.as_uri())
    folder.rmdir()
    folder.write_text("a file where the folder was")
    with pytest.raises(StoreUnavailable):
        store.put_once(NAME, b"%PDF one")


def test_other_accounts_of_the_machine_cannot_look_into_the_folder(tmp_path: Path) -> None:
    open_store((tmp_path / "documents").as_uri())
    assert (tmp_path / "documents").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "url",
    ["", "/var/documents", "file:///", "file://host/x", "s3://", "ftp://x/y", "file:///proc/x"],
)
def test_an_address_that_cannot_be_a_store_refuses_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="DOCUMENT_STORE"):
        open_store(url)
