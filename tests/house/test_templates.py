"""Every template compiles, names its inputs and keeps to the content security policy."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from portal.application import create_app
from portal.mail.service import environment as mail_environment
from tests.support.offline_stripe import StripeHere
from tests.support.portals import make_portal, make_settings

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "templates"
NAMES = sorted(
    str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.suffix in (".html", ".txt")
)
PAGES = [name for name in NAMES if not name.startswith("emails/")]
MAILS = [name.removeprefix("emails/") for name in NAMES if name.startswith("emails/")]
PARTIALS = [name for name in PAGES if Path(name).name.startswith("_")]
CODE = "\n".join(path.read_text() for path in sorted((ROOT / "portal").rglob("*.py")))
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


LONGEST_LINE = 140


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """What the portal draws its pages with."""
    with closing(StripeHere()) as stripe:
        portal = make_portal(make_settings(tmp_path_factory.mktemp("portal")), stripe)
        with closing(portal):
            yield create_app(portal).jinja_env


@pytest.fixture(scope="module")
def mails() -> Environment:
    """What the portal draws its mails with."""
    return mail_environment("Europe/London")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_compiles_and_what_it_includes_is_there(pages: Environment, name: str) -> None:
    _load_with_all_it_names(pages, name)


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_compiles_and_what_it_includes_is_there(mails: Environment, name: str) -> None:
    _load_with_all_it_names(mails, name)


def _load_with_all_it_names(environment: Environment, name: str) -> None:
    assert environment.loader is not None
    source = environment.loader.get_source(environment, name)[0]
    environment.get_template(name)
    for named in meta.find_referenced_templates(environment.parse(source)):
        if named is not None:
            environment.get_template(named)


@pytest.mark.parametrize("name", PARTIALS)
def test_a_partial_begins_with_its_inputs(name: str) -> None:
    assert (FOLDER / name).read_text().startswith("{#")


@pytest.mark.parametrize("name", [name for name in PARTIALS if f'"{name}"' in CODE])
def test_the_root_of_what_htmx_swaps_is_its_noun(name: str) -> None:
    """What "Load more" adds to a list is no element of its own and has no root."""
    text = (FOLDER / name).read_text()
    noun = Path(name).stem.removeprefix("_").replace("_", "-")
    assert f'id="{noun}"' in text or "load_more(" in text


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_nothing_inline_that_the_policy_forbids(name: str) -> None:
    assert not INLINE.search((FOLDER / name).read_text())


def test_every_macro_is_used_by_a_page() -> None:
    """The gallery of the tests is no page."""
    text = "\n".join((FOLDER / name).read_text() for name in NAMES)
    macros = re.findall(r"\{%-? macro (\w+)\(", text)
    calls = re.sub(r"\{#.*?#\}|\{%-? macro \w+\(", "", text, flags=re.DOTALL)
    assert len(macros) > 20
    assert [name for name in macros if f"{name}(" not in calls] == []


def test_every_template_is_used() -> None:
    """By its name, in a view or in another template; mails and error pages are named by their
    kind.
    """
    named = CODE + "\n".join((FOLDER / name).read_text() for name in NAMES)
    assert [
        name for name in PAGES if not name.startswith("errors/") and f'"{name}"' not in named
    ] == []


def test_no_line_is_too_long_to_read() -> None:
    """Of the templates, their style sheet, and what documents, the offline Stripe's dashboard and
    the tests' gallery are drawn with.
    """
    places = (
        "templates",
        "invoices/templates",
        "fake_stripe/dashboard/templates",
        "tests/look/templates",
    )
    folders = [ROOT / place for place in places]
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    assert len(paths) > len(NAMES)
    assert [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST_LINE
    ] == []
