"""One address serves the page and, to htmx, the part of it that changed."""

from hashlib import sha256

from flask import Response, render_template, request


def wants_partial() -> bool:
    """Whether htmx asked for a part; a history restore gets the whole page."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get(
        "HX-History-Restore-Request"
    )


def is_unattended() -> bool:
    """Whether a page has asked again by itself: nobody need be sitting in front of it."""
    return "unattended" in request.args


def render(page: str, partial: str, /, **context: object) -> str:
    """The `partial` template for htmx, else the `page` that includes it; both see the same
    context.
    """
    if wants_partial():
        return render_template(partial, **context)
    return render_template(page, **context)


def follow(page: str, partial: str, shown: object, /, **context: object) -> str | Response:
    """As `render`, for what asks again by itself: 204 while it is as the asking page shows it.

    Everything that can change on it comes from `shown`, a dataclass or plain values; the templates
    put `since` into the address that they ask again.
    """
    since = sha256(repr(shown).encode()).hexdigest()[:16]
    if wants_partial() and request.args.get("since") == since:
        return Response(status=204)
    return render(page, partial, since=since, **context)
