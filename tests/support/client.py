"""A test client that uses the portal as a browser does, and checks each page it is given."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.html import Form, elements, forms, parse, text_of
from tests.support.page_rules import broken_rules

PASSWORD = "demo-password"


class PortalClient(FlaskClient):
    """`get` and `post` as Flask's, and `submit`, which fills in a form of a page and sends it."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            whole = not response.request.headers.get("HX-Request") or response.status_code >= 500
            broken = broken_rules(
                response.get_data(as_text=True), dict(response.headers), whole=whole
            )
            assert not broken, f"{response.request.method} {response.request.path}: " + "; ".join(
                broken
            )
        return response

    def partial(self, path: str, **kwargs: Any) -> TestResponse:
        """What htmx is given for `path`."""
        return self.get(path, headers={"HX-Request": "true"}, **kwargs)

    def submit(
        self, page: str | TestResponse, *, action: str | None = None, **fields: object
    ) -> TestResponse:
        """Fill in a form and send it, with its CSRF token and hidden fields; does not follow the
        redirect.

        `page` is an address or a page already fetched. `action` picks among several forms by the
        end of where they send to; without it the page must have one form besides sign-out.
        """
        response = self.get(page) if isinstance(page, str) else page
        form = form_on(response, action)
        return self.send(form, form.filled(fields))

    def send(self, form: Form, data: Mapping[str, list[str]]) -> TestResponse:
        """Send `data` to where `form` sends to, by its method."""
        if form.method == "GET":
            return self.get(form.action, query_string=dict(data))
        return self.post(form.action, data=dict(data))

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        """Sign in through the page; the answer is the redirect, or the page with what was wrong."""
        return self.submit("/sign-in", email=email, password=password)

    def sign_out(self) -> TestResponse:
        """Press the sign-out button that every page carries."""
        return self.submit("/account", action="/sign-out")


def tree_of(response: TestResponse) -> Element:
    """The parsed page."""
    return parse(response.get_data(as_text=True))[0]


def asks_again(response: TestResponse) -> str:
    """The address that the one followed part of the page asks for again by itself."""
    [address] = (
        part.get("hx-get")
        for part in tree_of(response).iter()
        if part.get("data-follows") is not None
    )
    assert address is not None
    return address


def words_of(response: TestResponse) -> str:
    """What a person reads in the body, white space squeezed."""
    tree = tree_of(response)
    bodies = elements(tree, "body")
    body = bodies[0] if bodies else tree
    return text_of(body)


def form_on(response: TestResponse, action: str | None = None) -> Form:
    """The one form of the page that is not sign-out, or the one whose action ends with `action`."""
    found = forms(tree_of(response), response.request.path)
    if action is None:
        chosen = [form for form in found if not form.action.endswith("/sign-out")]
    else:
        chosen = [form for form in found if form.action.endswith(action)]
    assert len(chosen) == 1, (
        f"{response.request.path} ({response.status}) has forms to {[one.action for one in found]}"
    )
    return chosen[0]
