"""The list of payments, and one payment, live while it is under way."""

import re
from collections.abc import Sequence

from flask import Blueprint, Response, abort, make_response, request

from portal import links
from portal.infrastructure import clock
from portal.patient.payments.forms import HistoryForm, shown_rows
from portal.patient.payments.history import PAGE_ROWS, Period, Show, list_payments
from portal.patient.payments.queries import load_payment
from portal.patient.payments.statement import as_csv, load_year
from portal.patient.payments.years import Month, YearSum, months, year_sums
from portal.patient.problems import problem
from portal.web import htmx
from portal.web.audience import Audience, audience
from portal.web.current import current_portal, request_session
from portal.web.patient import current_patient

blueprint = Blueprint("payments", __name__)
_YEAR = re.compile(r"2[0-9]{3}", re.ASCII)


@blueprint.get("/payments")
@audience(Audience.PATIENT)
def history() -> Response | tuple[str, int]:
    """The list; with `after`, what follows; with `rows`, as much of it as was shown before."""
    form = HistoryForm(request.args)
    if not form.validate():
        return htmx.render(
            "patient/payments/history.html",
            "patient/payments/_history.html",
            form=form,
            months=None,
        ), 422
    patient_id = current_patient().id
    after, rows = request.args.get("after"), shown_rows(request.args.get("rows"))
    page_rows = PAGE_ROWS if after else rows
    page = list_payments(
        request_session(),
        patient_id,
        clock.now(),
        show=Show(form.state.data),
        period=Period(form.period.data),
        words=form.q.data,
        after=after,
        rows=page_rows,
    )
    if page is None:
        abort(404)
    listed = {**form.chosen(), "rows": str(rows)}
    more = page.after and links.payments(
        {**listed, "after": page.after, "rows": str(rows + PAGE_ROWS)}
    )
    zone = current_portal().settings.business_timezone
    groups = months(page.records, zone, page.continues)
    partial = "_records" if after else "_history"
    answer = make_response(
        htmx.render(
            "patient/payments/history.html",
            f"patient/payments/{partial}.html",
            form=form,
            months=groups,
            sums=_sums(patient_id, form, groups),
            more=more,
            listed=listed,
            continued=bool(after),
            is_part=htmx.wants_partial(),
        )
    )
    if after and htmx.wants_partial():
        # Whoever comes back to the list finds it as long as it is now.
        answer.headers["HX-Replace-Url"] = links.payments(listed)
    return answer


@blueprint.get("/payments/years/<year>.csv")
@audience(Audience.PATIENT)
def statement(year: str) -> Response:
    """What was paid in a year, for the patient to keep or to send on."""
    if not _YEAR.fullmatch(year):
        abort(404)
    settings, patient = current_portal().settings, current_patient()
    entries = load_year(request_session(), patient.id, int(year), settings.business_timezone)
    if not entries:
        abort(404)
    answer = Response(as_csv(entries, settings.seller_name, patient.name), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"payments-{year}.csv")
    return answer


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
        problem=view.error_code and problem(view.error_code),
    )


def _sums(patient_id: int, form: HistoryForm, groups: Sequence[Month]) -> dict[int, list[YearSum]]:
    """What the years that begin on the page come to; nothing where only some payments are shown."""
    if form.chosen():
        return {}
    years = [month.day.year for month in groups if month.starts_year]
    zone = current_portal().settings.business_timezone
    return year_sums(request_session(), patient_id, years, zone)
