"""Reading what a control call was given, with a clear 400 for what does not fit."""

import math
from collections.abc import Mapping, Sequence

from fake_stripe.errors import ApiError

# The most seconds that anything may keep a client waiting.
LONGEST_WAIT = 3600


class Values:
    """The named values of a control call, from JSON or a form; `account` is None where none is."""

    def __init__(self, given: Mapping[str, object], account: str | None = None) -> None:
        self._given = given
        self.account = account

    @property
    def names(self) -> set[str]:
        """The names of all values given."""
        return set(self._given)

    def given(self, name: str) -> bool:
        """Whether there is a value of this name that is not empty."""
        return self._given.get(name) not in (None, "")

    def text(self, name: str, default: str | None = None) -> str:
        """A text. Raises ApiError 400 where there is none."""
        value = self._given.get(name, default)
        if not isinstance(value, str):
            raise ApiError(f"`{name}` is needed, as text.", param=name)
        return value

    def optional(self, name: str) -> str | None:
        """A text, or None where none is given."""
        return self.text(name) if self._given.get(name) else None

    def optional_choice(self, name: str, choices: Sequence[str]) -> str | None:
        """One of the choices, or None where none is given. Raises ApiError 400."""
        return self.choice(name, choices) if self.given(name) else None

    def choice(self, name: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of the choices. Raises ApiError 400 for anything else."""
        value = self.text(name, default)
        if value not in choices:
            raise ApiError(f"`{name}` has to be one of {', '.join(choices)}.", param=name)
        return value

    def number(
        self, name: str, default: float | None = None, least: float = 0, most: float = 1e9
    ) -> float:
        """A number from `least` to `most`."""
        value = self._given.get(name, default)
        number = _number(value)
        if not least <= number <= most:
            raise ApiError(
                f"`{name}` has to be a number from {least:.0f} to {most:.0f}.", param=name
            )
        return number

    def whole(
        self, name: str, default: int | None = None, least: int = 0, most: int = 10**9
    ) -> int:
        """A whole number from `least` to `most`."""
        number = self.number(name, default, least, most)
        if not number.is_integer():
            raise ApiError(f"`{name}` has to be a whole number.", param=name)
        return int(number)

    def flag(self, name: str) -> bool:
        """True or false; false where it is not given. Raises ApiError 400."""
        value = self._given.get(name, False)
        if value not in (True, False, "true", "false"):
            raise ApiError(f"`{name}` has to be true or false.", param=name)
        return value in (True, "true")

    def texts(self, name: str) -> dict[str, str]:
        """Names with texts, such as metadata."""
        value = self._given.get(name, {})
        if not isinstance(value, dict) or not all(
            isinstance(entry, str) for entry in value.values()
        ):
            raise ApiError(f"`{name}` has to be an object of texts.", param=name)
        return value


def _number(value: object) -> float:
    """The number that JSON or a form gives; not a number where it gives something else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan
