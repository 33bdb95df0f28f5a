"""What forms of several features share."""

from flask_wtf import FlaskForm
from wtforms import SearchField
from wtforms.validators import Length

from portal.texts import lazy_gettext

# What a filter has where it leaves nothing out.
ANY = "all"
NOT_A_CHOICE = lazy_gettext("Not a valid choice.")


def on_one_line(text: str | None) -> str:
    """`text` as it reads, without line ends and control characters: no row has any, and PostgreSQL
    takes no NUL. Nothing for a field that was not sent.
    """
    if text is None:
        return ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


class FilterForm(FlaskForm):  # type: ignore[misc]
    """The filters of a list, read from the address, so that it can be kept, sent and gone back to.

    A list adds a field for each of its filters.
    """

    class Meta:
        csrf = False

    q = SearchField(
        lazy_gettext("Search"),
        filters=[on_one_line],
        validators=[Length(max=100, message=lazy_gettext("Search for 100 letters or fewer"))],
        default="",
    )

    def chosen(self) -> dict[str, str]:
        """The filters in use, for addresses."""
        return {name: value for name, value in self.data.items() if value and value != ANY}
