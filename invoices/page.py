"""The document as HTML."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from invoices import formats
from invoices.model import Document

TEMPLATES = Path(__file__).parent / "templates"


def render_html(document: Document) -> str:
    """The whole page without its style sheet; every text in it is escaped."""
    return _environment().get_template(f"{document.kind}.html").render(document=document)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for write in (
        formats.money,
        formats.percent,
        formats.day,
        formats.month,
        formats.currency_name,
        formats.currency_plural,
        formats.direction,
    ):
        environment.filters[write.__name__] = write
    return environment
