"""backfill and reread: the past, from the live listing, from a folder, from what is stored."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.pressroom import PressRoom
from tests.entrypoints.conftest import Filled
from tests.entrypoints.saved import near_miss, release, save, text
from tests.entrypoints.user import User
from tests.servers.captured import bundled, captures_of
from tests.servers.wayback import LocalArchive

LISTING = "/policy-offices/press-office/press-releases"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Saved pages: two rounds, one of them as text, and a release that reports none."""
    pages = tmp_path / "pages"
    pages.mkdir()
    save(release(1), pages)
    save(near_miss(), pages)
    (pages / "round-5.txt").write_text(text(release(5)), "utf-8")
    return pages


def test_the_live_listing_is_walked_back_and_little_of_it_fetched(filled: Filled) -> None:
    done = filled.backfill
    assert (done.code, done.complained) == (0, "")
    walked, read = done.said.splitlines()
    pages = [r for r in filled.requests if LISTING in r.path and "/20" not in r.path]
    releases = [r for r in filled.requests if LISTING in r.path and "/20" in r.path]
    assert walked.startswith("4 listing pages by the pager, 56 releases, ")
    assert f" {len(filled.requests)} requests in " in walked
    assert len({r.path for r in pages if r.status == 200}) == 4
    assert (
        read
        == f"{len(releases)} releases read (7 readouts, 4 related); rounds: 1, 2, 3, 4, 5; us-uk-tiwg 4; us-japan-labor-task-force 1"
    )
    assert len(releases) < 15  # of 56 that are listed


def test_a_window_takes_in_what_was_published_in_it(watcher: User) -> None:
    done = watcher.runs("backfill", "--since", "2022-08-25", "--until", "2023-02-03")
    assert done.code == 0
    assert done.said.endswith("rounds: 2, 3\n")
    assert watcher.reads("matrix")["rounds"] == [2, 3]


def test_what_is_on_file_is_not_fetched_a_second_time(room: PressRoom, watcher: User) -> None:
    watcher.runs("backfill")
    asked = len(room.requests)
    done = watcher.runs("backfill")
    assert done.said.splitlines()[-1] == "0 releases read; rounds: none"
    assert not [r.path for r in room.requests[asked:] if "/20" in r.path]


def test_a_folder_of_saved_pages_is_taken_in(folder: Path, newcomer: User) -> None:
    done = newcomer.runs("backfill", "--from", str(folder))
    assert (done.code, done.complained) == (0, "")
    assert done.said == "3 releases read (2 readouts, 1 related); rounds: 1, 5\n"
    found = newcomer.reads("latest")
    assert found["readout"]["round"] == 5
    assert found["comparison"]["missing_rounds"] == [2, 3, 4]


def test_a_page_that_is_not_understood_is_told_and_the_others_are_taken_in(
    folder: Path, operator: User
) -> None:
    (folder / "a-broken.html").write_text("<html><body><p>Half a page", "utf-8")
    done = operator.runs("backfill", "--from", str(folder))
    assert done.code == 3
    assert done.said.endswith("rounds: 1, 5\n")
    assert "the page breaks off before its end" in done.complained
    assert "roundwatch issues" in done.complained
    (issue,) = operator.reads("issues")
    assert (issue["kind"], issue["times"]) == ("half-loaded", 1)
    assert issue["address"].endswith("/pages/a-broken.html")


def test_a_folder_that_is_not_there_is_wrong_usage(newcomer: User) -> None:
    done = newcomer.runs("backfill", "--from", "nowhere")
    assert (done.code, done.said) == (2, "")
    assert "there is no folder nowhere" in done.complained


def test_the_internet_archive_is_asked_and_the_summary_tells_of_its_gaps(operator: User) -> None:
    with LocalArchive(captures_of(bundled())) as local:
        own = {"wayback_url": local.base_url, "wayback_per_minute": 60_000}
        done = operator.runs("backfill", "--from", "wayback", **own)
    assert (done.code, done.complained) == (0, "")
    walked, read = done.said.splitlines()
    requests = f"{len(local.requests)} requests in "
    assert walked.startswith(f"4 pages of the index, 12 releases, 7 gaps, {requests}")
    assert read.startswith("24 captures read (")
    assert "); rounds: 1, 2, 3, 4, 5;" in read


def test_a_site_without_a_listing_ends_a_backfill_with_its_name(
    room: PressRoom, watcher: User
) -> None:
    done = watcher.runs("backfill", source_url=f"{room.base_url}/elsewhere")
    assert (done.code, done.said) == (3, "")
    assert f"{room.base_url}/elsewhere" in done.complained
    assert "what to do: " in done.complained


def test_stored_pages_are_read_again_without_the_network(reader: User) -> None:
    before = reader.reads("latest")
    done = reader.runs("reread")
    assert (done.code, done.complained) == (0, "")
    pages, _, rest = done.said.partition(" ")
    assert int(pages) >= 5
    assert (
        rest
        == "stored pages read; rounds: 1, 2, 3, 4, 5; us-uk-tiwg 4; us-japan-labor-task-force 1\n"
    )
    assert reader.reads("latest") == before


def misread(reader: User) -> None:
    """What is on file of the fifth round is what a worse reader had made of it."""
    with closing(sqlite3.connect(reader.archive)) as connection, connection:
        connection.execute("update readouts set city = 'Osaka' where round = 5")


def cities(reader: User) -> set[str]:
    with closing(sqlite3.connect(reader.archive)) as connection:
        query = "select city from readouts where round = 5 and superseded_at is null"
        return {city for (city,) in connection.execute(query)}


def test_what_would_come_out_differently_is_said_and_a_dry_run_keeps_nothing(reader: User) -> None:
    misread(reader)
    done = reader.runs("reread", "--dry-run")
    assert (done.code, done.complained) == (0, "")
    page, city, sum_, kept = done.said.splitlines()
    assert page.startswith("https://ustr.gov/about-us/")
    assert city == "  us-japan-partnership-on-trade 5: city: Osaka -> Washington"
    assert (sum_, kept) == ("1 release would come out differently", "nothing was kept")
    assert cities(reader) == {"Osaka"}


def test_a_script_is_told_first_and_it_is_kept(reader: User) -> None:
    misread(reader)
    done = reader.runs("reread")
    assert done.code == 0
    assert "Osaka -> Washington" in done.said
    assert " stored pages read; rounds: 1, 2, 3, 4, 5" in done.said
    assert cities(reader) == {"Washington"}


def test_programs_read_the_differences_as_json(reader: User) -> None:
    misread(reader)
    (page,) = json.loads(reader.runs("reread", "--json", "--dry-run").said)
    assert page["differences"] == [
        {"what": "us-japan-partnership-on-trade 5: city", "before": "Osaka", "after": "Washington"}
    ]
    assert page["fault"] is None
    assert cities(reader) == {"Osaka"}
    assert len(json.loads(reader.runs("reread", "--json").said)) == 1
    assert reader.runs("reread", "--json").said == "[]\n"


@pytest.mark.parametrize(
    ("words", "answer", "city"),
    [((), "n", "Osaka"), ((), "y", "Washington"), (("--yes",), "", "Washington")],
)
def test_a_person_at_a_terminal_is_asked_before_anything_is_kept(
    reader: User, words: tuple[str, ...], answer: str, city: str
) -> None:
    misread(reader)
    said = reader.at_a_terminal("reread", *words, types=f"{answer}\n" if answer else "")
    assert "Osaka -> Washington" in said
    assert ("Keep this?" in said) == (not words)
    assert ("nothing was kept" in said) == (city == "Osaka")
    assert cities(reader) == {city}
