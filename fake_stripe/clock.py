"""The test clock.

Object times, idempotency keys, retries and payouts follow it; signatures never do.
"""

import time

# Seconds.
DAY = 86400


class Clock:
    """Real time plus an offset that only grows once its account has begun.

    With `frozen_at` it stands still until it is advanced. `frozen_at` is in Unix seconds.
    """

    def __init__(self, frozen_at: int | None = None, offset: float = 0) -> None:
        self.offset = offset
        self._frozen_at = frozen_at

    def now(self) -> float:
        """Unix seconds on the test clock."""
        base = time.time() if self._frozen_at is None else self._frozen_at
        return base + self.offset

    def with_offset(self, offset: float) -> "Clock":
        """Another clock on the same base, moved by `offset` seconds."""
        return Clock(self._frozen_at, offset)

    def advance_to(self, moment: float) -> None:
        """Move to `moment` (Unix seconds); a moment that has passed changes nothing."""
        self.offset += max(0.0, moment - self.now())

    def put_back(self, seconds_ago: float) -> None:
        """Begin `seconds_ago` before the base, wherever it has come to."""
        self.offset = -seconds_ago
