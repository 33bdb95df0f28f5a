"""Finding a patient."""

from flask_wtf import FlaskForm
from wtforms import SearchField
from wtforms.validators import Length

from portal.texts import lazy_gettext
from portal.web.forms import on_one_line


class SearchForm(FlaskForm):  # type: ignore[misc]
    """Sent by POST: no name and no date of birth may stand in an address."""

    q = SearchField(
        lazy_gettext("Find a patient"),
        filters=[on_one_line],
        validators=[Length(max=100, message=lazy_gettext("Search for 100 letters or fewer"))],
        default="",
    )
