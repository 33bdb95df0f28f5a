"""The first page: a patient's own, a staff member's start, or sign-in."""

from flask import Blueprint, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import links
from portal.accounts.models import RoleName
from portal.infrastructure import clock
from portal.patient.home.queries import load_home
from portal.patients.names import first_name
from portal.web.audience import Audience, audience, signed_in_user
from portal.web.current import current_portal, request_session
from portal.web.patient import current_patient

blueprint = Blueprint("home", __name__)
_STAFF_START = {RoleName.CLINICIAN: links.clinic(), RoleName.ADMINISTRATOR: links.admin()}


@blueprint.get("/")
@audience(Audience.PUBLIC)
def home() -> str | Response:
    """What the patient owes and has; everyone else is shown to where they start."""
    if not current_user.is_authenticated:
        return redirect(links.sign_in(), 303)
    role = RoleName(signed_in_user().role)
    if role in _STAFF_START:
        return redirect(_STAFF_START[role], 303)
    today = clock.local_date(clock.now(), current_portal().settings.business_timezone)
    after = request.args.get("after")
    patient = current_patient()
    return render_template(
        "patient/home/home.html",
        first_name=first_name(patient.name),
        home=load_home(request_session(), patient.id, today, after),
        is_first_page=after is None,
    )
