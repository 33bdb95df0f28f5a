"""The portal's routes, and addresses that lead to them."""

import re
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.web.audience import Audience, audiences_of

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
NOTHING = "nothing-of-this-name"


@dataclass(frozen=True)
class Route:
    """One rule; `address` fills its variables with names of nothing."""

    endpoint: str
    address: str
    methods: frozenset[str]
    audiences: frozenset[Audience]
    has_variables: bool

    @property
    def is_public(self) -> bool:
        return Audience.PUBLIC in self.audiences

    def lets_in(self, role: Audience) -> bool:
        return bool(self.audiences & {Audience.PUBLIC, Audience.SIGNED_IN, role})


def routes(app: Flask) -> list[Route]:
    return [_route(app, rule) for rule in app.url_map.iter_rules()]


def _route(app: Flask, rule: Rule) -> Route:
    return Route(
        endpoint=rule.endpoint,
        address=re.sub(r"<[^>]+>", NOTHING, rule.rule),
        methods=frozenset(rule.methods or ()),
        audiences=audiences_of(app, rule.endpoint),
        has_variables=bool(rule.arguments),
    )


def endpoint_of(app: Flask, address: str) -> str:
    """The endpoint that answers a GET of this address, without its query."""
    endpoint, _ = app.url_map.bind("localhost").match(address.partition("?")[0], method="GET")
    return str(endpoint)


def without_chance(response: TestResponse) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and body with what is new in each answer taken out: nonce, CSRF token,
    request id, cookie.
    """
    body = response.get_data(as_text=True)
    body = re.sub(r'(nonce=)"[^"]*"', r"\1", body)
    body = re.sub(r'(name="csrf_token"[^>]*value=)"[^"]*"', r"\1", body)
    headers = [
        (name, re.sub(r"'nonce-[^']*'", "", value))
        for name, value in response.headers
        if name not in ("X-Request-Id", "Set-Cookie", "Content-Length")
    ]
    return response.status_code, headers, body
