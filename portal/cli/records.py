"""Reading all that is kept: as lists to compare, and to see whether it contradicts itself."""

import json

import click
from rich.console import Console

from portal.cli.start import Mistake, open_portal
from portal.dump.service import dump as dump_all
from portal.verify.service import verify as verify_all


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object of sorted lists.")
@click.option(
    "--canonical",
    is_flag=True,
    help="Without times, references and who did what, so that two runs can be compared.",
)
def dump(as_json: bool, canonical: bool) -> None:
    """Print what is kept of money, documents and messages; nobody's name is in it."""
    if not as_json:
        raise Mistake("say how: portal dump --json")
    with open_portal() as portal:
        found = dump_all(portal, canonical)
    click.echo(json.dumps(found, indent=2, sort_keys=False))


@click.command()
@click.option(
    "--without-files", is_flag=True, help="Do not read the stored PDFs, which takes longest."
)
def verify(without_files: bool) -> None:
    """Recompute what must hold between the rows; exit 1 and a line for each that does not."""
    broken = 0
    with open_portal() as portal, Console(stderr=True).status("Checking") as status:
        for finding in verify_all(portal, not without_files, status.update):
            click.echo(str(finding))
            broken += 1
    if broken:
        raise click.exceptions.Exit(1)
