"""How patients are greeted, and what they are shown about currencies. Pure."""

from portal.formats import currency_name


def currency_label(code: str) -> str:
    """`EUR` → `Euros (EUR)`."""
    name = currency_name(code)
    return f"{name[0].upper()}{name[1:]} ({code})"


_TITLES = frozenset({"dr", "miss", "mr", "mrs", "ms", "mx", "prof", "professor", "sir"})


def first_name(name: str) -> str:
    """What a person is called in a greeting: "Dr Alice Archer" and "Archer, Alice" → "Alice".

    A name of one word is that word.
    """
    words = name.rpartition(",")[2].split() or name.split()
    called = [word for word in words if word.rstrip(".").lower() not in _TITLES]
    return (called or words or [name])[0]
