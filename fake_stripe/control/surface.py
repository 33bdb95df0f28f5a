"""Dispatches `/_control/…`: JSON in, JSON out."""

import json
import logging
from urllib.parse import parse_qsl

from fake_stripe.control import clock, deliveries, disputes, payments, payouts, refunds, traffic
from fake_stripe.control.actions import Actions
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe, Request, Response
from fake_stripe.documents import Document
from fake_stripe.errors import ApiError, crashed, unrecognised
from fake_stripe.http.credentials import account_named, identify
from fake_stripe.http.visitors import is_from_another_site

log = logging.getLogger("fake_stripe.control")

ACTIONS: Actions = {
    **clock.ACTIONS,
    **deliveries.ACTIONS,
    **disputes.ACTIONS,
    **payments.ACTIONS,
    **payouts.ACTIONS,
    **refunds.ACTIONS,
    **traffic.ACTIONS,
}


class Control:
    """The actions of one offline Stripe, by method and the path after `/_control/`."""

    def __init__(self, app: OfflineStripe) -> None:
        self._app = app

    def respond(self, request: Request) -> Response:
        """The answer to a control call, which is an error where it cannot be done."""
        try:
            return self._json(200, self._run(request))
        except ApiError as error:
            return self._json(error.status, {"error": error.body})
        except Exception:  # whatever it was: a clean 500 for the caller, the traceback for the log
            log.exception("control call crashed: %s %s", request.method, request.path)
            return self._json(500, {"error": crashed().body})

    def _run(self, request: Request) -> object:
        if is_from_another_site(request.headers):
            raise ApiError("The control surface answers no other site.", status=403)
        action = ACTIONS.get((request.method, request.path.removeprefix("/_control/")))
        if action is None:
            raise unrecognised(request.method, request.path)
        given = _values(request)
        result = action.run(self._app, Values(given, _account(request, given)))
        if request.method == "POST":
            self._app.due.set()
        return result

    @staticmethod
    def _json(status: int, body: object) -> Response:
        headers = {"content-type": "application/json", "cache-control": "no-store"}
        return Response(status, headers, json.dumps(body).encode())


def _account(request: Request, given: Document) -> str | None:
    """Whose settings are meant, None for the default account's; takes `account` out of `given`.

    A key in the Authorization header says so, or `account`: a key or its ending.
    """
    keyed = None
    if request.headers.get("authorization"):
        keyed = identify(request.headers, None).account
    named = given.pop("account", "")
    if named == "":
        return keyed
    account = account_named(named)
    if account is None:
        raise ApiError("`account` has to be a key or the ending of one.", param="account")
    if keyed not in (None, account):
        raise ApiError("The key and `account` name two accounts.", param="account")
    return account


def _values(request: Request) -> Document:
    """The query with the body laid over it, which is JSON where it says so and else a form."""
    return dict(parse_qsl(request.query, keep_blank_values=True)) | _body(request)


def _body(request: Request) -> Document:
    if request.method == "GET":
        return {}
    if not request.headers.get("content-type", "").startswith("application/json"):
        return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        values = json.loads(request.body or b"{}")
    except ValueError as error:
        raise ApiError(f"The body is not JSON: {error}") from None
    except RecursionError:
        raise ApiError("The body is nested too deeply.") from None
    if not isinstance(values, dict):
        raise ApiError("The body has to be a JSON object.")
    return values
