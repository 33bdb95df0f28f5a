"""Finding a patient."""

from flask_wtf import FlaskForm
from wtforms import SearchField
from wtforms.validators import Length

from portal.web.forms import on_one_line


class SearchForm(FlaskForm):  # type: ignore[misc]
    """Sent by POST: nobody's name may stand in an address."""

    q = SearchField(
        "Find a patient by name",
        filters=[on_one_line],
        validators=[Length(max=100, message="Search for 100 letters or fewer")],
        default="",
    )
