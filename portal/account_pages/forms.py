"""Forms about accounts. The messages are read beside the field and in the summary at the top of the
page.
"""

from typing import Any, cast
from unicodedata import category

from flask_login import current_user
from flask_security.forms import LoginForm
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, PasswordField, RadioField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length, ValidationError

from invoices.fonts import unprintable
from portal.accounts import passwords, rules, service
from portal.accounts.models import User
from portal.money import CURRENCIES
from portal.patients.rules import read_address
from portal.texts import gettext, lazy_gettext
from portal.web.current import current_portal
from portal.web.forms import on_one_line

WRONG_SIGN_IN = lazy_gettext(
    "The email address or the password is not right. Check both and try again"
)


def _email_field(label: str = lazy_gettext("Email address")) -> EmailField:
    return EmailField(
        label,
        filters=[on_one_line],
        validators=[
            DataRequired(lazy_gettext("Enter your email address")),
            _normalise_email,
        ],
    )


def _normalise_email(form: FlaskForm, field: Field) -> None:
    """Keep what was typed, spelled as addresses are kept."""
    try:
        field.data = rules.normalise_email(
            field.data, test_domains=not current_portal().settings.production
        )
    except ValueError as error:
        raise ValidationError(str(error)) from None


def _fits_a_password() -> Length:
    """Nobody's password is longer: there is nothing to compare."""
    return Length(
        max=rules.LONGEST_PASSWORD,
        message=lazy_gettext(
            "A password has %(count)s characters or fewer", count=rules.LONGEST_PASSWORD
        ),
    )


class SignInForm(LoginForm):
    """Flask-Security's form, with one answer for an unknown address, a wrong password and a closed
    account.
    """

    email = _email_field()
    password = PasswordField(
        lazy_gettext("Password"),
        validators=[DataRequired(lazy_gettext("Enter your password")), _fits_a_password()],
    )
    next = HiddenField()
    remember = None
    submit = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = rules.local_path(self.next.data) or ""

    def validate_next(self, field: Field) -> None:
        """An unsafe way on is dropped in silence: the person did not type it."""

    def validate(self, **kwargs: Any) -> bool:
        if super().validate(**kwargs):
            return True
        if self.ifield is None:  # a field is empty or malformed: nobody was looked up
            return False
        service.record_failed_sign_in(current_portal(), cast(User | None, self.user))
        self.email.errors = []
        self.password.errors = [WRONG_SIGN_IN]
        return False


class ForgottenPasswordForm(FlaskForm):  # type: ignore[misc]
    email = _email_field()


def _new_password_field() -> PasswordField:
    return PasswordField(
        lazy_gettext("New password"),
        validators=[DataRequired(lazy_gettext("Enter a new password"))],
    )


def _current_password_field() -> PasswordField:
    """Asked for before a change that could take the account away from its owner."""
    return PasswordField(
        lazy_gettext("Your current password"),
        validators=[
            DataRequired(lazy_gettext("Enter your current password")),
            _fits_a_password(),
            _is_current_password,
        ],
    )


def _is_current_password(form: FlaskForm, field: Field) -> None:
    if not passwords.is_password(field.data, current_user.password):
        raise ValidationError(lazy_gettext("This is not your current password"))


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A password for the user with this address and name, which it must not be."""

    new_password = _new_password_field()

    def __init__(self, email: str, name: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._email, self._name = email, name

    def validate_new_password(self, field: Field) -> None:
        if problem := rules.password_problem(field.data, self._email, self._name):
            raise ValidationError(problem)


class ChangePasswordForm(NewPasswordForm):
    """The new password of somebody signed in."""

    current_password = _current_password_field()
    new_password = _new_password_field()


class ChangeEmailForm(FlaskForm):  # type: ignore[misc]
    email = _email_field(lazy_gettext("New email address"))
    current_password = _current_password_field()

    def validate_email(self, field: Field) -> None:
        if field.data == current_user.email:
            raise ValidationError(lazy_gettext("This is your email address already"))


class ChangeCurrencyForm(FlaskForm):  # type: ignore[misc]
    """The currency of new bills; `choices` are (code, words)."""

    currency = RadioField(
        lazy_gettext("Which currency should we use for new bills?"),
        validators=[AnyOf(CURRENCIES, lazy_gettext("Choose a currency from the list"))],
        validate_choice=False,
    )

    def __init__(self, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency.choices = choices


def _without_controls(text: str | None) -> str | None:
    """What nobody types and no page may show again: control characters other than line ends."""
    return text and "".join(one for one in text if one in "\r\n\t" or category(one) != "Cc")


class ChangeAddressForm(FlaskForm):  # type: ignore[misc]
    """A patient's postal address, and where they go on to afterwards."""

    address = TextAreaField(
        lazy_gettext("Your postal address"),
        validators=[DataRequired(lazy_gettext("Enter your postal address"))],
        filters=[_without_controls],
    )
    next = HiddenField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # An unsafe way on is dropped in silence: the person did not type it.
        self.next.data = rules.local_path(self.next.data) or ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of an address that has been found valid."""
        return read_address(self.address.data)

    def validate_address(self, field: Field) -> None:
        try:
            lines = read_address(field.data)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        if letters := unprintable(" ".join(lines)):
            said = gettext(
                "We cannot print %(letters)s on an invoice. Write it in another way",
                letters=" ".join(letters),
            )
            raise ValidationError(said)


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """A button and its CSRF token."""
