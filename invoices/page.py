"""The document as HTML."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from invoices import formats
from invoices.model import Invoice

TEMPLATES = Path(__file__).parent / "templates"


def render_html(invoice: Invoice) -> str:
    """The whole page without its style sheet; every text in it is escaped."""
    return _environment().get_template("invoice.html").render(invoice=invoice)


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
    environment.filters["money"] = formats.money
    environment.filters["percent"] = formats.percent
    environment.filters["day"] = formats.day
    environment.filters["currency_name"] = formats.currency_name
    environment.filters["direction"] = formats.direction
    return environment
