"""docs/security.md names a test for everything it calls met, and each of them exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

STATEMENTS = [f"A{n}" for n in range(1, 9)] + [f"B{n}" for n in range(1, 5)] + [f"D{n}" for n in range(1, 8)]
ROW = re.compile(r"^\| ([A-Z]\d) \| (.+?) \| (.+?) \| (met|in part|not yet) \| (.+) \|$", re.MULTILINE)


def rows() -> list[tuple[str, ...]]:
    return ROW.findall((settings.BASE_DIR / "docs" / "security.md").read_text("utf-8"))


def test_every_row_of_the_document_can_be_read() -> None:
    lines = (settings.BASE_DIR / "docs" / "security.md").read_text("utf-8").splitlines()
    statements = [line for line in lines if re.match(r"\| [A-Z]\d ", line)]
    assert len(rows()) == len(statements) > len(STATEMENTS)


def test_every_statement_of_the_baseline_has_a_row() -> None:
    assert sorted({number for number, *_ in rows()}) == STATEMENTS


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[0]} {row[1]}")
def test_what_is_called_met_is_shown_by_tests_that_exist(row: tuple[str, ...]) -> None:
    *_, state, shown_by = row
    named = re.findall(r"`([\w/.]+)::(\w+)`", shown_by)
    assert bool(named) is (state != "not yet")
    missing = [f"{file}::{test}" for file, test in named if test not in functions_of(file)]
    assert not missing


@cache
def functions_of(file: str) -> frozenset[str]:
    path = Path(settings.BASE_DIR) / "tests" / file
    tree = ast.parse(path.read_text("utf-8")) if path.exists() else ast.Module([], [])
    return frozenset(
        each.name for each in tree.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    )
