"""The dashboard: lists, a page for each object, and buttons that run control actions."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from fake_stripe.control import refunds
from fake_stripe.control.disputes import DISPUTE_REASONS
from fake_stripe.control.surface import ACTIONS
from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe, Request, Response
from fake_stripe.dashboard import data, facts, payer
from fake_stripe.dashboard.lists import LISTS, listed
from fake_stripe.dashboard.testing import testing
from fake_stripe.dashboard.whole import whole
from fake_stripe.dashboard.words import told
from fake_stripe.documents import Document
from fake_stripe.errors import ApiError
from fake_stripe.rules import money

FOLDER = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src 'self'; form-action *; base-uri 'none'; frame-ancestors 'none'"
)
SECTIONS = {path: shown.title for path, shown in LISTS.items()} | {"/testing": "Testing"}
_OBJECT = re.compile(r"/objects/\w+")


class Dashboard:
    """Answers what is neither API, frame nor control surface; None where there is no such page."""

    def __init__(self, app: OfflineStripe) -> None:
        self._app = app
        self._styles = {f"/{file.name}": file.read_bytes() for file in FOLDER.glob("*.css")}
        self._pages: dict[str, Callable[[str, dict[str, str]], Response]] = {
            **dict.fromkeys(LISTS, self._list),
            "/testing": self._testing,
            "/find": self._find,
            "/authenticate": self._challenge,
        }
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        self._templates.filters |= {
            "amount": money.display,
            "moment": facts.moment,
            "card": facts.card,
        }

    def respond(self, request: Request) -> Response | None:
        """The page, or what a form does; None where the path is none of the dashboard's."""
        query = dict(parse_qsl(request.query))
        if request.method in ("GET", "HEAD"):
            return self._get(request.path, query)
        if request.method != "POST":
            return None
        fields = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        if request.path == "/authenticate":
            return self._authenticated(fields, f"http://{request.headers.get('host', '127.0.0.1')}")
        return self._act(fields) if request.path == "/act" else None

    def _get(self, path: str, query: dict[str, str]) -> Response | None:
        if path in self._styles:
            headers = {"content-type": "text/css; charset=utf-8", "cache-control": "no-cache"}
            return Response(200, headers, self._styles[path])
        if path in self._pages:
            return self._pages[path](path, query)
        if _OBJECT.fullmatch(path):
            return self._object(path, query)
        if path.startswith("/receipts/"):
            charge = payer.receipt(self._app, path.removeprefix("/receipts/"))
            return self._page("receipt.html", charge=charge) if charge else None
        return None

    def _list(self, path: str, query: dict[str, str]) -> Response:
        account = self._account(query)
        return self._section(
            LISTS[path].template, path, query, account, listed(self._app, path, account, query)
        )

    def _testing(self, path: str, query: dict[str, str]) -> Response:
        account = self._account(query)
        return self._section("testing.html", path, query, account, testing(self._app, account))

    def _challenge(self, path: str, query: dict[str, str]) -> Response:
        return self._page("authenticate.html", **payer.challenge(self._app, query))

    def _account(self, query: dict[str, str]) -> str:
        """The account asked for, or the default one ("" where there is none yet)."""
        return query.get("account") or self._app.accounts.default.name

    def _section(
        self, template: str, path: str, query: dict[str, str], account: str, values: Document
    ) -> Response:
        """A page with the dashboard's frame around it."""
        accounts = self._app.store.accounts()
        if account and account not in accounts:
            accounts = [account, *accounts]
        return self._page(
            template,
            path=path,
            here=f"{path}?{urlencode(_kept(query) | {'account': account})}",
            account=account,
            accounts=accounts,
            sections=SECTIONS,
            now=int(self._app.accounts.of(account).clock.now()),
            message=query.get("message", ""),
            problem=query.get("problem", ""),
            **values,
        )

    def _object(self, path: str, query: dict[str, str]) -> Response:
        identifier = path.rpartition("/")[2]
        shown = whole(self._app, identifier)
        if shown is None:
            return _redirect(f"/find?{urlencode({'words': identifier})}")
        if shown.document["object"] == "charge" and shown.document["payment_intent"]:
            return _redirect(f"/objects/{shown.document['payment_intent']}")
        account = self._app.store.owner(shown.document["id"]) or ""
        values = {
            "whole": shown,
            "refund_reasons": refunds.REASONS,
            "dispute_reasons": DISPUTE_REASONS,
        }
        return self._section("object.html", path, query, account, values)

    def _find(self, path: str, query: dict[str, str]) -> Response:
        """One object's page for its id; otherwise the payments that hold the words."""
        words = query.get("words", "").strip()
        if data.by_ids(self._app, [words]):
            return _redirect(f"/objects/{words}")
        account = self._account(query)
        found = data.search(self._app, account, words)
        charges = data.charges_of(self._app, found)
        values = {"words": words, "found": found, "charges": charges}
        return self._section("found.html", path, query, account, values)

    def _act(self, fields: dict[str, str]) -> Response:
        """Press a button: run the control action of the same name and say how it went.

        It acts on the account of the page that it stands on.
        """
        back, name = _own_page(fields.pop("back", "/")), fields.pop("does", "")
        account = fields.pop("account", "") or dict(parse_qsl(urlsplit(back).query)).get("account")
        method, _, path = name.partition(" ")
        action = ACTIONS.get((method, path))
        try:
            if action is None or method not in ("POST", "DELETE"):
                raise ApiError("There is no such action.")
            said = {"message": told(name, action.run(self._app, Values(fields, account)))}
        except ApiError as error:
            said = {"problem": str(error)}
        self._app.due.set()
        parts = urlsplit(back)
        return _redirect(f"{parts.path}?{urlencode(_kept(dict(parse_qsl(parts.query))) | said)}")

    def _authenticated(self, fields: dict[str, str], base_url: str) -> Response:
        try:
            return _redirect(payer.finish(self._app, fields, base_url))
        except ApiError as error:
            return self._page(
                "authenticate.html", status=error.status, problem=str(error), intent=None
            )

    def _page(self, template: str, status: int = 200, **values: object) -> Response:
        body = self._templates.get_template(template).render(**values).encode()
        headers = {
            "content-type": "text/html; charset=utf-8",
            "cache-control": "no-store",
            "content-security-policy": POLICY,
            "referrer-policy": "same-origin",
            "x-content-type-options": "nosniff",
        }
        return Response(status, headers, body)


def _kept(query: dict[str, str]) -> dict[str, str]:
    """What stays in the address when a button was pressed: all but what was said the last time."""
    return {name: value for name, value in query.items() if name not in ("message", "problem")}


def _own_page(address: str) -> str:
    """The address where it is one of our pages, otherwise the first page.

    A form must not lead to another site.
    """
    path, _, _ = address.partition("?")
    return address if path in (*SECTIONS, "/find") or _OBJECT.fullmatch(path) else "/"


def _redirect(url: str) -> Response:
    return Response(303, {"location": url, "cache-control": "no-store"}, b"")
