"""The whole dump."""

from portal.context import Portal
from portal.dump.registry import LISTS
from portal.dump.row_lists import Row


def dump(portal: Portal, canonical: bool = False) -> dict[str, list[Row]]:
    """Every list by its name. Amounts are minor units, currencies upper case, absent is None.

    `canonical` leaves out moments, references, running numbers and who did what, so that two runs
    of one story can be compared. All lists are read at one moment.
    """
    with portal.db.snapshot() as session:
        return {
            one.name: one.rows(session, canonical)
            for one in LISTS
            if one.canonical or not canonical
        }
