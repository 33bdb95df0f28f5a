"""The patient behind the signed-in user."""

from flask import abort

from portal.patients.models import Patient
from portal.patients.service import patient_of
from portal.web.audience import signed_in_user
from portal.web.current import request_session


def current_patient() -> Patient:
    """The signed-in patient, on a page whose audience is patients; 404 where the user has no
    patient row.
    """
    return patient_of(request_session(), signed_in_user().id) or abort(404)
