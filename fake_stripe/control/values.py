"""Reading what a control call was given, with a clear 400 for what does not fit."""

from collections.abc import Mapping, Sequence

from fake_stripe.errors import ApiError


class Values:
    """The named values of a control call, from JSON or a form."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given

    def text(self, name: str, default: str | None = None) -> str:
        value = self._given.get(name, default)
        if not isinstance(value, str):
            raise ApiError(f"`{name}` is needed, as text.", param=name)
        return value

    def optional(self, name: str) -> str | None:
        return self.text(name) if self._given.get(name) else None

    def choice(self, name: str, choices: Sequence[str], default: str | None = None) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise ApiError(f"`{name}` has to be one of {', '.join(choices)}.", param=name)
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """A finite number of zero or more."""
        value = self._given.get(name, default)
        try:
            number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else -1.0
        except ValueError:
            number = -1.0
        if not 0 <= number < 1e12:
            raise ApiError(f"`{name}` has to be a number of zero or more.", param=name)
        return number

    def whole(self, name: str, default: int | None = None) -> int:
        return int(self.number(name, default))

    def flag(self, name: str, default: bool = False) -> bool:
        value = self._given.get(name, default)
        if value not in (True, False, "true", "false"):
            raise ApiError(f"`{name}` has to be true or false.", param=name)
        return value in (True, "true")

    def texts(self, name: str) -> dict[str, str]:
        """Names with texts, such as metadata."""
        value = self._given.get(name, {})
        if not isinstance(value, dict) or not all(isinstance(entry, str) for entry in value.values()):
            raise ApiError(f"`{name}` has to be an object of texts.", param=name)
        return value
