"""Code stays easy to read: figures that must not get worse."""

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from tests.house.test_modules import ROOT, WRITTEN_BY_ALEMBIC

MOST_TERNARIES_IN_A_THOUSAND_LINES = 8
FEWEST_DOCSTRINGS = 0.89
MOST_LONG_LINES = 0.005
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def sources(package: str) -> list[Path]:
    found = sorted((ROOT / package).rglob("*.py"))
    return [path for path in found if WRITTEN_BY_ALEMBIC not in path.parents]


def trees(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in chain.from_iterable(sources(package) for package in packages):
        yield path, ast.parse(path.read_text())


def public(body: list[ast.stmt]) -> Iterator[Definition]:
    """The public functions and classes, and what is public in the classes."""
    for statement in body:
        if isinstance(statement, Definition) and not statement.name.startswith("_"):
            yield statement
            if isinstance(statement, ast.ClassDef):
                yield from public(statement.body)


@pytest.mark.parametrize("packages", [("portal", "invoices"), ("fake_stripe",), ("tests",)])
def test_few_lines_hide_a_choice(packages: tuple[str, ...]) -> None:
    lines = sum(len(path.read_text().splitlines()) for name in packages for path in sources(name))
    ternaries = sum(
        isinstance(node, ast.IfExp) for _, tree in trees(*packages) for node in ast.walk(tree)
    )
    assert ternaries * 1000 / lines < MOST_TERNARIES_IN_A_THOUSAND_LINES


def test_no_choice_stands_inside_an_argument() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{argument.lineno}"
        for path, tree in trees("portal", "invoices", "fake_stripe", "tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords))
        if isinstance(argument, ast.IfExp)
    ]
    assert found == []


@pytest.mark.parametrize("packages", [("portal", "invoices"), ("fake_stripe",)])
def test_what_others_use_says_what_it_is(packages: tuple[str, ...]) -> None:
    told = [
        ast.get_docstring(definition) is not None
        for _, tree in trees(*packages)
        for definition in public(tree.body)
    ]
    assert sum(told) / len(told) >= FEWEST_DOCSTRINGS


def test_hardly_a_line_is_longer_than_a_hundred() -> None:
    """The linter holds it, but for tables that are better read as tables."""
    lines = [
        line
        for name in ("portal", "invoices", "fake_stripe", "tests")
        for path in sources(name)
        for line in path.read_text().splitlines()
    ]
    assert sum(len(line) > 100 for line in lines) / len(lines) <= MOST_LONG_LINES
