"""How a document becomes JSON for a column, and how it is read back."""

from collections.abc import Mapping
from functools import cache
from json import dumps
from typing import Any, Self, cast

from pydantic import TypeAdapter, ValidationError

from invoices import bounds


class Stored:
    """What every kind of document can do: be written as JSON values, and be read from them."""

    __slots__ = ()

    def to_dict(self) -> dict[str, object]:
        """The content as JSON values (dates as ISO text, tuples as lists), for a JSON column."""
        kind: object = type(self)
        return cast("dict[str, object]", _adapter(kind).dump_python(self, mode="json"))

    @classmethod
    def from_dict(cls, content: Mapping[str, object]) -> Self:
        """Read back what `to_dict` gave, also after a JSON column.

        Raises ValueError on a missing or unknown key, a wrong type, or sums that do not add up; its
        text, which may end in a log, says where and quotes nobody. Texts may be of any length.
        """
        kind: object = cls
        try:
            with bounds.lifted():
                return cast("Self", _adapter(kind).validate_json(dumps(dict(content)), strict=True))
        except ValidationError as error:
            found = (
                f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
                for one in error.errors(include_input=False)
            )
            raise ValueError(f"damaged content: {'; '.join(found)}") from None


@cache
def _adapter(kind: object) -> TypeAdapter[Any]:
    return TypeAdapter(cast("type[Any]", kind))
