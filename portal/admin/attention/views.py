"""The administrator's first page: what needs a person."""

from flask import Blueprint, abort, flash, redirect, render_template
from werkzeug.wrappers import Response

from portal import links
from portal.admin.attention.queries import list_concerns
from portal.documents.service import acknowledge_damage
from portal.texts import gettext as _
from portal.web.audience import Audience, audience, signed_in_user
from portal.web.current import current_portal, request_session

blueprint = Blueprint("attention", __name__)


@blueprint.get("/admin")
@audience(Audience.ADMINISTRATOR)
def attention() -> str:
    """What needs a person, by kind."""
    return render_template(
        "admin/attention/attention.html", groups=list_concerns(request_session())
    )


@blueprint.post("/admin/documents/<number>/damage")
@audience(Audience.ADMINISTRATOR)
def acknowledge(number: str) -> Response:
    """Somebody has looked at a document whose stored copy was lost or changed."""
    if not acknowledge_damage(current_portal(), number, signed_in_user().id):
        abort(404)
    flash(_("%(number)s is off the list.", number=number), "good")
    return redirect(links.admin(), 303)
