"""Turning amounts into sterling by a published rate. Pure."""

from datetime import date

from invoices.sterling import pence, units_per_pound


def first_of_month(day: date) -> date:
    """The month that `day` is in, as its first day."""
    return day.replace(day=1)


def in_pence(amount: int, currency: str, rate: str) -> int:
    """`amount` minor units of `currency` in pence, `rate` units of it being a pound.

    Rounded half up. Raises ValueError for a rate that is no number above 0.
    """
    return pence(amount, currency, units_per_pound(rate))
