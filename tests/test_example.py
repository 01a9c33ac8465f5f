"""docs/example-digest.md is what the program says, and it leaves no change out."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """The script that writes the page."""
    found = importlib.util.spec_from_file_location("example", DOCS / "example.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def page() -> str:
    return (DOCS / "example-digest.md").read_text("utf-8")


def test_the_example_is_what_the_program_says(example: ModuleType) -> None:
    made = example.example()
    assert page() == made, "docs/example-digest.md is out of date: run make docs"


def test_every_change_of_every_round_stands_in_the_example(example: ModuleType) -> None:
    sections = page().split("\n## ")[1:]
    accounts = example.accounts()
    assert len(sections) == len(accounts) == 4
    for section, account in zip(sections, accounts, strict=True):
        told = " ".join(section.split())
        comparison = account.summary.comparison
        for change in (*comparison.topics, *comparison.bilateral_issues):
            assert change.reason in told
        for side in comparison.delegations:
            assert all(name in told for name in (*side.before, *side.after))
        assert str(account.summary.release.url) in section


def test_each_reason_in_the_example_says_how_sure_it_is() -> None:
    cards = re.findall(r"^\* ", page(), re.MULTILINE)
    sure = re.findall(r"^  (?:Certain|Likely|Not sure): ", page(), re.MULTILINE)
    assert len(cards) == len(sure) > 30
