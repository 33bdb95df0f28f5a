"""The filters of the office's list of payments, and the form that refunds one."""

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length

from invoices.formats import minor_digits
from portal import formats
from portal.admin.payments.queries import Filters, Period
from portal.money import read_amount
from portal.payments.rules import PaymentState
from portal.refunds.rules import RefundReason
from portal.texts import gettext, lazy_gettext
from portal.web.forms import ANY, NOT_A_CHOICE, FilterForm, on_one_line


class PaymentsForm(FilterForm):
    """The filters of the office's list."""

    state = SelectField(
        lazy_gettext("Show"),
        choices=[
            SelectChoice(ANY, lazy_gettext("All payments")),
            SelectChoice(PaymentState.PAID, lazy_gettext("Paid")),
            SelectChoice(PaymentState.OPEN, lazy_gettext("Not paid")),
            SelectChoice(PaymentState.ACTION, lazy_gettext("Not finished")),
            SelectChoice(PaymentState.PROCESSING, lazy_gettext("On their way")),
            SelectChoice(PaymentState.REVIEW, lazy_gettext("To check by hand")),
            SelectChoice(PaymentState.CANCELED, lazy_gettext("Cancelled")),
        ],
        validators=[AnyOf([ANY, *PaymentState], NOT_A_CHOICE)],
        validate_choice=False,
        default=ANY,
    )
    period = SelectField(
        lazy_gettext("When"),
        choices=[
            SelectChoice(Period.ALL, lazy_gettext("Any time")),
            SelectChoice(Period.WEEK, lazy_gettext("Last 7 days")),
            SelectChoice(Period.MONTH, lazy_gettext("Last 30 days")),
            SelectChoice(Period.YEAR, lazy_gettext("Last 12 months")),
        ],
        validators=[AnyOf(list(Period), NOT_A_CHOICE)],
        validate_choice=False,
        default=Period.ALL,
    )

    def filters(self) -> Filters:
        """What a valid form asks for."""
        state = None if self.state.data == ANY else PaymentState(self.state.data)
        return Filters(state, Period(self.period.data), self.q.data)


class RefundForm(FlaskForm):  # type: ignore[misc]
    """How much goes back, and why. `minor` is the amount in minor units, once it is valid.

    `seen` is what could be refunded when the page was drawn: a form that is older than another
    refund does nothing.
    """

    amount = StringField(
        lazy_gettext("Amount"),
        filters=[on_one_line],
        validators=[DataRequired(lazy_gettext("Enter how much to refund"))],
    )
    reason = RadioField(
        lazy_gettext("Why?"),
        choices=[
            SelectChoice(RefundReason.REQUESTED, lazy_gettext("The patient asked for it")),
            SelectChoice(RefundReason.NOT_GIVEN, lazy_gettext("The service was not given")),
            SelectChoice(RefundReason.DUPLICATE, lazy_gettext("It was paid twice")),
            SelectChoice(RefundReason.MISTAKE, lazy_gettext("It was a mistake")),
            SelectChoice(
                RefundReason.FRAUDULENT,
                lazy_gettext("The card was stolen: Stripe blocks this card and this email"),
            ),
        ],
        validators=[AnyOf(list(RefundReason), lazy_gettext("Choose why"))],
        validate_choice=False,
    )
    note = TextAreaField(
        lazy_gettext("Note for the office"),
        validators=[Length(max=500, message=lazy_gettext("Write 500 letters or fewer"))],
    )
    seen = HiddenField()

    def __init__(self, available: int, currency: str) -> None:
        self._available, self._currency = available, currency
        self.minor = 0
        super().__init__()

    def validate_amount(self, field: Field) -> None:
        """WTForms calls it for the field of that name."""
        left = formats.money(self._available, self._currency)
        try:
            self.minor = read_amount(field.data, minor_digits(self._currency))
        except ValueError:
            told = gettext("Enter an amount such as %(amount)s, in figures", amount=left)
            raise ValidationError(told) from None
        if self.minor < 1:
            raise ValidationError(gettext("Enter an amount above 0"))
        if self.minor > self._available:
            raise ValidationError(gettext("You can refund %(amount)s or less", amount=left))
