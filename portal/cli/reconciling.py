"""`portal reconcile`: everything brought to Stripe's truth, whatever webhooks were lost."""

from collections.abc import Callable
from datetime import UTC, datetime

import click
from rich.console import Console

from portal.cli.start import Mistake, open_portal
from portal.stripe_sync.reconcile.run import Run
from portal.stripe_sync.reconcile.service import reconcile as run_once


@click.command()
@click.option(
    "--since",
    metavar="ISO",
    help="List what was made at Stripe since this day or moment (UTC); without it, for 180 days.",
)
def reconcile(since: str | None) -> None:
    """Bring every payment and refund to Stripe's truth, and say what has changed.

    It can be stopped with Ctrl-C and run again.
    """
    moment = _moment(since)
    with open_portal() as portal:
        try:
            with Console(stderr=True).status("Asking Stripe") as status:
                run = run_once(portal, moment, tell=_telling(status.update))
        except KeyboardInterrupt:
            click.echo("Stopped. What was done stays done; run it again to go on.", err=True)
            raise click.exceptions.Exit(1) from None
    _say(run)


def _telling(update: Callable[[str], None]) -> Callable[[str, int], None]:
    def tell(name: str, done: int) -> None:
        update(f"{name.capitalize()}: {done:,}")

    return tell


def _say(run: Run) -> None:
    for change in run.changes:
        click.echo(f"{change.subject}: {change.was} -> {change.now}")
    if run.changed > len(run.changes):
        click.echo(f"and {run.changed - len(run.changes)} more")
    for stripe_id in run.unknown:
        click.echo(f"{stripe_id}: ours at Stripe, and not in our records")
    for refusal in run.refusals:
        click.echo(f"Stripe refused: {refusal}", err=True)
    looked = ", ".join(f"{name} {count:,}" for name, count in run.looked_at.items())
    click.echo(f"Looked at: {looked}. Changed: {run.changed:,}.")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        # Stripe counts from 1970 on, and lists nothing that is still to come.
        if not datetime(1970, 1, 2, tzinfo=UTC) <= moment <= datetime.now(UTC):
            raise ValueError
    except (ValueError, OverflowError):
        raise Mistake("--since: give a day or a moment that has been, such as 2026-10-01") from None
    return moment
