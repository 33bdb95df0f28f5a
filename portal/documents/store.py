"""Write-once storage of documents: a folder or S3, by DOCUMENT_STORE."""
from typing import Protocol


class DocumentStore(Protocol):
    def put_once(self, name: str, content: bytes) -> None: ...
    def get(self, name: str) -> bytes: ...
