"""The table of routes: which handler answers a method and path, judged by which parameters."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from fake_stripe.documents import Document, Download, Params, named
from fake_stripe.errors import unsupported
from fake_stripe.http.parameters import Rule
from fake_stripe.http.publishable import opened
from fake_stripe.http.shapes import rules_of
from fake_stripe.runtime.session import Session

Handler = Callable[..., Document | Download]
# What Stripe has at the place of an id, and we have not.
_NOT_IDS = ("", "search")


@dataclass(frozen=True)
class Route:
    """One operation of the API.

    `shape` names a class of `stripe.params`, "" for what Stripe's tools or a file's `url` use and
    its API does not document. `publishable` lets a publishable key in. `undocumented` are the
    parameters that only those take. `unsupported` are parameters that Stripe takes and that mean
    something which is not here; `unsupported_inside` are those inside a hash, by its name.
    """

    method: str
    pattern: str
    shape: str
    handler: Handler
    publishable: bool = False
    unsupported: frozenset[str] = frozenset()
    unsupported_inside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    undocumented: Rule | None = None

    def rule(self, by_publishable_key: bool) -> Rule:
        """What the parameters have to be, by a secret key or by a publishable one."""
        if self.undocumented is not None:
            return self.undocumented
        return opened(self.shape) if by_publishable_key else rules_of(self.shape)

    def run(
        self, session: Session, identifiers: tuple[str, ...], params: Params
    ) -> Document | Download:
        """The handler's answer.

        Raises ApiError 400 rather than leave out in silence what was asked for.
        """
        _refuse(params, self.unsupported, "")
        for name, inside in self.unsupported_inside.items():
            if isinstance(params.get(name), dict):
                _refuse(params[name], inside, name)
        return self.handler(session, *identifiers, params)


def _refuse(given: Params, names: frozenset[str], path: str) -> None:
    """Raises ApiError 400 for any of the names; unset or switched off they mean nothing."""
    for name in sorted(names.intersection(given)):
        if given[name] not in (False, ""):
            raise unsupported(named(path, name))


class Router:
    """Finds the route of a request. In a pattern, ":id" stands for any one segment."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = list(routes)
        self._routes: dict[tuple[str, tuple[str, ...]], Route] = {}
        for route in self.routes:
            self._routes[route.method, _segments(route.pattern)] = route

    def find(self, method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
        """The route and the ids in the path, or None; a path that ends in "/" has lost its id."""
        if path.endswith("/"):
            return None
        segments = _segments(path)
        exact = self._routes.get((method, segments))
        if exact:
            return exact, ()
        for place in range(2, len(segments)):
            route = self._routes.get((method, (*segments[:place], ":id", *segments[place + 1 :])))
            if route and segments[place] not in _NOT_IDS:
                return route, (segments[place],)
        return None


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))
