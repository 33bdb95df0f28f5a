"""Files: evidence for disputes. At Stripe they are uploaded to files.stripe.com, here anywhere."""

from fake_stripe.documents import Document, Download, Params
from fake_stripe.http.lists import page
from fake_stripe.http.parameters import Rule
from fake_stripe.http.routing import Route
from fake_stripe.rules import files
from fake_stripe.runtime.session import Session


def create(session: Session, params: Params) -> Document:
    """Keep an uploaded file. Raises ApiError 400 for one of a wrong kind or size."""
    return files.keep(session, params["file"], params["purpose"])


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    """What is known of the file; its `url` has the content."""
    return session.get("file", identifier)


def download(session: Session, identifier: str, params: Params) -> Download:
    """The content, for the secret key of the account."""
    return files.content(session, session.get("file", identifier))


def list_all(session: Session, params: Params) -> Document:
    """Files, by `purpose` and `created`."""
    return page(session, "file", "/v1/files", params, ("purpose",))


ROUTES = [
    Route(
        "POST",
        "/v1/files",
        "FileCreateParams",
        create,
        unsupported=frozenset(["file_link_data"]),
    ),
    Route("GET", "/v1/files", "FileListParams", list_all),
    Route("GET", "/v1/files/:id", "FileRetrieveParams", retrieve),
    Route("GET", "/v1/files/:id/contents", "", download, undocumented=Rule("hash")),
]
