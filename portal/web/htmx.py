"""One address serves the page and, to htmx, the part of it that changed."""

from flask import render_template, request


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
    return render_template(partial if wants_partial() else page, **context)
