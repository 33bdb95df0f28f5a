"""Reading the price table of a page."""

from werkzeug.test import TestResponse

from tests.support.client import tree_of
from tests.support.html import elements, text_of


def price_rows(response: TestResponse) -> list[str]:
    """The rows of the page's tables below the heads, their cells parted by " | ": "You pay |
    £54.00".
    """
    rows = [
        [text_of(cell) for cell in elements(row, "th", "td")]
        for row in elements(tree_of(response), "tr")
    ]
    return [" | ".join(cells) for cells in rows if cells != ["Item", "Amount"]]
