"""The list of payments, and one payment, live while it is under way."""

from flask import Blueprint, Response, abort, request

from portal import links
from portal.infrastructure import clock
from portal.patient.payments.forms import HistoryForm
from portal.patient.payments.queries import Period, Show, list_payments, load_payment
from portal.patient.problems import problem
from portal.web import htmx
from portal.web.audience import Audience, audience
from portal.web.current import request_session
from portal.web.patient import current_patient

blueprint = Blueprint("payments", __name__)


@blueprint.get("/payments")
@audience(Audience.PATIENT)
def history() -> str | tuple[str, int]:
    form = HistoryForm(request.args)
    if not form.validate():
        return htmx.render(
            "patient/payments/history.html",
            "patient/payments/_history.html",
            form=form,
            page=None,
            more=None,
        ), 422
    after = request.args.get("after")
    page = list_payments(
        request_session(),
        current_patient().id,
        clock.now(),
        show=Show(form.state.data),
        period=Period(form.period.data),
        words=form.q.data,
        after=after,
    )
    if page is None:
        abort(404)
    more = page.after and links.payments({**_chosen(form), "after": page.after})
    partial = "patient/payments/_records.html" if after else "patient/payments/_history.html"
    return htmx.render(
        "patient/payments/history.html",
        partial,
        form=form,
        page=page,
        more=more,
        continued=bool(after),
    )


@blueprint.get("/payments/<ref>")
@audience(Audience.PATIENT)
def payment(ref: str) -> str | Response:
    """One payment as it stands; asked again by its own page while something is still to come."""
    view = load_payment(request_session(), current_patient().id, ref, clock.now()) or abort(404)
    return htmx.follow(
        "patient/payments/payment.html",
        "patient/payments/_payment.html",
        view,
        payment=view,
        problem=problem(view.error_code) if view.error_code else None,
    )


def _chosen(form: HistoryForm) -> dict[str, str]:
    """The filters in use, for the address of the next page."""
    fields = {"state": form.state.data, "period": form.period.data, "q": form.q.data}
    return {name: value for name, value in fields.items() if value and value != "all"}
