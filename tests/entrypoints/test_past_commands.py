"""backfill and reread: the past, from the live listing, from a folder, from what is stored."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.entrypoints.past_told import time_told
from monitor.pressroom import PressRoom
from tests.entrypoints.conftest import Filled
from tests.entrypoints.saved import near_miss, release, save, text
from tests.entrypoints.user import User
from tests.servers.big_site import BigServer, BigSite
from tests.servers.big_site.site import Shown
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


def test_pages_outside_of_the_days_asked_for_are_counted(folder: Path, newcomer: User) -> None:
    done = newcomer.runs("backfill", "--from", str(folder), "--since", "2099-01-01")
    assert done.code == 0
    assert done.said.splitlines()[-1] == "3 pages outside of the days asked for"


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


# --- Said before, said as JSON, gone on with ---------------------------------------------------


def test_a_dry_run_says_what_would_be_fetched_and_why_and_makes_no_archive(
    room: PressRoom, newcomer: User
) -> None:
    done = newcomer.runs("backfill", "--dry-run", "--since", "2023-12-01", source_url=room.base_url)
    assert (done.code, done.complained) == (0, "")
    heading, *planned, walked, would = done.said.splitlines()
    assert heading.split() == ["Published", "Why", "Title"]
    assert planned[0].startswith("2023-12-16  title or address  Readout of the Fourth Round")
    assert walked.startswith("1 listing page, ")
    assert would.endswith("at the set pace; nothing was filed")
    assert would.startswith(f"{len(planned)} releases would be fetched: {len(planned)} requests, ")
    assert not [r.path for r in room.requests if "/20" in r.path]
    assert not newcomer.archive.exists()


def test_what_a_dry_run_says_as_json_is_what_the_backfill_then_fetches(
    room: PressRoom, watcher: User
) -> None:
    said = watcher.reads("backfill", "--dry-run")
    asked = len(room.requests)
    done = watcher.reads("backfill")
    fetched = [r.path for r in room.requests[asked:] if r.status == 200 and "/20" in r.path]
    planned = [one["address"].removeprefix("https://ustr.gov") for one in said["would_fetch"]]
    assert planned == fetched
    assert {one["reason"] for one in said["would_fetch"]} == {"title"}
    assert (done["read"], done["left"], done["complete"]) == (len(planned), 0, True)
    assert done["requests"] == len(room.requests) - asked


def test_a_neighbourhood_and_everything_can_be_asked_for(room: PressRoom, watcher: User) -> None:
    watcher.runs("backfill")
    near = watcher.reads("backfill", "--near", "30", "--dry-run")["would_fetch"]
    every = watcher.reads("backfill", "--all", "--dry-run")["would_fetch"]
    assert {one["reason"] for one in near} == {"near"}
    assert {one["key"] for one in near} < {one["key"] for one in every}


def test_a_second_backfill_says_that_nothing_is_left(room: PressRoom, watcher: User) -> None:
    watcher.runs("backfill")
    asked = len(room.requests)
    walked, note, read = watcher.runs("backfill").said.splitlines()
    assert len(room.requests) == asked + 1
    assert walked.startswith("1 listing page, ")
    assert " read before), 1 request in " in walked
    assert note.startswith("nothing is left to walk since that of ")
    assert read == "0 releases read; rounds: none"


@pytest.mark.parametrize("words", [["--near", "1"], ["--dry-run"], ["--section", "blog"]])
def test_what_is_of_the_listing_alone_is_wrong_usage_for_a_folder(
    folder: Path, newcomer: User, words: list[str]
) -> None:
    done = newcomer.runs("backfill", "--from", str(folder), *words)
    assert (done.code, done.said) == (2, "")
    assert "are for the live listing" in done.complained


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--every-capture"], "--every-capture is for the Internet Archive"),
        (["--near", "1", "--all"], "--near and --all are asked for at once"),
        (["--from", "one.warc.gz"], "put it into a folder"),
    ],
)
def test_options_that_would_change_nothing_are_refused_in_words(
    newcomer: User, words: list[str], said: str
) -> None:
    (newcomer.home / "one.warc.gz").write_bytes(b"")
    if "--from" in words:
        words = ["--from", str(newcomer.home / "one.warc.gz")]
    done = newcomer.runs("backfill", *words)
    assert (done.code, done.said) == (2, "")
    assert said in done.complained


def test_a_walk_that_is_stopped_by_the_host_says_how_to_go_on(newcomer: User) -> None:
    site = BigSite(200, ways=["pager"])
    with BigServer(site, tired_after=6) as server:
        done = newcomer.runs("backfill", source_url=server.base_url)
    assert done.code == 3
    assert "the walk is not at its end: the same command goes on with it" in done.said
    assert "left for later: the same command goes on with" in done.said
    assert "answered 429: too many requests" in done.complained


def test_what_was_not_there_is_said(newcomer: User) -> None:
    with BigServer(WithoutAYear(200, ways=["years"], per_page=10)) as server:
        done = newcomer.runs("backfill", source_url=server.base_url)
    assert done.code == 0
    assert "not there: 2015\n" in done.said


class WithoutAYear(BigSite):
    """A site that has lost the page of 2015."""

    def answer(self, target: str) -> Shown:
        if target.endswith("/2015"):
            return Shown("missing", 404, b"")
        return super().answer(target)


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.4, "0 s"), (59, "59 s"), (200, "3 min"), (7_500, "2 h 5 min")]
)
def test_times_are_told_in_the_largest_units_that_fit(seconds: float, told: str) -> None:
    assert time_told(seconds) == told


# --- Left to the service ----------------------------------------------------------------------


def test_a_backfill_that_is_left_to_the_service_is_listed_and_can_be_ended(watcher: User) -> None:
    left = watcher.runs("backfill", "--background", "--since", "2022-08-01")
    assert left.said == ("backfill 1 is left to the service: `roundwatch backfills` tells of it\n")
    (found,) = watcher.reads("backfills")
    assert found["backfill"]["wish"]["since"] == "2022-08-01"
    assert found["months"] == []
    assert "walking" in watcher.runs("backfills").said
    assert watcher.runs("backfills", "--stop", "1").said == (
        "backfill 1 is ended; what it took in stays\n"
    )
    again = watcher.runs("backfills", "--stop", "1")
    assert again.code == 1
    assert "`roundwatch backfills` lists them" in again.complained


@pytest.mark.parametrize("words", [("--from", "wayback"), ("--dry-run",)])
def test_what_cannot_be_left_to_the_service_is_refused(
    watcher: User, words: tuple[str, ...]
) -> None:
    done = watcher.runs("backfill", "--background", *words)
    assert done.code == 2
    assert "--background is for the live listing" in done.complained
