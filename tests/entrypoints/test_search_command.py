"""`roundwatch search`: what a person sees of it, and how an archive from before is indexed."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.entrypoints.saved import SLUG
from tests.entrypoints.user import User


def test_what_is_found_is_shown_with_the_words_in_brackets(reader: User) -> None:
    done = reader.runs("search", '"forced labor"', "tokyo", "--limit", "1")
    assert (done.code, done.complained) == (0, "")
    lines = done.said.splitlines()
    assert lines[0].startswith("2023-02-03: Readout of the Third Round")
    assert lines[1].strip() == f"readout; {SLUG} round 3"
    assert lines[2].strip().startswith("https://ustr.gov/")
    assert "[forced labor]" in done.said
    assert lines[-1] == "there is more: --limit, --series and --year"


def test_nothing_found_and_nothing_asked_are_said(reader: User) -> None:
    assert reader.runs("search", "zzz").said == "nothing on file has all of these words\n"
    assert "no word" in reader.runs("search", "**").said


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("x" * 201,), 2, "200 is the most"),
        (("a", "--series", "nowhere"), 2, "no series is called nowhere"),
        (("a", "--year", "0"), 2, "--year"),
        ((), 2, "WORDS"),
    ],
)
def test_what_cannot_be_searched_for_is_refused(
    reader: User, words: tuple[str, ...], code: int, complaint: str
) -> None:
    done = reader.runs("search", *words)
    assert (done.code, done.said) == (code, "")
    assert complaint in done.complained


def test_migrating_indexes_what_was_on_file_before(reader: User) -> None:
    with closing(sqlite3.connect(reader.archive)) as older, older:
        older.execute("insert into word_index (word_index) values ('delete-all')")
        older.execute("delete from release_words")
    reader.runs("migrate")
    with closing(sqlite3.connect(reader.archive)) as archive:
        (count,) = archive.execute("select count(*) from release_words").fetchone()
    assert count == 11
    assert reader.reads("search", "ethanol")
