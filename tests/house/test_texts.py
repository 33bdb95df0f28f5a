"""Every text that enters: whatever it is and wherever it is put, no page breaks or is slow."""

import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from flask import Flask

from portal.web.audience import Audience, audiences_of
from tests.house.routes import UNSAFE
from tests.support.client import PortalClient, form_on
from tests.support.people import Person

HOSTILE = {
    "NUL": "a\x00b",
    "half a character": "a\ud800b",
    "no character": "\uffff\U0010ffff",
    "turned around": "\u202egnp.exe",
    "marks upon marks": "a" + "\u0301" * 5000,
    "long": "a" * 20_000,
    "long and wide": "\U0001f600" * 5000,
    "many words": "a " * 10_000,
    "lines": "a\r\nSet-Cookie: b=c\r\n\r\n",
    "a number of another script": "\u0661\u0662",
    "a long number": "9" * 5000,
    "a path": "../../etc/passwd",
    "markup": "<script>alert(1)</script>'\"{{7*7}}",
    "SQL": "' OR 1=1 --",
    "wild cards": "%_%\\",
}
# Of every form, and of the addresses of lists.
FIELDS = (
    "after",
    "currency",
    "current_password",
    "email",
    "new_password",
    "next",
    "options",
    "password",
    "period",
    "q",
    "quantity",
    "request_key",
    "state",
    "then",
    "total",
)
PATIENCE_SECONDS = 5
ROLES = {
    "alice": Audience.PATIENT,
    "clara": Audience.CLINICIAN,
    "adam": Audience.ADMINISTRATOR,
}


def entrances(app: Flask, role: Audience) -> Iterator[tuple[str, str, bool]]:
    """Rule, method and whether it has variables, for every page that this role may open."""
    for rule in app.url_map.iter_rules():
        allowed = audiences_of(app, rule.endpoint)
        if not allowed & {Audience.PUBLIC, Audience.SIGNED_IN, role}:
            continue
        # It would end the session that the rest needs.
        if rule.endpoint == "security.logout":
            continue
        for method in sorted((rule.methods or set()) & {"GET", *UNSAFE}):
            yield rule.rule, method, bool(rule.arguments)


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@pytest.mark.parametrize("who", ROLES)
def test_no_text_in_an_address_or_a_form_breaks_a_page(
    who: str,
    app: Flask,
    request: pytest.FixtureRequest,
    sign_in: Callable[[Person], PortalClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.web.limits.limiter.enabled", False)
    client = sign_in(request.getfixturevalue(who))
    token = form_on(client.get("/account/password"), "/account/password").fields["csrf_token"]
    broken = []
    for rule, method, has_variables in entrances(app, ROLES[who]):
        for name, text in HOSTILE.items():
            path = re.sub(r"<[^>]+>", encoded(text), rule) if has_variables else rule
            fields = "&".join(f"{field}={encoded(text)}" for field in FIELDS)
            began = time.monotonic()
            if method == "GET":
                answer = client.get(f"{path}?{fields}")
            else:
                answer = client.open(
                    path,
                    method=method,
                    data=f"csrf_token={token[0]}&{fields}",
                    content_type="application/x-www-form-urlencoded",
                )
            seconds = time.monotonic() - began
            if answer.status_code >= 500 or seconds > PATIENCE_SECONDS:
                broken.append(f"{method} {rule} with {name}: {answer.status}, {seconds:.1f} s")
    assert broken == []
