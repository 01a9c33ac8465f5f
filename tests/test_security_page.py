"""The threat model names a test for each line, and each of these exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")


def rows() -> list[list[str]]:
    """The lines of the tables, without their heads."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[0] != "threat"]


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_each_threat_has_something_that_holds_it_and_a_test_that_holds_that(
    row: list[str],
) -> None:
    assert len(row) == 3
    threat, _, held = row
    assert threat
    found = re.fullmatch(r"`(tests/[\w/]+\.py)::(test_\w+)`", held.strip())
    assert found, held
    assert found[2] in names_in(found[1])


def test_each_chapter_says_what_is_left_open() -> None:
    chapters = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    assert len(chapters) == 7
    assert all("*Open:*" in chapter for chapter in chapters)


def test_a_fault_is_reported_in_private_and_the_page_is_named() -> None:
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    assert "private vulnerability reporting" in page
    assert "docs/security.md" in page
