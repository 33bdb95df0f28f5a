"""How our records were compared with Stripe, and whether webhooks arrive."""

from flask import Blueprint, render_template

from portal.admin.reconcile.queries import load_reconcile
from portal.infrastructure import clock
from portal.web.audience import Audience, audience
from portal.web.current import request_session

blueprint = Blueprint("reconcile", __name__)


@blueprint.get("/admin/reconcile")
@audience(Audience.ADMINISTRATOR)
def page() -> str:
    """The last runs, and what to know of webhooks."""
    view = load_reconcile(request_session(), clock.now())
    return render_template("admin/reconcile/reconcile.html", view=view)
