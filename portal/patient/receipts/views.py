"""Stored documents, for their patient and the office, and the receipts that mails link to."""

from io import BytesIO
from typing import NamedTuple

import structlog
from flask import Blueprint, abort, make_response, render_template, send_file
from werkzeug.wrappers import Response

from portal import links
from portal.accounts.models import RoleName
from portal.documents.models import Document
from portal.documents.rules import DocumentKind
from portal.documents.service import (
    file_name,
    find_document,
    note_office_view,
    stored_bytes,
)
from portal.infrastructure.document_store import StoreError
from portal.patient.receipts.queries import LinkState, OpenedReceipt, open_receipt
from portal.texts import gettext as _
from portal.web.audience import Audience, audience, signed_in_user
from portal.web.current import current_portal, request_session
from portal.web.htmx import follow, wants_partial
from portal.web.patient import current_patient

log = structlog.get_logger()
blueprint = Blueprint("documents", __name__)
# How soon a document that was just issued is asked for again.
RETRY_SECONDS = 2


class Back(NamedTuple):
    """Where the page that waits for a document leads back to."""

    href: str
    label: str


@blueprint.get("/invoices/<number>.pdf")
@audience(Audience.PATIENT, Audience.ADMINISTRATOR)
def invoice(number: str) -> Response:
    """The stored invoice; a page that waits for it while it is being drawn."""
    return _own_document(DocumentKind.INVOICE, number, links.invoice(number))


@blueprint.get("/credit-notes/<number>.pdf")
@audience(Audience.PATIENT, Audience.ADMINISTRATOR)
def credit_note(number: str) -> Response:
    """The stored credit note, likewise."""
    return _own_document(DocumentKind.CREDIT_NOTE, number, links.credit_note(number))


def _own_document(kind: DocumentKind, number: str, href: str) -> Response:
    user = signed_in_user()
    office = user.role is RoleName.ADMINISTRATOR
    patient_id = None if office else current_patient().id
    found = find_document(request_session(), kind, number, patient_id)
    if found is None:
        abort(404)
    if office and found.stored_at and not wants_partial():
        note_office_view(current_portal(), found, user.id)
    back = Back(links.home(), _("Back to the start page"))
    if not office:
        back = Back(links.payment(found.content["payment_reference"]), _("Back to your payment"))
    return _deliver(found, href, back)


@blueprint.get("/r/<token>")
@audience(Audience.PUBLIC)
def receipt(token: str) -> Response:
    """A payment's receipt, for whoever has the link."""
    opened = _open(token)
    if opened.state is LinkState.CLOSED:
        return _closed()
    page = render_template(
        "patient/receipts/receipt.html",
        payment=opened.payment,
        method=opened.method,
        tax=opened.tax,
        refunded=opened.refunded,
        document_href=opened.document and links.receipt_document(token),
        seller=current_portal().settings,
    )
    return _unlisted(make_response(page))


@blueprint.get("/r/<token>/receipt.pdf")
@audience(Audience.PUBLIC)
def receipt_document(token: str) -> Response:
    """The receipt as a PDF, for whoever has the link: it says no more than the page does."""
    opened = _open(token)
    if opened.state is LinkState.CLOSED:
        return _closed()
    if opened.document is None:
        abort(404)
    back = Back(links.receipt(token), _("Back to your receipt"))
    return _unlisted(_deliver(opened.document, links.receipt_document(token), back))


def _open(token: str) -> OpenedReceipt:
    opened = open_receipt(request_session(), current_portal().settings, token)
    if opened.state is LinkState.UNKNOWN:
        abort(404)
    return opened


def _closed() -> Response:
    return _unlisted(make_response(render_template("patient/receipts/closed.html"), 410))


def _unlisted(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _deliver(found: Document, href: str, back: Back) -> Response:
    try:
        content = stored_bytes(current_portal(), found)
    except StoreError as error:
        log.error("document cannot be read", number=found.number, error=type(error).__name__)
        abort(503)
    if content is not None and not wants_partial():
        download = send_file(
            BytesIO(content),
            mimetype="application/pdf",
            as_attachment=True,
            download_name=file_name(found.number),
            conditional=False,
            etag=False,
        )
        download.headers["Cache-Control"] = "no-store"
        return download
    ready = content is not None
    held = found.held_for is not None
    page = follow(
        "patient/receipts/preparing.html",
        "patient/receipts/_download.html",
        (ready, held),
        ready=ready,
        held=held,
        kind=found.kind,
        href=href,
        back=back,
    )
    response = make_response(page)
    if not ready:
        if response.status_code == 200:
            response.status_code = 202
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
