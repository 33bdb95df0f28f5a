"""The `portal` command: what it can do, and how it ends.

Success is exit 0. What the person who typed can put right is exit 2 with one line on stderr.
"""

import sys
from typing import NoReturn

import click
from click.exceptions import NoArgsIsHelpError
from sqlalchemy.exc import OperationalError

from portal.cli.exchange_rates import exchange_rate
from portal.cli.reconciling import reconcile
from portal.cli.records import dump, verify
from portal.cli.running import migrate, seed_demo, serve, worker
from portal.cli.users import user
from portal.cli.webhook_endpoint import webhook_endpoint
from portal.stripe_api.errors import StripeRefused, StripeUnavailable


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Patient payment portal. Settings come from the environment."""


for _command in (
    serve,
    worker,
    migrate,
    seed_demo,
    user,
    webhook_endpoint,
    exchange_rate,
    reconcile,
    dump,
    verify,
):
    cli.add_command(_command)


def main() -> None:
    """The entry point. An unreachable database or Stripe is one line too, not a stack trace."""
    try:
        sys.exit(cli.main(prog_name="portal", standalone_mode=False))
    except NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _refuse(error.format_message())
    except click.Abort:
        sys.exit(1)
    except OperationalError as error:
        _refuse(f"DATABASE_URL: {str(error.orig).splitlines()[0]}")
    except StripeUnavailable as error:
        _refuse(f"Stripe cannot be reached ({error}); try again in a minute")
    except StripeRefused as error:
        _refuse(f"Stripe refused: {error}")


def _refuse(message: str) -> NoReturn:
    click.echo(f"portal: {' '.join(message.split())}", err=True)
    sys.exit(2)
