"""The offline Stripe itself: `handle` answers one request, `run_due` does what has become due. No sockets."""

import json
import logging
import random
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from fake_stripe import API_VERSION, delivery_rules, frames, tasks, webhooks
from fake_stripe.api import ROUTES
from fake_stripe.clock import Clock
from fake_stripe.credentials import Caller, identify
from fake_stripe.delivery_rules import DeliveryRule
from fake_stripe.documents import Document, Params, public
from fake_stripe.errors import ApiError, ConnectionDropped, crashed, unrecognised
from fake_stripe.expand import expand
from fake_stripe.faults import Fault, Faults
from fake_stripe.form_data import parse
from fake_stripe.idempotency import Answer, Keys, fingerprint
from fake_stripe.parameters import judge
from fake_stripe.publishable import visible
from fake_stripe.received import Received, described
from fake_stripe.routing import Route, Router
from fake_stripe.session import Session
from fake_stripe.settings import DEFAULT_WEBHOOK_SECRET, Settings
from fake_stripe.store import Store

log = logging.getLogger("fake_stripe")
# Seconds until a task that crashed is tried again, so that it cannot hold up the others.
TASK_RETRY = 60


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class OfflineStripe:
    """Every account of one offline Stripe, behind one lock.

    `state` is a file to keep it in; `seed` makes ids repeatable; `sleep` is how an injected slowness waits.
    """

    def __init__(
        self,
        webhook_url: str | None = None,
        webhook_secret: str = DEFAULT_WEBHOOK_SECRET,
        *,
        state: str | None = None,
        clock: Clock | None = None,
        seed: int | None = None,
        sender: webhooks.Sender = webhooks.post,
    ) -> None:
        self.store = Store(state)
        self.settings = Settings(webhook_url, webhook_secret)
        self.clock = clock or Clock(offset=float(self.store.fact("", "clock_offset") or 0))
        self.random = random.Random(seed)  # noqa: S311 - ids of a fake, repeatable on purpose
        self.sender = sender
        self.router = Router([*ROUTES, *frames.ROUTES])
        self.keys = Keys(self.store)
        self.faults = Faults(time.sleep)
        self.rules: list[DeliveryRule] = []
        self.received: deque[Received] = deque(maxlen=1000)
        self.due = threading.Event()
        self._delivering = threading.Lock()

    def handle(self, request: Request) -> Response:
        """Answer an API request. Raises ConnectionDropped where an injected fault lets the client hear nothing."""
        request_id = f"req_{''.join(self.random.choices('0123456789abcdefABCDEF', k=14))}"
        fault = self.faults.take(request.method, request.path)
        try:
            response = self._faulty(request, request_id, fault)
        except ApiError as error:
            response = self._error(request, request_id, error)
        except Exception:
            log.exception("a request could not be answered: %s %s", request_id, request.method)
            response = self._error(request, request_id, crashed())
        self.received.append(described(request, response, self.clock.now()))
        if fault and fault.kind in ("timeout", "unreachable"):
            raise ConnectionDropped(fault.kind)
        return response

    def _faulty(self, request: Request, request_id: str, fault: Fault | None) -> Response:
        if fault is None:
            return self._answer(request, request_id, None)
        if fault.kind == "429":
            raise ApiError("Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
                           status=429, code="rate_limit")  # fmt: skip
        if fault.kind in ("timeout", "unreachable") and not fault.executed:
            return Response(0, {}, b"")
        return self._answer(request, request_id, fault)

    def _answer(self, request: Request, request_id: str, fault: Fault | None) -> Response:
        params = parse(request.query)
        if request.method == "POST":
            params |= parse(request.body.decode("utf-8", "replace"))
        found = self.router.find(request.method, request.path)
        key = params.get("key")
        caller = identify(request.headers, key if isinstance(key, str) else None)
        if found is None:
            raise unrecognised(request.method, request.path)
        route, identifiers = found
        _check_version(request)
        if caller.publishable and not route.publishable:
            raise ApiError(
                "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a "
                "list of your API keys at https://dashboard.stripe.com/account/apikeys.",
                status=403,
                code="secret_key_required",
            )
        judged = judge(params, route.rule(caller.publishable))
        call = _Call(request, request_id, caller, route, identifiers, judged, fault)
        idempotency_key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        return self._once(call, idempotency_key) if idempotency_key else self._run(call, "", "")

    def _once(self, call: "_Call", key: str) -> Response:
        """Run the call unless its key has been answered before."""
        if len(key) > 255:
            raise ApiError("The idempotency key may have at most 255 characters.", kind="idempotency_error")
        account = call.caller.account
        print_ = fingerprint(call.request.method, call.request.path, call.request.body)
        self.keys.claim(account, key)
        try:
            kept = self.keys.kept(account, key, print_, self.clock.now())
            if kept:
                headers = self._headers(call.request, kept.request_id) | {
                    "idempotent-replayed": "true",
                    "original-request": kept.request_id,
                }
                return Response(kept.status, headers, kept.body)
            return self._run(call, key, print_)
        finally:
            self.keys.release(account, key)

    def _run(self, call: "_Call", key: str, print_: str) -> Response:
        """The work and its answer, in one transaction with the events and the key."""
        fault = call.fault
        if fault and fault.kind == "slow":
            self.faults.sleep(fault.seconds)
        if fault and fault.kind == "500" and not fault.executed:
            return self._refuse(call, key, print_, crashed())
        try:
            with self.store.transaction():
                status, body = self._work(call, key)
                if fault and fault.kind == "500":
                    status, body = 500, _encoded({"error": self._error_body(crashed(), call.request_id)})
                if key:
                    answer = Answer(status, body, call.request_id)
                    self.keys.keep(call.caller.account, key, print_, self.clock.now(), answer)
        except ApiError as error:
            return self._refuse(call, key, print_, error)
        except Exception:
            log.exception("a handler crashed: %s %s %s", call.request_id, call.request.method, call.route.pattern)
            return self._refuse(call, key, print_, crashed())
        if call.request.method != "GET":
            self.due.set()
        return Response(status, self._headers(call.request, call.request_id), body)

    def _work(self, call: "_Call", key: str) -> tuple[int, bytes]:
        session = self.session(call.caller.account, call.request_id, key or None)
        session.publishable = call.caller.publishable
        session.base_url = f"http://{call.request.headers.get('host', '127.0.0.1')}"
        try:
            document = call.route.run(session, call.identifiers, call.params)
        except ApiError as error:
            if not error.keeps_changes:
                raise
            return error.status, _encoded({"error": self._error_body(error, call.request_id, session.publishable)})
        shown = expand(session, dict(document), call.params.get("expand", []))
        body = public(shown, session.now)
        return 200, _encoded(visible(body) if session.publishable else body)

    def _refuse(self, call: "_Call", key: str, print_: str, error: ApiError) -> Response:
        """An error that left nothing behind is still the answer of its key."""
        response = self._error(call.request, call.request_id, error)
        if key:
            with self.store.transaction():
                answer = Answer(response.status, response.body, call.request_id)
                self.keys.keep(call.caller.account, key, print_, self.clock.now(), answer)
        return response

    def session(self, account: str, request_id: str | None = None, key: str | None = None) -> Session:
        """A session on the account, to be used inside `store.transaction()`."""
        return Session(self.store, self.settings, self.random, account, int(self.clock.now()), request_id, key)

    def run_due(self) -> int:
        """Do every task and send every delivery that is due on the test clock; how many deliveries were sent."""
        self.run_tasks()
        return self.deliver_due()

    def run_tasks(self) -> int:
        """Do what is due, each task in its own transaction, including what those tasks make due."""
        done = 0
        while self._run_task(self.clock.now()):
            done += 1
        return done

    def _run_task(self, until: float) -> bool:
        rows = self.store.rows("SELECT * FROM tasks WHERE due_at <= ? ORDER BY due_at, seq LIMIT 1", (until,))
        if not rows:
            return False
        task = rows[0]
        try:
            with self.store.transaction():
                done = self.store.connection.execute("DELETE FROM tasks WHERE seq = ?", (task["seq"],))
                if done.rowcount:
                    tasks.run(self.session(task["account"]), task["name"], task["arguments"])
        except Exception:
            log.exception("a task crashed and is put off: %s %s", task["name"], task["arguments"])
            with self.store.transaction():
                later = (self.clock.now() + TASK_RETRY, task["seq"])
                self.store.connection.execute("UPDATE tasks SET due_at = ? WHERE seq = ?", later)
        return True

    def deliver_due(self, sender: webhooks.Sender | None = None) -> int:
        """Send what is due, oldest first; the number of attempts made."""
        now, attempts = self.clock.now(), 0
        with self._delivering:
            while row := self._next_delivery(now):
                delivery = webhooks.prepare(self.store, self.settings, row)
                outcome = webhooks.attempt(delivery, sender or self.sender) if delivery else None
                with self.store.transaction():
                    webhooks.record(self.store, row["seq"], outcome, self.clock.now())
                attempts += 1
        return attempts

    def _next_delivery(self, now: float) -> sqlite3.Row | None:
        """The delivery that is longest due, once the control surface's rules have been applied to new ones."""
        with self.store.transaction():
            delivery_rules.apply(self.store, self.rules, now)
        due = "SELECT * FROM deliveries WHERE state = 'pending' AND due_at <= ? ORDER BY due_at, seq LIMIT 1"
        return next(iter(self.store.rows(due, (now,))), None)

    def advance(self, seconds: float) -> None:
        """Move the test clock, doing each task at its own moment on the way. Deliveries follow with `run_due`."""
        target = self.clock.now() + seconds
        while True:
            rows = self.store.rows("SELECT due_at FROM tasks WHERE due_at <= ? ORDER BY due_at LIMIT 1", (target,))
            if not rows:
                break
            self.clock.advance_to(rows[0]["due_at"])
            self._run_task(self.clock.now())
        self.clock.advance_to(target)
        with self.store.transaction():
            self.store.set_fact("", "clock_offset", str(self.clock.offset))
        self.due.set()

    def _error(self, request: Request, request_id: str, error: ApiError) -> Response:
        return Response(
            error.status, self._headers(request, request_id), _encoded({"error": self._error_body(error, request_id)})
        )

    def _error_body(self, error: ApiError, request_id: str, publishable: bool = False) -> Document:
        body = {
            **error.body,
            "request_log_url": f"https://dashboard.stripe.com/test/workbench/logs?object={request_id}",
        }
        if publishable and "payment_intent" in body:
            body["payment_intent"] = visible(body["payment_intent"])
        return body

    def _headers(self, request: Request, request_id: str) -> dict[str, str]:
        headers = {
            "content-type": "application/json",
            "cache-control": "no-cache, no-store",
            "request-id": request_id,
            "stripe-version": API_VERSION,
        }
        if request.headers.get("idempotency-key"):
            headers["idempotency-key"] = request.headers["idempotency-key"]
        return headers


@dataclass(frozen=True)
class _Call:
    """A request that has been let in: who asks, for what, with which judged parameters."""

    request: Request
    request_id: str
    caller: Caller
    route: Route
    identifiers: tuple[str, ...]
    params: Params
    fault: Fault | None


def _check_version(request: Request) -> None:
    version = request.headers.get("stripe-version", API_VERSION)
    if version != API_VERSION:
        raise ApiError(f"Invalid Stripe API version: {version}. This offline Stripe speaks {API_VERSION} only.")


def _encoded(document: Document) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()
