"""Where Stripe sends webhooks."""

from flask import Blueprint, abort, request

from portal.links import WEBHOOK_PATH
from portal.stripe_api.errors import NotFromStripe
from portal.stripe_sync.inbox import receive
from portal.web.audience import Audience, audience
from portal.web.current import current_portal

blueprint = Blueprint("stripe_events", __name__)


@blueprint.post(WEBHOOK_PATH)
@audience(Audience.PUBLIC)
def webhook() -> dict[str, bool]:
    """2xx once the event is stored; 400 on anything that is not genuinely Stripe's, with nothing
    written.
    """
    portal = current_portal()
    try:
        event = portal.stripe.read_event(
            request.get_data(), request.headers.get("Stripe-Signature", "")
        )
    except NotFromStripe:
        abort(400)
    receive(portal, event)
    return {"received": True}
