"""The filters of the list of payments."""

from flask_wtf import FlaskForm
from wtforms import SearchField, SelectField
from wtforms.validators import Length

from portal.payments.history import Period, Show


class HistoryForm(FlaskForm):
    """Read from the address, so that a list can be kept, sent and gone back to."""

    class Meta:
        csrf = False

    state = SelectField(
        "Show",
        choices=[
            (Show.ALL, "All payments"),
            (Show.PAID, "Paid"),
            (Show.PROCESSING, "On their way"),
            (Show.UNPAID, "Not paid"),
            (Show.CANCELED, "Cancelled"),
            (Show.REVIEW, "Being checked"),
        ],
        default=Show.ALL,
    )
    period = SelectField(
        "When",
        choices=[
            (Period.ALL, "Any time"),
            (Period.MONTH, "Last 30 days"),
            (Period.QUARTER, "Last 90 days"),
            (Period.YEAR, "Last 12 months"),
        ],
        default=Period.ALL,
    )
    q = SearchField("Search", validators=[Length(max=100, message="Search for 100 letters or fewer")], default="")
