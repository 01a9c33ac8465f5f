"""A folder of saved pages."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import TooLarge, Unreachable, UsageError
from monitor.sources.body import CAP_UNPACKED
from monitor.sources.folder import saved_page, saved_pages, saved_paths


def test_saved_pages_come_by_name_with_type_and_time(tmp_path: Path) -> None:
    for name in ("b.HTM", "a.html", "d.md", "c.txt", "e.pdf", "f"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "a_files").mkdir()
    (tmp_path / "a_files" / "frame.html").write_text("an advertisement")
    (tmp_path / "folder.html").mkdir()
    os.utime(tmp_path / "a.html", (0, 1_772_452_800))
    pages = list(saved_pages(tmp_path))
    assert [(page.path.name, page.content_type) for page in pages] == [
        ("a.html", "text/html"),
        ("b.HTM", "text/html"),
        ("c.txt", "text/plain"),
        ("d.md", "text/markdown"),
    ]
    assert pages[0].body == b"a.html"
    assert pages[0].modified == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_an_empty_folder_has_no_pages(tmp_path: Path) -> None:
    assert saved_paths(tmp_path) == ()


@pytest.mark.parametrize("name", ["missing", "file.txt"])
def test_what_is_no_folder_is_wrong_usage(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("text")
    with pytest.raises(UsageError, match="cannot be read as a folder"):
        saved_paths(tmp_path / name)


def test_a_page_of_another_name_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(b"<html>")
    assert saved_page(tmp_path / "page").content_type is None


@pytest.mark.parametrize("name", ["missing.html", "folder"])
def test_a_page_that_cannot_be_read_is_unreachable(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(Unreachable, match="cannot be read") as caught:
        saved_page(tmp_path / name)
    assert caught.value.evidence == {"path": str(tmp_path / name)}


@pytest.mark.parametrize("past", [0, 1])
def test_a_saved_page_has_the_cap_of_a_fetched_one(tmp_path: Path, past: int) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"x" * (CAP_UNPACKED + past))
    if past:
        with pytest.raises(TooLarge):
            saved_page(path)
    else:
        assert len(saved_page(path).body) == CAP_UNPACKED
