"""Opaque references: what stands in addresses, at Stripe and on the telephone."""

import secrets

# Crockford's alphabet: no I, L, O or U, so that a reference read aloud is not mistaken.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference(prefix: str) -> str:
    """`prefix` and 16 random characters (80 bits): unguessable, unique without asking the database."""
    return prefix + "-" + "".join(secrets.choice(ALPHABET) for _ in range(16))
