"""Events."""

from fnmatch import fnmatchcase

from fake_stripe.documents import Document, Params
from fake_stripe.errors import ApiError
from fake_stripe.http.lists import Condition, page
from fake_stripe.http.parameters import Rule
from fake_stripe.http.routing import Route
from fake_stripe.runtime import queue
from fake_stripe.runtime.session import Session


def retrieve(session: Session, identifier: str, params: Params) -> Document:
    """The event, and to how many endpoints it has yet to be delivered."""
    return queue.with_pending(session.store, [session.get("event", identifier)])[0]


def list_all(session: Session, params: Params) -> Document:
    """Events, by `type` or `types`, `delivery_success` and `created`. Raises ApiError 400."""
    types, where = _types(session, params), _delivered(params)
    listed = page(session, "event", "/v1/events", params, where=where, types=types)
    queue.with_pending(session.store, listed["data"])
    return listed


def _types(session: Session, params: Params) -> list[str] | None:
    """What `types` asks for, or `type`, in which "*" stands for anything; None for all types."""
    types, event_type = params.get("types", []), params.get("type")
    if types and event_type is not None:
        raise ApiError("You may only specify one of these parameters: type, types.", param="types")
    if len(types) > 20:
        raise ApiError("You may only specify up to 20 types.", param="types")
    if event_type is None:
        return types or None
    there_are = session.store.types(session.account, "event")
    return [name for name in there_are if fnmatchcase(name, event_type)]


def _delivered(params: Params) -> list[Condition]:
    """The condition for `delivery_success`: the store keeps each event's `status`."""
    if "delivery_success" not in params:
        return []
    if params["delivery_success"]:
        return [("status IS NULL", [])]
    return [("status = 'undelivered'", [])]


def retry(session: Session, identifier: str, params: Params) -> Document:
    """`stripe events resend`: to one endpoint, or to all that the event was for."""
    event = session.get("event", identifier)
    if "webhook_endpoint" in params:
        named = session.get(
            "webhook_endpoint", params["webhook_endpoint"], param="webhook_endpoint", status=400
        )
        endpoints = [named["id"]]
    else:
        endpoints = queue.endpoints_of(session.store, identifier)
    for endpoint in endpoints:
        queue.add(session.store, session.account, event, endpoint, session.now)
    return queue.with_pending(session.store, [event])[0]


_RETRY = Rule("hash", fields={"for_stripecli": Rule("boolean"), "webhook_endpoint": Rule("string")})
ROUTES = [
    Route("GET", "/v1/events", "EventListParams", list_all),
    Route("GET", "/v1/events/:id", "EventRetrieveParams", retrieve),
    Route("POST", "/v1/events/:id/retry", "", retry, undocumented=_RETRY),
]
