"""One bill, and withdrawing what nobody has paid for."""

from flask import Blueprint, abort, flash, redirect, render_template
from werkzeug.wrappers import Response

from portal import links
from portal.actions.withdraw import NotWithdrawable, withdraw
from portal.bills.service import BillView, load_bill
from portal.documents.rules import Readiness
from portal.infrastructure import clock
from portal.patient.bill.queries import BillPayment, find_payment
from portal.patient.problems import recent_problem
from portal.standing import Standing, is_overdue, standing_of
from portal.texts import gettext as _
from portal.web import htmx
from portal.web.audience import Audience, audience
from portal.web.current import current_portal, request_session
from portal.web.patient import current_patient

blueprint = Blueprint("bills", __name__)


@blueprint.get("/bills/<ref>")
@audience(Audience.PATIENT)
def bill(ref: str) -> str | Response:
    """What is owed and for what, how its payment stands, and its documents; asked again by its own
    page while something is still to come.
    """
    shown, payment, standing = _bill(ref)
    now = clock.now()
    today = clock.local_date(now, current_portal().settings.business_timezone)
    return htmx.follow(
        "patient/bill/bill.html",
        "patient/bill/_bill.html",
        (shown, payment, standing),
        bill=shown,
        payment=payment,
        standing=standing,
        overdue=is_overdue(standing, shown.due_on, today),
        live=_is_live(standing, payment),
        problem=payment and recent_problem(payment.error_code, now - payment.tried_at),
    )


@blueprint.get("/bills/<ref>/withdraw")
@audience(Audience.PATIENT)
def confirm_withdrawal(ref: str) -> str | Response:
    """Ask before withdrawing; a bill that cannot be withdrawn shows where it stands instead."""
    shown, _payment, standing = _bill(ref)
    if standing is not Standing.PAYABLE:
        return redirect(links.bill(ref), 303)
    return render_template("patient/bill/withdraw.html", bill=shown)


@blueprint.post("/bills/<ref>/withdraw")
@audience(Audience.PATIENT)
def withdraw_request(ref: str) -> Response:
    """Withdraw, unless somebody has paid or is paying."""
    shown = _bill(ref)[0]
    try:
        withdraw(current_portal(), shown.id)
        flash(_("You have withdrawn this request."), "good")
    except NotWithdrawable:
        told = _("This request was not withdrawn, because it is paid or a payment is on its way.")
        flash(told, "care")
    return redirect(links.bill(ref), 303)


def _is_live(standing: Standing, payment: BillPayment | None) -> bool:
    """Whether something is still to come by itself: Stripe's answer, or the invoice."""
    drawing = payment is not None and payment.invoice is Readiness.DRAWING
    return drawing or standing is Standing.UNDER_WAY


def _bill(ref: str) -> tuple[BillView, BillPayment | None, Standing]:
    session = request_session()
    shown = load_bill(session, current_patient().id, ref) or abort(404)
    payment = find_payment(session, shown.id)
    state = payment.state if payment else None
    return shown, payment, standing_of(shown.state, state)
