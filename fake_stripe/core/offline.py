"""The offline Stripe itself, without sockets.

`handle` answers one request, `run_due` does what has become due.
"""

import logging
import re
from dataclasses import dataclass, field

from fake_stripe import API_VERSION
from fake_stripe.api import ROUTES, three_d_secure
from fake_stripe.core.engine import Engine
from fake_stripe.documents import Download, Params, public
from fake_stripe.errors import (
    ApiError,
    ConnectionDropped,
    absent,
    crashed,
    rate_limited,
    unrecognised,
)
from fake_stripe.faults import Fault
from fake_stripe.http.credentials import Caller, identify
from fake_stripe.http.endpoints import is_documented
from fake_stripe.http.expand import expand
from fake_stripe.http.form_data import parse, parse_body
from fake_stripe.http.idempotency import KeptAnswer, fingerprint
from fake_stripe.http.messages import JSON, Request, Response, error_body, headers, refusal
from fake_stripe.http.multipart import UPLOADS, parse_upload
from fake_stripe.http.parameters import judge
from fake_stripe.http.publishable import visible
from fake_stripe.http.request_log import described
from fake_stripe.http.routing import Route, Router
from fake_stripe.json_text import encoded
from fake_stripe.runtime.accounts import Account

__all__ = ["OfflineStripe", "Request", "Response"]

log = logging.getLogger("fake_stripe")
# "2020-08-27", and since 2024 "2026-10-28.endive".
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?", re.ASCII)


@dataclass(frozen=True)
class _Visit:
    """A request as it comes in: its parameters and its caller, or why they cannot be told."""

    request: Request
    request_id: str
    params: Params = field(default_factory=dict)
    caller: Caller | None = None
    refused: ApiError | None = None

    @property
    def account(self) -> str | None:
        """Whose request it is; None for that of nobody."""
        return self.caller.account if self.caller else None


@dataclass(frozen=True)
class _Call:
    """A request that has been let in: its caller, route, judged parameters and idempotency key."""

    request: Request
    request_id: str
    caller: Caller
    account: Account
    route: Route
    identifiers: tuple[str, ...]
    params: Params
    fault: Fault | None
    key: str
    fingerprint: str


