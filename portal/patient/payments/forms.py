"""The filters of the list of payments."""

from flask_wtf import FlaskForm
from wtforms import SearchField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Length

from portal.patient.payments.queries import Period, Show
from portal.texts import lazy_gettext
from portal.web.forms import on_one_line

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
