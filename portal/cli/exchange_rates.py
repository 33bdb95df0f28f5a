"""The monthly rates by which VAT in another currency is turned into pounds."""

from collections.abc import Sequence
from pathlib import Path

import click

from portal.cli.start import Mistake, open_portal
from portal.effects.rates_kept import keep_rates
from portal.exchange_rates import hmrc
from portal.exchange_rates.rules import FOREIGN, MonthlyRate, RateError, read_month
from portal.exchange_rates.service import list_rates


@click.group()
def exchange_rate() -> None:
    """Monthly exchange rates, for the VAT in pounds on invoices in another currency."""


@exchange_rate.command("set")
@click.option("--month", required=True, metavar="YYYY-MM", help="The month that it is for.")
@click.option("--currency", required=True, type=click.Choice(FOREIGN))
@click.option("--rate", required=True, help="How many units of the currency are one pound.")
@click.option(
    "--source", default=hmrc.SOURCE, show_default=True, help="Who published it; on the invoice."
)
def set_rate(month: str, currency: str, rate: str, source: str) -> None:
    """Keep one month's rate of one currency; invoices already made keep theirs."""
    try:
        _keep([MonthlyRate(read_month(month), currency, rate, source)])
    except RateError as error:
        raise Mistake(str(error)) from None


@exchange_rate.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
def import_file(file: Path) -> None:
    """Keep the rates of a month from HMRC's CSV file.

    There is one for each month at https://www.trade-tariff.service.gov.uk/exchange_rates.
    """
    try:
        _keep(hmrc.read_file(file.read_bytes(), FOREIGN))
    except RateError as error:
        raise Mistake(f"{file}: {error}") from None


@exchange_rate.command("list")
def list_all() -> None:
    """Show every rate that is kept, the newest month first."""
    with open_portal() as portal, portal.db.read() as session:
        for rate in list_rates(session):
            click.echo(
                f"{rate.month:%Y-%m}  {rate.currency}  {rate.units_per_pound}  {rate.source}"
            )


def _keep(rates: Sequence[MonthlyRate]) -> None:
    with open_portal() as portal:
        news = keep_rates(portal, rates)
    said = ", ".join(f"{rate.currency} {rate.units_per_pound}" for rate in rates)
    click.echo(f"{rates[0].month:%B %Y}: {said}. New or changed: {news} of {len(rates)}.")
