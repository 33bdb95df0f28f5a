"""A clinician's face: whether their patients have paid, and no amounts."""

from flask import Blueprint, abort, render_template, request

from portal.clinic.forms import SearchForm
from portal.clinic.queries import find_patients, list_patients, look_up
from portal.web import htmx
from portal.web.audience import Audience, audience, signed_in_user
from portal.web.current import current_portal, request_session

blueprint = Blueprint("clinic", __name__)


@blueprint.get("/clinic")
@audience(Audience.CLINICIAN)
def patients() -> str:
    page = list_patients(
        request_session(), signed_in_user().id, request.args.get("after")
    ) or abort(404)
    return htmx.render(
        "clinic/patients.html", "clinic/_patients.html", page=page, form=SearchForm()
    )


@blueprint.post("/clinic")
@audience(Audience.CLINICIAN)
def search() -> str | tuple[str, int]:
    """The patients of a name; without one, all of them again."""
    form, session, clinician = SearchForm(), request_session(), signed_in_user()
    if not form.validate_on_submit():
        return htmx.render("clinic/patients.html", "clinic/_found.html", page=None, form=form), 422
    words = form.q.data
    page = (
        find_patients(session, clinician.id, words)
        if words
        else list_patients(session, clinician.id)
    )
    return htmx.render("clinic/patients.html", "clinic/_found.html", page=page, form=form)


@blueprint.get("/clinic/patients/<ref>")
@audience(Audience.CLINICIAN)
def patient(ref: str) -> str:
    view = look_up(current_portal(), signed_in_user().id, ref) or abort(404)
    return render_template("clinic/patient.html", patient=view)
