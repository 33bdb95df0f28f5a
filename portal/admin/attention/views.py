"""The administrator's face."""

from flask import Blueprint, render_template

from portal.admin.attention.queries import list_concerns
from portal.web.audience import Audience, audience
from portal.web.current import request_session

blueprint = Blueprint("admin", __name__)


@blueprint.get("/admin")
@audience(Audience.ADMINISTRATOR)
def attention() -> str:
    return render_template(
        "admin/attention/attention.html", groups=list_concerns(request_session())
    )
