"""The filters of the list of payments."""

import re

from flask_wtf import FlaskForm
from wtforms import SearchField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Length

from portal.patient.payments.history import MOST_ROWS, PAGE_ROWS, Period, Show
from portal.texts import lazy_gettext
from portal.web.forms import on_one_line

_ROWS = re.compile(r"[0-9]{1,4}", re.ASCII)
_NOT_A_CHOICE = lazy_gettext("Not a valid choice.")


class HistoryForm(FlaskForm):  # type: ignore[misc]
    """Read from the address, so that a list can be kept, sent and gone back to."""

    class Meta:
        csrf = False

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
        validators=[AnyOf(list(Show), _NOT_A_CHOICE)],
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
        validators=[AnyOf(list(Period), _NOT_A_CHOICE)],
        validate_choice=False,
        default=Period.ALL,
    )
    q = SearchField(
        lazy_gettext("Search"),
        filters=[on_one_line],
        validators=[Length(max=100, message=lazy_gettext("Search for 100 letters or fewer"))],
        default="",
    )


def chosen(form: HistoryForm) -> dict[str, str]:
    """The filters in use, for addresses."""
    fields = {"state": form.state.data, "period": form.period.data, "q": form.q.data}
    return {name: value for name, value in fields.items() if value and value != "all"}


def shown_rows(text: str | None) -> int:
    """How many rows an address asks for: from one page's to MOST_ROWS, one page's by itself."""
    if text is None or not _ROWS.fullmatch(text):
        return PAGE_ROWS
    return min(max(int(text), PAGE_ROWS), MOST_ROWS)
