"""The dashboard's pages: `/`, `/events`, `/refunds`, `/disputes`, `/payouts`, and what their buttons do."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from fake_stripe import money
from fake_stripe.control.surface import ACTIONS
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe, Request
from fake_stripe.dashboard import data, payer
from fake_stripe.documents import Document
from fake_stripe.errors import ApiError

log = logging.getLogger("fake_stripe.dashboard")
Answer = tuple[int, list[tuple[str, str]], bytes]
FOLDER = Path(__file__).parent
POLICY = "default-src 'none'; style-src 'self'; form-action *; base-uri 'none'; frame-ancestors 'none'"
KINDS = {
    "/": "payment_intent",
    "/events": "event",
    "/refunds": "refund",
    "/disputes": "dispute",
    "/payouts": "payout",
}


class Dashboard:
    """Answers everything that is neither API nor frame nor control surface; None where there is no such page."""

    def __init__(self, app: OfflineStripe) -> None:
        self._app = app
        self._style = (FOLDER / "dashboard.css").read_bytes()
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._templates.filters["amount"] = money.display
        self._templates.filters["moment"] = _moment

    def respond(self, request: Request) -> Answer | None:
        query = dict(parse_qsl(request.query))
        if request.method in ("GET", "HEAD"):
            return self._get(request.path, query)
        if request.method != "POST" or not _same_site(request):
            return None
        fields = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        if request.path == "/authenticate":
            return self._authenticated(fields, f"http://{request.headers.get('host', '127.0.0.1')}")
        return self._act(fields) if request.path == "/act" else None

    def _get(self, path: str, query: dict[str, str]) -> Answer | None:
        if path == "/dashboard.css":
            return 200, [("Content-Type", "text/css; charset=utf-8"), ("Cache-Control", "no-cache")], self._style
        if path in KINDS:
            return self._list(path, query)
        if path == "/authenticate":
            return self._page("authenticate.html", **payer.challenge(self._app, query))
        if path.startswith("/receipts/"):
            charge = payer.receipt(self._app, path.removeprefix("/receipts/"))
            return self._page("receipt.html", charge=charge) if charge else None
        return None

    def _list(self, path: str, query: dict[str, str]) -> Answer:
        accounts = data.accounts(self._app)
        account = query.get("account") or (accounts[0] if accounts else "")
        before = int(query["before"]) if query.get("before", "").isdecimal() else None
        kind = KINDS[path]
        page = data.newest(self._app, account, kind, before)
        extra: Document = {}
        if kind == "payment_intent":
            extra["charges"] = data.charges_of(self._app, page.rows)
        if kind == "event":
            extra["deliveries"] = data.attempts_of(self._app, page.rows)
        return self._page(
            f"{kind}s.html",
            path=path,
            account=account,
            accounts=accounts,
            page=page,
            now=int(self._app.clock.now()),
            message=query.get("message", ""),
            **extra,
        )

    def _act(self, fields: dict[str, str]) -> Answer:
        """Press a button: run the control action of the same name and say how it went."""
        back, name = fields.pop("back", "/"), fields.pop("action", "")
        action = ACTIONS.get(("POST", name))
        try:
            if action is None:
                raise ApiError("There is no such action.")
            action(self._app, Values(fields))
            message = "Done."
        except ApiError as error:
            message = str(error)
        self._app.due.set()
        path = back if back in KINDS else "/"
        return _redirect(f"{path}?{urlencode({'account': fields.get('account', ''), 'message': message})}")

    def _authenticated(self, fields: dict[str, str], base_url: str) -> Answer:
        try:
            return _redirect(payer.finish(self._app, fields, base_url))
        except ApiError as error:
            return self._page("authenticate.html", status=error.status, problem=str(error), intent=None, fields=fields)

    def _page(self, template: str, status: int = 200, **values: object) -> Answer:
        body = self._templates.get_template(template).render(**values).encode()
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", POLICY),
            ("Referrer-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return status, headers, body


def _same_site(request: Request) -> bool:
    """A form on another site cannot press our buttons."""
    origin = request.headers.get("origin")
    return not origin or urlsplit(origin).netloc == request.headers.get("host")


def _redirect(url: str) -> Answer:
    return 303, [("Location", url), ("Cache-Control", "no-store")], b""


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y, %H:%M:%S UTC")
