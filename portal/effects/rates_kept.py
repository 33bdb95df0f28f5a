"""What follows when exchange rates are kept."""

from collections.abc import Sequence
from datetime import timedelta

from portal.audit import service as audit
from portal.context import Portal
from portal.documents.service import recheck_held
from portal.exchange_rates.rules import MonthlyRate
from portal.exchange_rates.service import keep_rate


def keep_rates(portal: Portal, rates: Sequence[MonthlyRate]) -> int:
    """Keep all of them or none, and have the invoices made that waited; how many were news."""
    with portal.db.write() as session:
        news = [rate for rate in rates if keep_rate(session, rate)]
        for rate in news:
            audit.record(
                session,
                "exchange_rate.kept",
                "exchange_rate",
                f"{rate.currency}-{rate.month:%Y-%m}",
                rate=rate.units_per_pound,
                source=rate.source,
            )
        if news:
            recheck_held(session)
    portal.wake(timedelta(0))
    return len(news)
