"""The portal's clock: the only place that asks what time it is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_offset = timedelta(0)


def set_offset(seconds: int) -> None:
    """Move the portal's clock by `seconds` (setting PORTAL_NOW_OFFSET, refused in production)."""
    global _offset
    _offset = timedelta(seconds=seconds)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + _offset


def local_date(moment: datetime, zone: str) -> date:
    """The calendar day of `moment` in the business time zone `zone` (an IANA name)."""
    return moment.astimezone(ZoneInfo(zone)).date()
