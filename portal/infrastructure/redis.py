"""How long anything here waits for Redis: no request may hang on it, and all go on without it."""

from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS = 1
# Given to whatever opens a connection; by default redis-py waits without end, and tries four times.
SHORT_WAITS: dict[str, object] = {
    "socket_connect_timeout": SECONDS,
    "socket_timeout": SECONDS,
    "retry": Retry(NoBackoff(), 0),
}
