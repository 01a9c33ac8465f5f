"""Every shape of a readout crossed with every other: all fields right on a thousand pages."""

from __future__ import annotations

import difflib
import json
from itertools import combinations
from typing import Any

import pytest

from monitor.core.readout import read_release
from monitor.core.release import read_saved
from monitor.series import followed
from storage.documents import to_document
from tests.core.pages_in_every_shape import DIMENSIONS, Made, made, pairs, rows

PAGES, SEED = 1000, 2022


@pytest.fixture(scope="module")
def chosen() -> list[dict[str, str]]:
    return list(rows(PAGES, SEED))


def read(page: Made) -> dict[str, Any]:
    document = to_document(read_release(read_saved(page.text, address=page.address), followed()))
    assert isinstance(document, dict)
    return document


def differing(page: Made) -> list[str]:
    """The fields in which what was read is not what must be read, line by line."""
    found = read(page)
    assert found.pop("evidence")
    wanted, got = (
        json.dumps(r, indent=1, ensure_ascii=False, sort_keys=True).splitlines()
        for r in (page.expected, found)
    )
    lines = difflib.unified_diff(wanted, got, "expected", "read", lineterm="", n=2)
    return list(lines)


def test_all_fields_are_right_on_a_thousand_pages(chosen: list[dict[str, str]]) -> None:
    for choices in chosen:
        page = made(choices)
        if lines := differing(page):
            pytest.fail("\n".join([str(choices), *lines, page.text]), pytrace=False)


def test_every_value_and_every_possible_pair_of_values_is_seen(
    chosen: list[dict[str, str]],
) -> None:
    seen = {pair for choices in chosen for pair in combinations(sorted(choices.items()), 2)}
    assert set(pairs()) - seen == set()
    assert {item for pair in seen for item in pair} == {
        (name, value) for name, values in DIMENSIONS.items() for value in values
    }


def test_the_pages_are_the_same_every_time(chosen: list[dict[str, str]]) -> None:
    assert list(rows(20, SEED)) == chosen[:20]
    assert len({made(choices).text for choices in chosen}) > PAGES * 9 // 10
