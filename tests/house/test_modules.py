"""Modules stay small and finished."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "invoices", "fake_stripe", "tests")
LONGEST = 400
LONGEST_MEDIAN = 100
WRITTEN_BY_ALEMBIC = ROOT / "portal" / "migrations" / "versions"
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")


def modules() -> list[Path]:
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if WRITTEN_BY_ALEMBIC not in path.parents] + [ROOT / "demo.py"]


def sources() -> list[Path]:
    """Everything written by hand that is shown to people or run."""
    folders = (*PACKAGES, "templates", "static/css", "static/js")
    kinds = {".py", ".html", ".txt", ".css", ".js"}
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in kinds
    ]


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_module_is_longer_than_a_person_can_hold_in_mind() -> None:
    assert [
        f"{path.relative_to(ROOT)}: {lines(path)}" for path in modules() if lines(path) > LONGEST
    ] == []


def test_half_of_the_modules_fit_on_two_screens() -> None:
    assert median(lines(path) for path in modules() if path.name != "__init__.py") < LONGEST_MEDIAN


def test_nothing_is_left_for_later() -> None:
    assert [
        str(path.relative_to(ROOT)) for path in sources() if UNFINISHED.search(path.read_text())
    ] == []


def test_every_module_says_what_it_is_for() -> None:
    """A file of tests may let its name and its sentences say it."""
    told = [
        path for path in modules() if not path.name.startswith("test_") and path.read_text().strip()
    ]
    silent = [path for path in told if not ast.get_docstring(ast.parse(path.read_text()))]
    assert [str(path.relative_to(ROOT)) for path in silent] == []


def test_packages_import_only_what_their_contracts_allow() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True)
    order = TopologicalSorter(
        {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    )
    order.prepare()


def test_no_two_parts_of_the_portal_import_each_other() -> None:
    graph = grimp.build_graph("portal", exclude_type_checking_imports=True)
    parts: dict[str, set[str]] = {}
    for module in graph.modules - {"portal"}:
        imported = graph.find_modules_directly_imported_by(module) - {"portal"}
        part = module.split(".")[1]
        parts.setdefault(part, set()).update({one.split(".")[1] for one in imported} - {part})
    TopologicalSorter(parts).prepare()


def test_a_record_has_the_same_files_as_its_neighbours() -> None:
    records = [
        "accounts",
        "audit",
        "bills",
        "catalogue",
        "documents",
        "ledger",
        "mail",
        "patients",
        "payments",
    ]
    for record in records:
        for name in ("models.py", "service.py"):
            assert (ROOT / "portal" / record / name).is_file(), f"{record} has no {name}"


@pytest.mark.parametrize("module", ["portal.money", "invoices.model", "fake_stripe.core"])
def test_a_part_can_be_used_without_the_rest(module: str) -> None:
    heavy = {"portal.money": "flask", "invoices.model": "weasyprint", "fake_stripe.core": "portal"}[
        module
    ]
    code = f"import sys, {module}; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
