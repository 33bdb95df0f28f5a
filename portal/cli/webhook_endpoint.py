"""The webhook endpoint at Stripe: making it, and comparing it with what the portal needs."""

import click

from portal.actions import webhook_endpoint as endpoint
from portal.application import create_portal
from portal.cli.start import Mistake, read_settings, working
from portal.context import Portal

_NEXT = (
    "Stripe does not tell it again. Put it into STRIPE_WEBHOOK_SECRET and restart the portal; "
    "while another endpoint is still in use, set both, with a comma between."
)


@click.group()
def webhook_endpoint() -> None:
    """Where Stripe tells the portal what has happened: an endpoint at PUBLIC_BASE_URL."""


@webhook_endpoint.command()
def create() -> None:
    """Make the endpoint at Stripe and print its signing secret, once."""
    portal = _portal()
    try:
        with working("Asking Stripe"):
            made = endpoint.create(portal)
    except endpoint.EndpointExists as error:
        raise Mistake(
            f"{error.stripe_id} sends to {error.url} already; compare it with `portal "
            "webhook-endpoint check`. Its signing secret is in Stripe's dashboard"
        ) from None
    click.echo(f"{made.stripe_id} sends to {made.url}. Its signing secret is:", err=True)
    click.echo(made.secret)
    click.echo(_NEXT, err=True)


@webhook_endpoint.command()
def check() -> None:
    """Compare the endpoint at Stripe with what the portal needs; exit 1 where they differ."""
    with working("Asking Stripe"):
        found = endpoint.differences(_portal())
    for difference in found:
        click.echo(difference)
    if found:
        raise click.exceptions.Exit(1)


def _portal() -> Portal:
    """No table is read: the endpoint is made before the portal first runs, its secret unknown."""
    return create_portal(read_settings(webhook_secret_known=False))
