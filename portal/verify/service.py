"""Running every check."""

from collections.abc import Callable, Iterator
from hashlib import sha256

from sqlalchemy import select

from portal.context import Portal
from portal.documents.models import Document
from portal.infrastructure.document_store import DocumentConflict, DocumentMissing
from portal.verify import balance, bills, documents, ledger, payments
from portal.verify.checks import AT_ONCE, Check, Finding

# A new group of rows that must agree is a row here.
CHECKS: tuple[Check, ...] = (
    *bills.CHECKS,
    *payments.CHECKS,
    *balance.CHECKS,
    *ledger.CHECKS,
    *documents.CHECKS,
)
STORED_FILES = "documents: stored files"


def verify(
    portal: Portal, with_files: bool = True, tell: Callable[[str], None] | None = None
) -> Iterator[Finding]:
    """Everything that contradicts something else. All rows are read at one moment.

    `with_files` also reads each stored PDF and compares it with what was stored, which takes a
    while. `tell` is called with the name of each check as it begins. Raises StoreUnavailable.
    """
    with portal.db.snapshot() as session:
        for check in CHECKS:
            if tell is not None:
                tell(check.name)
            yield from check.run(session)
    if with_files:
        if tell is not None:
            tell(STORED_FILES)
        yield from _files(portal)


def _files(portal: Portal) -> Iterator[Finding]:
    with portal.db.read() as session:
        stored = session.execute(
            select(Document.number, Document.stored_as, Document.sha256).where(
                Document.stored_as.is_not(None)
            ),
            execution_options={"yield_per": AT_ONCE},
        )
        for number, name, digest in stored:
            try:
                content = portal.documents.get(str(name))
            except (DocumentMissing, DocumentConflict):
                yield Finding("documents", number, f"{name} is not in the document store")
                continue
            if sha256(content).hexdigest() != digest:
                yield Finding("documents", number, f"{name} is not what was stored")
