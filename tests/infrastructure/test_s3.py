"""The store on S3: the protocol's own refusal to overwrite is what keeps a document as it was."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from portal.infrastructure.document_store import (
    DocumentConflict,
    DocumentMissing,
    StoreUnavailable,
    open_store,
)

NAME = "INV-2026-000001.pdf"


class Bucket(BaseHTTPRequestHandler):
    """As much of S3's HTTP as storing and reading needs:
    docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html.
    """

    objects: ClassVar[dict[str, bytes]]

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("If-None-Match") == "*" and self.path in self.objects:
            self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            return
        self.objects[self.path] = content
        self._answer(200, b"")

    def do_GET(self) -> None:
        if "forbidden" in self.path:
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif self.path in self.objects:
            self._answer(200, self.objects[self.path])
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("ETag", '"etag"')
        self.send_header("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Requests are not printed."""


@pytest.fixture
def objects(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """What the bucket holds, by path; AWS's own variables lead there."""
    Bucket.objects = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), Bucket) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_REGION", "eu-west-2")
        yield Bucket.objects
        server.shutdown()


def test_a_document_is_stored_under_the_prefix_and_read_back(objects: dict[str, bytes]) -> None:
    store = open_store("s3://clinic/documents")
    store.put_once(NAME, b"%PDF one")
    store.put_once(NAME, b"%PDF one")
    assert store.get(NAME) == b"%PDF one"
    assert list(objects) == [f"/clinic/documents/{NAME}"]


def test_other_bytes_never_replace_a_document_on_s3(objects: dict[str, bytes]) -> None:
    store = open_store("s3://clinic/documents")
    store.put_once(NAME, b"%PDF one")
    with pytest.raises(DocumentConflict):
        store.put_once(NAME, b"%PDF two")
    assert store.get(NAME) == b"%PDF one"


@pytest.mark.usefixtures("objects")
def test_missing_and_refused_are_told_apart() -> None:
    store = open_store("s3://clinic/documents")
    with pytest.raises(DocumentMissing):
        store.get(NAME)
    with pytest.raises(StoreUnavailable):
        store.get("forbidden.pdf")
