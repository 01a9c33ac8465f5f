"""Stored pages, each beside the record that was read from it and that a person has reviewed.

A page without a record gets one written, and its test fails until somebody has looked at the
record and set "reviewed" to true: a machine's reading is not its own proof.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.core.listing import read_listing
from monitor.core.markup import decode
from monitor.core.readout import read_release
from monitor.core.release import read_page
from monitor.series import followed
from storage.documents import to_document

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
SECTION = "https://ustr.gov/about/policy-offices/press-office/press-releases"


def what_is_read(page: Path) -> Any:
    """What the core reads in a page; its name says whether it is a listing or a release."""
    html = decode(page.read_bytes(), "text/html; charset=utf-8")
    if page.name.startswith("listing-"):
        read = to_document(read_listing(html, SECTION))
    else:
        read = to_document(read_release(read_page(html), followed()))
    return json.loads(json.dumps(read))


def record_of(page: Path) -> Path:
    return page.with_suffix(".expected.json")


def check(page: Path) -> None:
    """Compare what is read in a page with its record, or write a record to be reviewed."""
    read = what_is_read(page)
    record = record_of(page)
    if not record.exists():
        fresh = json.dumps({"reviewed": False, "read": read}, indent=1, ensure_ascii=False)
        record.write_text(fresh + "\n", "utf-8")
    expected = json.loads(record.read_text("utf-8"))
    assert expected["reviewed"], f"read {record}, correct it, then set reviewed to true"
    assert read == expected["read"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_stored_page_is_read_as_its_reviewed_record_says(page: Path) -> None:
    check(page)


def test_every_generation_of_the_listing_is_among_the_pages() -> None:
    assert {"listing-2019", "listing-2021", "listing-2026"} <= {page.stem for page in PAGES}


def test_a_new_page_fails_until_its_record_was_reviewed(tmp_path: Path) -> None:
    page = tmp_path / "listing-new.html"
    page.write_bytes(next(p for p in PAGES if p.stem == "listing-2026").read_bytes())
    for _ in range(2):
        with pytest.raises(AssertionError, match="set reviewed to true"):
            check(page)
    record = record_of(page)
    record.write_text(record.read_text("utf-8").replace("false", "true", 1), "utf-8")
    check(page)


def test_a_page_that_is_read_otherwise_than_its_record_says_fails(tmp_path: Path) -> None:
    stored = next(p for p in PAGES if p.stem == "listing-2026")
    page = tmp_path / stored.name
    page.write_bytes(stored.read_bytes().replace(b"2026-05-04", b"2026-05-05"))
    record_of(page).write_bytes(record_of(stored).read_bytes())
    with pytest.raises(AssertionError):
        check(page)
