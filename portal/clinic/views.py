"""A clinician's face: whether their patients have paid, and no amounts."""

from datetime import date

from flask import Blueprint, abort, render_template, request

from portal.clinic.forms import SearchForm
from portal.clinic.queries import Page, find_patients, list_patients, look_up
from portal.infrastructure import clock
from portal.web import htmx
from portal.web.audience import Audience, audience, signed_in_user
from portal.web.current import current_portal, request_session

blueprint = Blueprint("clinic", __name__)


@blueprint.get("/clinic")
@audience(Audience.CLINICIAN)
def patients() -> str:
    """The clinician's own patients, the unpaid first."""
    after = request.args.get("after")
    page = list_patients(request_session(), signed_in_user().id, _today(), after) or abort(404)
    return htmx.render(
        "clinic/patients.html",
        "clinic/_rows.html",
        page=page,
        form=SearchForm(),
        continued=after is not None,
    )


@blueprint.post("/clinic")
@audience(Audience.CLINICIAN)
def search() -> str | tuple[str, int]:
    """The patients who were asked for; where nothing is typed, all of them again."""
    form, session, clinician = SearchForm(), request_session(), signed_in_user()
    if not form.validate_on_submit():
        return _found(form, None), 422
    if form.q.data:
        return _found(form, find_patients(session, clinician.id, form.q.data, _today()))
    return _found(form, list_patients(session, clinician.id, _today()))


@blueprint.get("/clinic/patients/<ref>")
@audience(Audience.CLINICIAN)
def patient(ref: str) -> str:
    """One of their patients with all services; looking is written to the audit trail."""
    view = look_up(current_portal(), signed_in_user().id, ref, _today()) or abort(404)
    return render_template("clinic/patient.html", patient=view)


def _today() -> date:
    """Ages are counted by the clinic's own calendar."""
    return clock.local_date(clock.now(), current_portal().settings.business_timezone)


def _found(form: SearchForm, page: Page | None) -> str:
    return htmx.render(
        "clinic/patients.html", "clinic/_found.html", page=page, form=form, continued=False
    )
