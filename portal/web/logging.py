"""Structured logs: one line an event, a request id on each, never a name, an address or a card."""

import logging
import secrets
import sys

import structlog
from flask import Flask, Response, g, request
from structlog.tracebacks import ExceptionDictTransformer

from portal.settings import Settings


def configure(settings: Settings) -> None:
    """Send our events and the libraries' to standard error; JSON in production, readable in
    development.
    """
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[structlog.types.Processor] = (
        # Tracebacks without the values of variables, which structlog would add: those are names,
        # tokens and keys.
        [
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ]
        if settings.production
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelName(settings.log_level)
        ),
        logger_factory=_to_standard_error,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)


def _to_standard_error(*arguments: object) -> structlog.PrintLogger:
    """Looked up at each line: tests and supervisors replace the stream."""
    return structlog.PrintLogger(sys.stderr)


def init_app(app: Flask, settings: Settings) -> None:
    """Give each request an id, and log it once."""
    configure(settings)
    log = structlog.get_logger()

    @app.before_request
    def bind_request_id() -> None:
        g.request_id = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def log_request(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        # The route's rule, not the address: an address may hold a token.
        rule = request.url_rule.rule if request.url_rule else "unknown"
        log.info("request", method=request.method, rule=rule, status=response.status_code)
        return response
