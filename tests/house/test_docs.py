"""What the guides say of the house is so: files, folders, registries, parts."""

import re
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
GUIDES = [
    ROOT / "CONTRIBUTING.md",
    ROOT / "docs" / "architecture.md",
    *sorted((ROOT / "docs" / "adr").glob("*.md")),
]
QUOTED = re.compile(r"`([^`\n]+)`")
# `worker.py`, `patient/checkout/views.py`, `templates/`; not `/account`, `<name>.html`, `make x`.
PATH = re.compile(r"\w[\w./-]*(?:\.(?:py|js|html|css|toml|md)|/)")
REGISTRY = re.compile(r"(?:portal|invoices)(?:\.\w+)+(?<!\.py)(?<!\.html)")
# A folder that is described and not built, by the guide that does.
NOT_BUILT = {"0007-where-subscriptions-attach.md": {"plans/"}}


def is_there(path: str) -> bool:
    return any((folder / path).exists() for folder in (ROOT, ROOT / "portal", ROOT / "tests"))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_file_and_folder_that_is_named_is_there(guide: Path) -> None:
    named = {text for text in QUOTED.findall(guide.read_text()) if PATH.fullmatch(text)}
    missing = {path for path in named if not is_there(path)}
    assert missing == NOT_BUILT.get(guide.name, set())


def test_every_registry_that_is_named_is_there() -> None:
    named = {text for text in QUOTED.findall(ARCHITECTURE) if REGISTRY.fullmatch(text)}
    assert len(named) > 5
    assert [name for name in sorted(named) if not resolves(name)] == []


def resolves(name: str) -> bool:
    """Whether the dotted name is a module, or something in one."""
    try:
        import_module(name)
    except ModuleNotFoundError:
        module, _, attribute = name.rpartition(".")
        return hasattr(import_module(module), attribute)
    return True


def test_every_part_of_the_portal_stands_in_the_picture() -> None:
    parts = {
        path.stem
        for path in (ROOT / "portal").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    } - {"__init__", "__main__"}
    assert {part for row in drawn_parts() for part in row} == parts


def test_the_picture_has_the_parts_in_the_order_of_the_contract() -> None:
    contract = (ROOT / "pyproject.toml").read_text()
    layers = contract.partition('containers = ["portal"]\nlayers = [')[2].partition("]")[0]
    rank = {
        part: place
        for place, line in enumerate(layers.strip().splitlines())
        for part in re.findall(r"\w+", line)
    }
    rows = [[rank[part] for part in row] for row in drawn_parts()]
    assert len(rows) > 15
    for above, below in pairwise(rows):
        assert max(above) < min(below), (above, below)


def drawn_parts() -> list[list[str]]:
    """The parts in each row of the picture, without the layer's name and what is said of them."""
    rows = ARCHITECTURE.split("```")[1].splitlines()
    parts = [re.findall(r"\w+", row[11:].partition("(")[0]) for row in rows]
    return [row for row in parts if row]


def test_the_guide_to_the_layers_fits_on_a_page() -> None:
    assert len(ARCHITECTURE.splitlines()) <= 110
