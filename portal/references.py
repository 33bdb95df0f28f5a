"""Opaque references: what stands in addresses, at Stripe and on the telephone."""

import re
import secrets

# Crockford's alphabet: no I, L, O or U, so that a reference read aloud is not mistaken.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


_REFERENCE = re.compile(rf"[A-Z]{{3,4}}-[{ALPHABET}]{{16}}", re.ASCII)


def new_reference(prefix: str) -> str:
    """`prefix` and 16 random characters (80 bits): unguessable, unique without asking the
    database.
    """
    return prefix + "-" + "".join(secrets.choice(ALPHABET) for _ in range(16))


def is_reference(text: str) -> bool:
    """Whether `text` has a reference's shape; anything else is not worth asking the database
    about.
    """
    return _REFERENCE.fullmatch(text) is not None
