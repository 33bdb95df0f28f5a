"""What a patient chooses about a service, and the price they were shown for it."""

import re
from collections.abc import Sequence
from typing import cast

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, SelectMultipleField
from wtforms.form import BaseForm
from wtforms.validators import NumberRange, ValidationError
from wtforms.widgets import CheckboxInput

from portal.bills.service import Wish
from portal.catalogue.service import Offer
from portal.texts import gettext as _
from portal.texts import lazy_gettext

_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_REQUEST_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}", re.ASCII)


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """Plain ASCII digits only: int() alone would take other scripts' digits, signs and
    underscores.
    """

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = int(text) if _WHOLE_NUMBER.fullmatch(text) else None


class OptionsField(SelectMultipleField):  # type: ignore[misc]
    """Tick boxes; an option that is gone since the page was shown is told in plain words."""

    def pre_validate(self, form: BaseForm) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(
                _("One of these extras is no longer offered. Choose again.")
            ) from None


class ChoiceForm(FlaskForm):  # type: ignore[misc]
    """Read from a query as well as from a POST, whose token CSRFProtect has checked before any view
    runs.
    """

    class Meta:
        csrf = False

    quantity = WholeNumberField()
    options = OptionsField(lazy_gettext("Extras"), option_widget=CheckboxInput())

    @property
    def count(self) -> int:
        """How many, once the form has been found valid."""
        return cast(int, self.quantity.data)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ticked options, in the catalogue's order, each once."""
        ticked = set(self.options.data or ())
        return tuple(code for code, _ in self.options.choices if code in ticked)


def choice_form(offer: Offer, data: MultiDict[str, str]) -> ChoiceForm:
    """The form for what `offer` lets a patient choose, filled from `data`; one, if it does not say
    how many.
    """
    given = MultiDict(data)
    given.setdefault("quantity", "1")
    form = ChoiceForm(formdata=given)
    form.options.choices = [(option.code, option.label) for option in offer.options]
    if offer.max_quantity > 1:
        form.quantity.label.text = _("How many %(units)s?", units=offer.units)
        told = _("Enter a whole number from 1 to %(most)s", most=offer.max_quantity)
        form.quantity.validators = [NumberRange(1, offer.max_quantity, told)]
    else:
        form.quantity.data = 1
    return form


def wish(offer: Offer, form: ChoiceForm, data: MultiDict[str, str]) -> Wish | None:
    """The valid choice with the price shown beside it; None where the page's own fields were lost
    or changed.
    """
    total, key = data.get("total", ""), data.get("request_key", "")
    if not _WHOLE_NUMBER.fullmatch(total) or not _REQUEST_KEY.fullmatch(key):
        return None
    return Wish(
        slug=offer.slug,
        quantity=form.count,
        options=form.chosen,
        expected_total=int(total),
        currency=data.get("currency", ""),
        request_key=key,
        pays_now=data.get("then") == "pay" and int(total) > 0,
    )