class OfflineStripe(Engine):
    """An offline Stripe without sockets.

    `handle` answers requests; `run_due` and `advance` let time pass.
    """

    router = Router([*ROUTES, *three_d_secure.ROUTES])

    def handle(self, request: Request) -> Response:
        """Answer an API request.

        Raises ConnectionDropped where an injected fault lets the client hear nothing.
        """
        visit = _visit(request, self._request_id())
        account = self.accounts.of(visit.account)
        fault = account.faults.take(request.method, request.path)
        try:
            response = self._faulty(visit, account, fault)
        except ApiError as error:
            response = refusal(request, visit.request_id, error)
        except Exception:  # as at Stripe a crash is an api_error, without its stack trace
            log.exception("could not be answered: %s %s", visit.request_id, request.method)
            response = refusal(request, visit.request_id, crashed())
        account.received.append(described(request, visit.params, response, account.clock.now()))
        if fault and fault.kind in ("timeout", "unreachable"):
            raise ConnectionDropped(fault.kind, fault.seconds)
        return response

    def _request_id(self) -> str:
        return f"req_{''.join(self.random.choices('0123456789abcdefABCDEF', k=14))}"

    def _faulty(self, visit: _Visit, account: Account, fault: Fault | None) -> Response:
        if fault and fault.kind == "429":
            raise rate_limited()
        if fault and fault.kind in ("timeout", "unreachable") and not fault.executed:
            return Response(0, {}, b"")
        try:
            call = self._let_in(visit, account, fault)
            return self._once(call) if call.key else self._run(call)
        except ApiError:  # refused before any work: the fault hits all the same
            _hit(account, fault)
            raise

    def _let_in(self, visit: _Visit, account: Account, fault: Fault | None) -> _Call:
        """Raises ApiError for a request that is not worth any work."""
        request, caller = visit.request, visit.caller
        if caller is None:
            raise visit.refused or crashed()
        route, identifiers = self._route(request)
        if visit.refused:
            raise visit.refused
        _check_version(request, strict=self.strict_version)
        if caller.publishable and not route.publishable:
            raise ApiError(
                "This API call cannot be made with a publishable API key. Please use a secret API "
                "key. You can find a list of your API keys at "
                "https://dashboard.stripe.com/account/apikeys.",
                status=403,
                code="secret_key_required",
            )
        params = judge(visit.params, route.rule(caller.publishable))
        key = print_ = ""
        if request.method == "POST" and (key := request.headers.get("idempotency-key", "")):
            print_ = fingerprint(request.method, request.path, params)
        return _Call(
            request,
            visit.request_id,
            caller,
            account,
            route,
            identifiers,
            params,
            fault,
            key,
            print_,
        )

    def _route(self, request: Request) -> tuple[Route, tuple[str, ...]]:
        """The route and the ids in the path. Raises ApiError where there is none."""
        found = self.router.find(request.method, request.path)
        if found:
            return found
        if is_documented(request.method, request.path):
            raise absent(request.method, request.path)
        raise unrecognised(request.method, request.path)

    def _once(self, call: _Call) -> Response:
        """Run the call unless its key has been answered before."""
        account = call.account.name
        self.keys.claim(account, call.key)
        try:
            now = call.account.clock.now()
            kept = self.keys.kept(account, call.key, call.fingerprint, now)
            if not kept:
                return self._run(call)
        finally:
            self.keys.release(account, call.key)
        _hit(call.account, call.fault)
        return _replayed(call, kept)

    def _run(self, call: _Call) -> Response:
        """The work and its answer, in one transaction with the events and the key."""
        fault = call.fault
        if fault and fault.kind == "slow":
            call.account.faults.sleep(fault.seconds)
        if fault and fault.kind == "500" and not fault.executed:
            return self._refuse(call, crashed())
        try:
            with self.store.transaction(), call.account.settings.kept_on_failure():
                status, body, media_type = self._work(call)
                if fault and fault.kind == "500":
                    status, body = 500, error_body(crashed(), call.request_id)
                self._keep(call, status, body)
        except ApiError as error:
            return self._refuse(call, error)
        except Exception:  # rolled back by now; its key must keep the 500, as Stripe's does
            log.exception(
                "a handler crashed: %s %s %s",
                call.request_id,
                call.request.method,
                call.route.pattern,
            )
            return self._refuse(call, crashed())
        if call.request.method != "GET":
            self.due.set()
        told = headers(call.request, call.request_id) | {"content-type": media_type}
        return Response(status, told, body)

    def _work(self, call: _Call) -> tuple[int, bytes, str]:
        """Status, body and media type of the handler's answer.

        A decline is an answer too. Other errors are raised, which undoes everything.
        """
        session = self.session(call.account.name, call.request_id, call.key or None)
        session.publishable = call.caller.publishable
        session.base_url = f"http://{call.request.headers.get('host', '127.0.0.1')}"
        try:
            document = call.route.run(session, call.identifiers, call.params)
        except ApiError as error:
            if not error.keeps_changes:
                raise
            told = error_body(error, call.request_id, publishable=session.publishable)
            return error.status, told, JSON
        if isinstance(document, Download):
            return 200, document.content, document.media_type
        body = public(expand(session, dict(document), call.params.get("expand", [])), session.now)
        if session.publishable:
            body = visible(body)
        return 200, encoded(body), JSON

    def _refuse(self, call: _Call, error: ApiError) -> Response:
        """An error that left nothing behind is still the answer of its key."""
        response = refusal(
            call.request, call.request_id, error, publishable=call.caller.publishable
        )
        with self.store.transaction():
            self._keep(call, response.status, response.body)
        return response

    def _keep(self, call: _Call, status: int, body: bytes) -> None:
        if call.key:
            answer = KeptAnswer(status, body, call.request_id)
            now = call.account.clock.now()
            self.keys.keep(call.account.name, call.key, call.fingerprint, now, answer)


def _visit(request: Request, request_id: str) -> _Visit:
    """Who asks for what. A request without a key that is one is taken for the default account's."""
    params: Params = {}
    caller = refused = None
    try:
        params = parse(request.query)
        if request.method == "POST":
            params |= _body_of(request)
    except ApiError as error:
        refused = error
    try:
        caller = identify(request.headers, params.get("key"))
    except ApiError as error:
        refused = refused or error
    return _Visit(request, request_id, params, caller, refused)


def _body_of(request: Request) -> Params:
    """The parameters in the body. Raises ApiError 400 for one that its endpoint does not take."""
    content_type = request.headers.get("content-type", "")
    if request.path == UPLOADS and content_type.startswith("multipart/form-data"):
        return parse_upload(request.body, content_type)
    return parse_body(request.body, content_type)


def _hit(account: Account, fault: Fault | None) -> None:
    """What a fault does to a request that finds nothing to do. Raises ApiError 500."""
    if fault and fault.kind == "slow":
        account.faults.sleep(fault.seconds)
    if fault and fault.kind == "500":
        raise crashed()


def _replayed(call: _Call, kept: KeptAnswer) -> Response:
    """The first answer again, under an id of its own; events name the original request."""
    again = {"idempotent-replayed": "true", "original-request": kept.request_id}
    return Response(kept.status, headers(call.request, call.request_id) | again, kept.body)


def _check_version(request: Request, *, strict: bool) -> None:
    """Any version of Stripe's may be asked for; the answer is of the one that is spoken here.

    Raises ApiError 400 for what is no version, or, where that is `strict`, for another one.
    """
    version = request.headers.get("stripe-version", API_VERSION)
    if version != API_VERSION and (strict or not _VERSION.fullmatch(version)):
        raise ApiError(
            f"Invalid Stripe API version: {version}. This offline Stripe speaks {API_VERSION} only."
        )
