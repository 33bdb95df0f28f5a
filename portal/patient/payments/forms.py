"""The filters of the list of payments."""

import re

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from portal.patient.payments.history import MOST_ROWS, PAGE_ROWS, Period, Show
from portal.texts import lazy_gettext
from portal.web.forms import NOT_A_CHOICE, FilterForm

_ROWS = re.compile(r"[0-9]{1,4}", re.ASCII)


class HistoryForm(FilterForm):
    """The filters of a patient's list."""

    state = SelectField(
        lazy_gettext("Show"),
        choices=[
            SelectChoice(Show.ALL, lazy_gettext("All payments")),
            SelectChoice(Show.PAID, lazy_gettext("Paid")),
            SelectChoice(Show.PROCESSING, lazy_gettext("On their way")),
            SelectChoice(Show.UNPAID, lazy_gettext("Not paid")),
            SelectChoice(Show.CANCELED, lazy_gettext("Cancelled")),
            SelectChoice(Show.REVIEW, lazy_gettext("Being checked")),
        ],
        validators=[AnyOf(list(Show), NOT_A_CHOICE)],
        validate_choice=False,
        default=Show.ALL,
    )
    period = SelectField(
        lazy_gettext("When"),
        choices=[
            SelectChoice(Period.ALL, lazy_gettext("Any time")),
            SelectChoice(Period.MONTH, lazy_gettext("Last 30 days")),
            SelectChoice(Period.QUARTER, lazy_gettext("Last 90 days")),
            SelectChoice(Period.YEAR, lazy_gettext("Last 12 months")),
        ],
        validators=[AnyOf(list(Period), NOT_A_CHOICE)],
        validate_choice=False,
        default=Period.ALL,
    )


def shown_rows(text: str | None) -> int:
    """How many rows an address asks for: from one page's to MOST_ROWS, one page's by itself."""
    if text is None or not _ROWS.fullmatch(text):
        return PAGE_ROWS
    return min(max(int(text), PAGE_ROWS), MOST_ROWS)
