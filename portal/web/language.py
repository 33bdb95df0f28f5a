"""The language of a page. English is the one that is offered; `?locale=en-XA` or `ar-XB` shows
every layout with long or mirrored texts, outside production.
"""

from flask import Flask, request, session

from portal import texts
from portal.settings import Settings

_LANGUAGES = {one.tag: one for one in (texts.ENGLISH, texts.ACCENTED, texts.MIRRORED)}
_CHOSEN = "locale"


def init_app(app: Flask, settings: Settings) -> None:
    """Choose the language of each request."""
    texts.install(app.jinja_env)
    if not settings.production:
        app.before_request(_use_chosen)
        app.teardown_request(_use_english)


def _use_chosen() -> None:
    """What was asked for in an address stays with the browser until it signs in or out."""
    asked = request.args.get(_CHOSEN)
    if asked in _LANGUAGES:
        session[_CHOSEN] = asked
    texts.use_language(_LANGUAGES.get(session.get(_CHOSEN, ""), texts.ENGLISH))


def _use_english(error: BaseException | None) -> None:
    """The thread's next request may be another browser's."""
    texts.use_language(texts.ENGLISH)
