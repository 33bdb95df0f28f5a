"""Hashing passwords with argon2id, inside and outside a web request."""

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's password storage cheat sheet: 19 MiB, two passes, one lane.
MEMORY_COST = 19 * 1024
TIME_COST = 2
PARALLELISM = 1
# Flask-Security normalises the same way before it verifies.
NORMAL_FORM: Final = "NFKD"

_hasher = PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_COST, parallelism=PARALLELISM)


def hash_password(password: str) -> str:
    """The argon2id hash in PHC format. Slow on purpose: never call it while a write lock is
    held.
    """
    return _hasher.hash(unicodedata.normalize(NORMAL_FORM, password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether `password` has this hash; no password matches None. As slow as hashing."""
    try:
        return password_hash is not None and _hasher.verify(
            password_hash, unicodedata.normalize(NORMAL_FORM, password)
        )
    except (VerificationError, InvalidHashError):
        return False
