"""Ending a payment's review."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import links
from portal.actions import review
from portal.admin.review.queries import load_review
from portal.context import Portal
from portal.payments.rules import Way
from portal.texts import gettext as _
from portal.texts import lazy_gettext
from portal.web.audience import Audience, audience, signed_in_user
from portal.web.current import current_portal, fresh_session, request_session

blueprint = Blueprint("review", __name__)

_ENDINGS: dict[str, tuple[Callable[[Portal, str, int], None], str]] = {
    Way.ACCEPT: (review.accept, lazy_gettext("This payment is accepted. The bill is paid.")),
    Way.REFUND: (
        review.refund_all,
        lazy_gettext("The refund is on its way. The bill can be paid again."),
    ),
    Way.CLOSE: (review.close, lazy_gettext("This payment is closed. The bill can be paid again.")),
}


@blueprint.get("/admin/payments/<ref>/review")
@audience(Audience.ADMINISTRATOR)
def page(ref: str) -> str:
    """What differs, for whom, and how it can end."""
    view = load_review(request_session(), ref) or abort(404)
    return render_template("admin/review/review.html", review=view)


@blueprint.post("/admin/payments/<ref>/review")
@audience(Audience.ADMINISTRATOR)
def end(ref: str) -> Response:
    """End the review in the way that was pressed; one that has ended already stays as it is."""
    load_review(request_session(), ref) or abort(404)
    ending = _ENDINGS.get(request.form.get("way", ""))
    if ending is None:
        abort(400)
    act, done = ending
    try:
        act(current_portal(), ref, signed_in_user().id)
        flash(str(done), "good")
    except review.NotPossible:
        told = _("Nothing was changed: this payment has moved on since you opened the page.")
        flash(told, "care")
    if load_review(fresh_session(), ref) is not None:
        return redirect(links.review(ref), 303)
    return redirect(links.admin(), 303)
