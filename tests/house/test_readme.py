"""What the README says there is, is there; what there is, it says."""

import re
from pathlib import Path

import click

from demo import SIGN_INS
from portal.cli import cli
from portal.links import WEBHOOK_PATH
from portal.settings import Settings
from portal.stripe_api.version import API_VERSION
from portal.stripe_api.webhook_endpoints import NEEDED_EVENTS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_the_screen_of_make_run_says_the_same_of_everybody() -> None:
    assert dict(re.findall(r"\| `(\w+@example\.test)` \| (.+) \|", README)) == SIGN_INS


def test_every_setting_is_named() -> None:
    assert [
        name.upper() for name in Settings.model_fields if f"`{name.upper()}" not in README
    ] == []


def test_every_command_is_named_with_its_options() -> None:
    assert isinstance(cli, click.Group)
    table = README.partition("## Commands")[2].partition("## Inside")[0]
    assert [name for name in _names(cli) if f"`{name}" not in table] == []
    named = set(re.findall(r"--[a-z][a-z-]+", table)) - {"--help"}
    known = {
        option
        for command in _commands(cli)
        for parameter in command.params
        for option in parameter.opts
    }
    assert sorted(named - known) == []


def test_the_webhook_endpoint_is_described_as_the_portal_makes_it() -> None:
    step = README.partition("`portal webhook-endpoint create`")[2].partition("`portal migrate`")[0]
    assert tuple(step.split("```")[1].split()) == NEEDED_EVENTS
    assert f"`{API_VERSION}`" in step
    assert f"{WEBHOOK_PATH}`" in step


def test_every_make_target_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    named = set(re.findall(r"make ([a-z]+(?:-[a-z]+)*)", README + contributing))
    assert sorted(named - targets) == []


def test_every_file_that_is_linked_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []


def _names(group: click.Group, before: str = "") -> list[str]:
    """`serve`, `user create`, … as they are typed."""
    found: list[str] = []
    for name, command in group.commands.items():
        typed = f"{before}{name}"
        found += _names(command, f"{typed} ") if isinstance(command, click.Group) else [typed]
    return found


def _commands(group: click.Group) -> list[click.Command]:
    found: list[click.Command] = []
    for command in group.commands.values():
        found += _commands(command) if isinstance(command, click.Group) else [command]
    return found
