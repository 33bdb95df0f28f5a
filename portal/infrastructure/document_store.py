"""Write-once storage of documents: a folder or S3, by DOCUMENT_STORE."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from portal.settings import SettingsError

# Somebody waits for the download, and a thread with them: they hear within five seconds. What is
# refused or broken off at once is tried again, what has taken long is not.
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 4.0
RETRY_SECONDS = 0.5


class StoreError(Exception):
    """The document cannot be stored or read."""


class DocumentMissing(StoreError):
    """Nothing is stored under this name."""


class DocumentConflict(StoreError):
    """Something else is already stored under this name; it stays as it is."""


class StoreUnavailable(StoreError):
    """The store did not answer, or refused us: try again later."""


class DocumentStore(Protocol):
    """Where documents are kept; what is stored is never overwritten."""

    def put_once(self, name: str, content: bytes) -> None:
        """Store under a new name; the same bytes again are fine. Raises DocumentConflict,
        StoreUnavailable.
        """

    def get(self, name: str) -> bytes:
        """The stored bytes. Raises DocumentMissing, StoreUnavailable."""


class ObjectDocumentStore:
    """Any store that obstore speaks to and that can refuse to overwrite."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put_once(self, name: str, content: bytes) -> None:
        try:
            obstore.put(self._store, name, content, mode="create", use_multipart=False)
        except AlreadyExistsError:
            if self.get(name) != content:
                raise DocumentConflict(name) from None
        except (BaseError, OSError) as error:
            raise StoreUnavailable(f"{name}: {type(error).__name__}") from error

    def get(self, name: str) -> bytes:
        try:
            return bytes(obstore.get(self._store, name).bytes())
        except FileNotFoundError:
            raise DocumentMissing(name) from None
        except (BaseError, OSError) as error:
            raise StoreUnavailable(f"{name}: {type(error).__name__}") from error


class FolderDocumentStore(ObjectDocumentStore):
    """A folder of this machine; a document that was stored outlives a power cut."""

    def __init__(self, folder: Path) -> None:
        # Documents name people: other accounts of this machine cannot look in.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(LocalStore(folder))
        self._folder = folder

    def put_once(self, name: str, content: bytes) -> None:
        super().put_once(name, content)
        for path in (self._folder / name, self._folder):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def open_store(url: str) -> DocumentStore:
    """`file:///folder` (made if need be) or `s3://bucket/prefix` (keys and region as AWS's own
    variables name them).

    Raises SettingsError.
    """
    parts = urlsplit(url)
    try:
        if parts.scheme == "file" and not parts.netloc and parts.path.strip("/"):
            return FolderDocumentStore(Path(unquote(parts.path)))
        if parts.scheme == "s3" and parts.netloc:
            store = S3Store.from_url(
                url,
                client_options={
                    "timeout": timedelta(seconds=ANSWER_SECONDS),
                    "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                    # For a store of one's own inside a private network; AWS's is always encrypted.
                    "allow_http": os.environ.get("AWS_ALLOW_HTTP") == "true",
                },
                retry_config={
                    "max_retries": 2,
                    "retry_timeout": timedelta(seconds=RETRY_SECONDS),
                },
            )
            return ObjectDocumentStore(store)
    except (BaseError, OSError, ValueError) as error:
        raise SettingsError(f"DOCUMENT_STORE cannot be opened: {type(error).__name__}") from None
    raise SettingsError("DOCUMENT_STORE must be file:///folder or s3://bucket/prefix")
