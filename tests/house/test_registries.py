"""A table that is added is dumped and checked, or it says here why it is not."""

from portal.dump.registry import LISTS
from portal.models import Base
from portal.verify.service import CHECKS

# Who people are, what they may do and what they are shown: no money and no document.
OF_PEOPLE = {
    "users",
    "user_sessions",
    "patients",
    "care_relationships",
    "receipt_links",
}
# What can be bought, and at which rates: not what was.
OF_OFFERS = {"services", "service_options", "prices", "price_components", "exchange_rates"}
# How the portal works through its tasks.
OF_WORK = {
    "bill_notices",
    "stripe_events",
    "installation",
    "reconcile_runs",
    "reconcile_schedule",
}
NOT_DUMPED = {
    *OF_PEOPLE,
    *OF_OFFERS,
    *OF_WORK,
    # They stand in the bill's total.
    "bill_lines",
    "bill_taxes",
    # The invoices' numbers say the same.
    "number_series",
    # Addresses and browsers of people.
    "checkout_records",
}
NOT_CHECKED = {
    *OF_PEOPLE,
    *OF_OFFERS,
    *OF_WORK,
    "mails",
    "audit_records",
}


def test_every_table_with_records_is_in_the_dump() -> None:
    dumped = {table for one in LISTS for table in one.tables}
    assert set(Base.metadata.tables) - dumped == NOT_DUMPED


def test_every_table_of_money_and_documents_is_checked() -> None:
    checked = {table for check in CHECKS for table in check.tables}
    assert set(Base.metadata.tables) - checked == NOT_CHECKED


def test_every_list_has_a_name_of_its_own() -> None:
    names = [one.name for one in LISTS]
    assert len(names) == len(set(names))
    assert len({check.name for check in CHECKS}) == len(CHECKS)
