"""What an action of the control surface is: what it does, and the values that it knows."""

from collections.abc import Callable
from dataclasses import dataclass

from fake_stripe.control.values import Values
from fake_stripe.core import OfflineStripe
from fake_stripe.errors import ApiError


@dataclass(frozen=True)
class Action:
    """`names` are the values that `does` reads."""

    does: Callable[[OfflineStripe, Values], object]
    names: tuple[str, ...] = ()

    def run(self, app: OfflineStripe, values: Values) -> object:
        """What the action answers, as JSON has it.

        Raises ApiError: 400 for a value that the action does not know.
        """
        if unknown := values.names.difference(self.names):
            known = ", ".join(self.names) or "none"
            raise ApiError(f"There is no such value here; there are {known}.", param=min(unknown))
        return self.does(app, values)


Actions = dict[tuple[str, str], Action]
