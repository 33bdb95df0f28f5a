"""Payments for the office: the list, one payment's whole story, and refunding it."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import links
from portal.actions import refund as refunds
from portal.admin.payments.forms import PaymentsForm, RefundForm
from portal.admin.payments.queries import list_payments
from portal.admin.payments.story import Story, load_story
from portal.audit import service as audit
from portal.infrastructure import clock
from portal.refunds.models import Refund
from portal.refunds.rules import RefundReason, RefundState
from portal.refunds.service import TooMuch
from portal.stripe_api.errors import StripeUnavailable
from portal.texts import gettext as _
from portal.web import htmx
from portal.web.audience import Audience, audience, signed_in_user
from portal.web.current import current_portal, request_session

blueprint = Blueprint("office_payments", __name__)


@blueprint.get("/admin/payments")
@audience(Audience.ADMINISTRATOR)
def payments() -> str | tuple[str, int]:
    """All payments, the newest first; with `after`, what follows."""
    form = PaymentsForm(request.args)
    page, part = "admin/payments/payments.html", "admin/payments/_payments.html"
    if not form.validate():
        return htmx.render(page, part, form=form, rows=None, more=None), 422
    after = request.args.get("after")
    found = list_payments(request_session(), clock.now(), form.filters(), after)
    if found is None:
        abort(404)
    rows, more_after = found
    more = more_after and links.office_payments({**form.chosen(), "after": more_after})
    if after:
        part = "admin/payments/_rows.html"
    return htmx.render(page, part, form=form, rows=rows, more=more)


@blueprint.get("/admin/payments/<ref>")
@audience(Audience.ADMINISTRATOR)
def payment(ref: str) -> str:
    """One payment with all that happened to it; that somebody looked is noted."""
    story = load_story(request_session(), ref) or abort(404)
    with current_portal().db.write() as session:
        audit.record(session, "payment.viewed", "payment", ref, signed_in_user().id)
    return render_template("admin/payments/payment.html", story=story)


@blueprint.route("/admin/payments/<ref>/refund", methods=["GET", "POST"])
@audience(Audience.ADMINISTRATOR)
def refund(ref: str) -> Response | tuple[str, int]:
    """Ask how much of a payment goes back, and send it."""
    story = load_story(request_session(), ref) or abort(404)
    available = story.sums.available
    form = RefundForm(available, story.received_currency)
    if not story.can_refund or not form.validate_on_submit():
        return _refund_page(story, form)
    if form.seen.data != str(available):
        flash(_("Somebody has refunded a part of it meanwhile. Look at the new figures."), "care")
        return _refund_page(story, form)
    try:
        made = refunds.refund(
            current_portal(),
            ref,
            form.minor,
            RefundReason(form.reason.data),
            form.note.data.strip(),
            signed_in_user().id,
        )
    except (TooMuch, refunds.NotRefundable):
        flash(_("Nothing was refunded: this payment has changed. Look at the new figures."), "care")
        return redirect(links.refund(ref), 303)
    except StripeUnavailable:
        told = _("Stripe does not answer just now. Nothing was refunded: try again in a minute.")
        flash(told, "care")
        return _refund_page(story, form)[0], 503
    _say(made)
    return redirect(links.office_payment(ref), 303)


@blueprint.post("/admin/payments/<ref>/refunds/<refund_ref>")
@audience(Audience.ADMINISTRATOR)
def decide(ref: str, refund_ref: str) -> Response:
    """Agree to a refund that another administrator asked for, or take it back."""
    story = load_story(request_session(), ref) or abort(404)
    if refund_ref not in {refund.ref for refund, _who in story.refunds}:
        abort(404)
    act = {"approve": refunds.approve, "decline": refunds.decline}.get(
        request.form.get("decision", "")
    )
    if act is None:
        abort(400)
    try:
        _say(act(current_portal(), refund_ref, signed_in_user().id))
    except refunds.NotYours:
        flash(_("You asked for this refund. Another administrator has to agree to it."), "care")
    except refunds.NotRefundable:
        flash(_("Nothing was changed: somebody has decided meanwhile."), "care")
    return redirect(links.office_payment(ref), 303)


def _refund_page(story: Story, form: RefundForm) -> tuple[str, int]:
    status = 422 if request.method == "POST" else 200
    form.seen.data = str(story.sums.available)
    return render_template("admin/payments/refund.html", story=story, form=form), status


def _say(made: Refund) -> None:
    if made.state is RefundState.AWAITING_APPROVAL:
        flash(_("Another administrator has to agree to this refund. Nothing is sent yet."), "care")
    elif made.state is RefundState.DRAFT:
        flash(_("Stripe does not answer just now. The refund is sent as soon as it does."))
    elif made.state is RefundState.FAILED:
        flash(_("Stripe did not make this refund. The reason stands below."), "bad")
    elif made.state is RefundState.CANCELED:
        flash(_("The refund is taken back. Nothing was sent."), "good")
    else:
        flash(_("The refund is on its way. The patient is told by email."), "good")
