"""The filters of the list of payments."""

from flask_wtf import FlaskForm
from wtforms import SearchField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from portal.patient.payments.queries import Period, Show
from portal.web.forms import on_one_line


class HistoryForm(FlaskForm):  # type: ignore[misc]
    """Read from the address, so that a list can be kept, sent and gone back to."""

    class Meta:
        csrf = False

    state = SelectField(
        "Show",
        choices=[
            SelectChoice(Show.ALL, "All payments"),
            SelectChoice(Show.PAID, "Paid"),
            SelectChoice(Show.PROCESSING, "On their way"),
            SelectChoice(Show.UNPAID, "Not paid"),
            SelectChoice(Show.CANCELED, "Cancelled"),
            SelectChoice(Show.REVIEW, "Being checked"),
        ],
        default=Show.ALL,
    )
    period = SelectField(
        "When",
        choices=[
            SelectChoice(Period.ALL, "Any time"),
            SelectChoice(Period.MONTH, "Last 30 days"),
            SelectChoice(Period.QUARTER, "Last 90 days"),
            SelectChoice(Period.YEAR, "Last 12 months"),
        ],
        default=Period.ALL,
    )
    q = SearchField(
        "Search",
        filters=[on_one_line],
        validators=[Length(max=100, message="Search for 100 letters or fewer")],
        default="",
    )
