"""Backfills of the big site: everything once, few requests, and gone on with after any stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from monitor.bootstrap import service
from monitor.core.selection import Selection
from monitor.journeys.past.window import Window
from storage import archive, journal
from storage.database import Database
from storage.schema import metadata
from tests.databases import SqliteFiles
from tests.journeys.big_offices import (
    NOW,
    Make,
    candidates,
    fetched,
    keys,
    on_file,
)
from tests.journeys.offices import Clock, office
from tests.servers.big_site import BigServer, BigSite
from tests.servers.big_site.site import Way

LISTING = "/about-us/policy-offices/press-office/press-releases"
ALL = Selection(everything=True)


@pytest.fixture
def clock() -> Clock:
    """A clock on the day after the big site's last release."""
    return Clock(NOW)


# --- Complete, once, with few requests --------------------------------------------------------


@pytest.mark.parametrize(
    "site",
    [
        pytest.param({}, id="years"),
        pytest.param({"menu": True, "per_year_page": 4}, id="years with pagers"),
        pytest.param({"ways": ["months"]}, id="months"),
        pytest.param({"ways": ["pager"]}, id="pager"),
        pytest.param({"ways": ["pager"], "repeating": True}, id="pager that repeats"),
        pytest.param({"cut_years": True, "per_page": 3}, id="years cut short"),
        pytest.param({"home": "/about"}, id="the other prefix"),
    ],
)
def test_all_of_the_past_is_taken_in_and_each_release_fetched_once(
    make: Make, site: dict[str, Any]
) -> None:
    server, made = make(BigSite(100, **site))
    done = made.take_past_in(selection=ALL)
    assert sorted(on_file(made.database, read=True)) == keys(server.site.listed)
    assert fetched(server) == keys(server.site.listed)
    assert (done.complete, done.problems) == (True, [])
    assert (done.read, done.named, done.verdicts["readout"]) == (100, 100, 8)


@pytest.mark.parametrize(
    ("ways", "spare"),
    [(["years", "months", "pager"], 12), (["months", "pager"], 60), (["pager"], 6)],
)
def test_the_requests_for_all_readouts_are_nearly_the_least_there_can_be(
    sqlite_files: SqliteFiles, ways: list[Way], spare: int
) -> None:
    site = BigSite(6_000, ways=ways)
    with BigServer(site) as server, office(server.base_url, sqlite_files.ready()) as made:
        done = made.take_past_in()
    years = len({release.published.year for release in site.listed})
    months = len({(r.published.year, r.published.month) for r in site.listed})
    pages = {"years": years + 1, "months": months + 1, "pager": -(-6_000 // 20)}[ways[0]]
    least = 1 + pages + len(candidates(site))  # robots.txt, the listing, what could be a readout
    print(f"{ways[0]}: {done.requests} requests made, {least} at the least")  # noqa: T201 - shown with -s
    assert len(fetched(server)) == len(candidates(site))
    assert done.requests == sum(server.counts.values())
    assert done.requests <= least + spare


def test_the_way_that_worked_is_remembered_for_the_next_walk(make: Make, clock: Clock) -> None:
    server, made = make(BigSite(300, ways=["pager"]))
    made.take_past_in()
    guessed = server.counts["missing"]
    clock.later(days=8)
    done = made.take_past_in()
    assert guessed > 0
    assert done.pages == 15
    assert server.counts["missing"] == guessed


# --- What is asked for ------------------------------------------------------------------------


@pytest.mark.parametrize("ways", [["years"], ["months"], ["pager"]])
@pytest.mark.parametrize(
    "window",
    [
        Window(since=date(2022, 3, 1)),
        Window(until=date(2003, 6, 30)),
        Window(date(2018, 7, 13), date(2022, 8, 25)),
    ],
    ids=["since", "until", "both"],
)
def test_a_window_takes_in_what_was_published_in_it_and_hardly_anything_else(
    make: Make, ways: list[Way], window: Window
) -> None:
    server, made = make(BigSite(200, ways=ways))
    made.take_past_in(window, selection=ALL)
    inside = keys([r for r in server.site.listed if window.holds(r.published)])
    taken = on_file(made.database, read=True)
    assert set(inside) <= set(taken)
    # A listing of 2019 gives no days: what stands in a month about the ends is fetched to know.
    assert len(taken) <= len(inside) + 5


def test_the_neighbourhood_is_what_was_published_within_some_days_of_a_candidate(
    make: Make,
) -> None:
    server, made = make(BigSite(1_000))
    made.take_past_in(Window(since=date(2022, 1, 1)), selection=Selection(near=3))
    days = [r.published for r in candidates(server.site) if r.published.year >= 2022]
    near = [
        release
        for release in server.site.listed
        if any(abs(release.published - day) <= timedelta(days=3) for day in days)
    ]
    assert fetched(server) == keys([r for r in near if r.published.year >= 2022])
    assert len(near) > len(days)


def test_other_sections_are_walked_when_asked_for_and_are_no_look(make: Make) -> None:
    server, made = make(BigSite(100))
    done = made.take_past_in(section="fact-sheets", selection=ALL)
    assert done.read == len([r for r in server.site.releases if r.section == "fact-sheets"])
    assert on_file(made.database) == []
    with made.database.reading() as tx:
        assert journal.last_good_poll(tx, server.base_url) is None


def test_everything_of_a_section_is_nothing_of_another_one(make: Make) -> None:
    server, made = make(BigSite(100))
    made.take_past_in()
    asked = len(fetched(server))
    made.take_past_in(section="fact-sheets", selection=ALL)
    assert not [key for key in fetched(server)[asked:] if key.startswith("blog/")]
    assert len(on_file(made.database, read=True)) == len(candidates(server.site))


def test_a_neighbourhood_is_the_same_after_its_candidates_were_read(
    make: Make, sqlite_files: SqliteFiles
) -> None:
    server, made = make(BigSite(1_000))
    window, near = Window(since=date(2022, 1, 1)), Selection(near=3)
    made.take_past_in(window)
    said = made.rehearse_past(window, selection=near, section="press-releases")
    assert made.take_past_in(window, selection=near).read == len(said.planned) > 0
    assert made.take_past_in(window, selection=near).read == 0
    with office(server.base_url, sqlite_files.ready(), now=made.now) as at_once:
        at_once.take_past_in(window, selection=near)
        assert sorted(on_file(at_once.database, read=True)) == sorted(
            on_file(made.database, read=True)
        )


# --- Stopped and gone on with -----------------------------------------------------------------


def test_a_page_that_cannot_be_read_ends_the_run_and_the_next_goes_on_one_page_before(
    make: Make,
) -> None:
    server, made = make(BigSite(300, ways=["pager"]), broken={f"{LISTING}?page=7"})
    done = made.take_past_in()
    assert [problem.kind for problem in done.problems] == ["half-loaded"]
    assert not done.complete
    asked = len(server.requests)
    server.broken.clear()
    again = made.take_past_in()
    assert [path for kind, path in server.requests[asked:] if kind == "listing"][:3] == [
        LISTING,
        f"{LISTING}?page=6",
        f"{LISTING}?page=7",
    ]
    assert sorted(on_file(made.database)) == keys(server.site.listed)
    assert (again.complete, again.notes) == (True, ["went on with the walk of 2026-07-01"])


def test_a_page_that_fails_again_in_the_next_run_is_passed_over_and_named(make: Make) -> None:
    server, made = make(BigSite(300, ways=["pager"]), broken={f"{LISTING}?page=7"})
    made.take_past_in()
    done = made.take_past_in()
    assert (done.walked, done.not_there) == (True, ("page 8 of the listing",))
    lost = keys(server.site.listed[140:160])
    assert sorted([*on_file(made.database), *lost]) == keys(server.site.listed)


def test_a_host_that_wants_to_be_left_alone_ends_the_run_and_the_rest_comes_later(
    make: Make, clock: Clock, database_url: str
) -> None:
    server, made = make(BigSite(100), tired_after=40)
    done = made.take_past_in(selection=ALL)
    assert {problem.kind for problem in done.problems} == {"too-many-requests"}
    asked = len(server.requests)
    assert asked == 41  # one more, to be told so
    assert done.left == 100 - done.read
    clock.later(hours=2)
    server.tired_after = None
    with office(server.base_url, database_url, now=clock) as later:
        again = later.take_past_in(selection=ALL)
    assert (again.complete, again.read) == (True, done.left)
    assert fetched(server) == keys(server.site.listed)


def test_a_host_that_wants_to_be_left_alone_while_it_is_walked_ends_the_run_at_once(
    make: Make,
) -> None:
    server, made = make(BigSite(300, ways=["pager"]), tired_after=8)
    done = made.take_past_in()
    assert len(server.requests) == 9
    assert (done.walked, done.read) == (False, 0)
    assert done.left > 0


def test_a_release_that_fails_is_left_for_later_and_the_others_are_taken_in(make: Make) -> None:
    site = BigSite(100)
    bad = candidates(site)[3]
    server, made = make(site, broken={bad.path})
    done = made.take_past_in()
    assert [page.problem.kind for page in done.failed if page.problem] == ["half-loaded"]
    assert done.read == len(candidates(site)) - 1
    server.broken.clear()
    assert made.take_past_in().read == 1


def test_a_walk_that_came_to_its_end_is_not_made_again_within_a_week(
    make: Make, clock: Clock
) -> None:
    server, made = make(BigSite(200, ways=["pager"], shifting=1, held_back=5))
    made.take_past_in()
    walked = server.counts["listing"]
    clock.later(days=2)
    done = made.take_past_in(selection=ALL)
    assert server.counts["listing"] == walked + 1
    assert sorted(on_file(made.database, read=True)) == keys(server.site.listed)
    assert done.notes == ["nothing is left to walk since that of 2026-07-01"]


def test_a_walk_is_made_again_where_more_came_than_the_newest_page_names(
    make: Make, clock: Clock
) -> None:
    site = BigSite(300, ways=["pager"], shifting=20, held_back=40)
    server, made = make(site)
    made.take_past_in()
    for _ in range(1_000):
        site.answer(LISTING)
    clock.later(days=2)
    assert made.take_past_in().pages == 15
    assert sorted(on_file(made.database)) == keys(server.site.listed)


def test_a_walk_that_stood_still_for_a_week_is_begun_anew(make: Make, clock: Clock) -> None:
    server, made = make(BigSite(300, ways=["pager"]), broken={f"{LISTING}?page=7"})
    made.take_past_in()
    clock.later(days=8)
    server.broken.clear()
    asked = len(server.requests)
    done = made.take_past_in()
    walked = [path for kind, path in server.requests[asked:] if kind == "listing"]
    assert walked[:2] == [LISTING, f"{LISTING}?page=1"]
    assert done.notes == ["began the walk of 2026-07-01 anew"]


def test_a_pager_that_shifts_while_it_is_walked_loses_nothing(make: Make) -> None:
    site = BigSite(300, ways=["pager"], shifting=1, held_back=9)
    listed = keys(site.listed)
    _, made = make(site)
    made.take_past_in()
    assert set(listed) <= set(on_file(made.database))


def test_a_walk_taken_up_after_the_pager_has_shifted_loses_nothing(make: Make) -> None:
    site = BigSite(300, ways=["pager"], shifting=7, held_back=30)
    listed = keys(site.listed)
    server, made = make(site, broken={f"{LISTING}?page=7"})
    made.take_past_in()
    for _ in range(100):
        site.answer(LISTING)
    server.broken.clear()
    assert made.take_past_in().complete
    assert set(listed) <= set(on_file(made.database))


# --- Rehearsed --------------------------------------------------------------------------------


def filed(database: Database) -> dict[str, list[Any]]:
    """All rows of all tables, but for what is known of hosts and requests."""
    with database.reading() as tx:
        return {
            table.name: [tuple(row) for row in tx.execute(select(table))]
            for table in metadata.sorted_tables
            if table.name not in {"hosts", "requests"}
        }


@pytest.mark.parametrize("selection", [Selection(), Selection(near=2), ALL])
def test_a_rehearsal_says_what_the_backfill_then_fetches_and_files_nothing(
    make: Make, selection: Selection
) -> None:
    server, made = make(BigSite(100))
    window = Window(since=date(2021, 1, 1))
    before = filed(made.database)
    said = made.rehearse_past(window, selection=selection, section="press-releases")
    assert filed(made.database) == before
    assert fetched(server) == []
    made.take_past_in(window, selection=selection)
    assert sorted(planned.key for planned in said.planned) == fetched(server)
    left = made.rehearse_past(window, selection=selection, section="press-releases")
    assert left.planned == ()


def test_a_rehearsal_leaves_an_archive_as_it_was_but_for_requests_and_hosts(
    make: Make, database_url: str, clock: Clock
) -> None:
    server, made = make(BigSite(100))
    made.take_past_in()
    before, asked = filed(made.database), len(server.requests)
    with office(server.base_url, database_url, now=clock) as other:
        other.rehearse_past(Window(), selection=ALL, section="press-releases")
    made.client.close()
    assert len(server.requests) > asked
    assert filed(made.database) == before
    with made.database.reading() as tx:
        on_record = tx.scalar(select(func.count()).select_from(metadata.tables["requests"]))
    assert on_record == len(server.requests)


def test_a_rehearsal_takes_its_turns_among_the_programs_of_its_archive(make: Make) -> None:
    _, made = make(BigSite(100))
    slowly = replace(made.settings, max_requests_per_second=5.0)
    turns = select(func.max(metadata.tables["hosts"].c.next_turn_at))
    with made.database.reading() as tx:
        assert tx.scalar(turns) is None
    with service(slowly) as other:
        other.rehearse_past(Window(since=date(2026, 6, 1)), selection=ALL, section="press-releases")
    with made.database.reading() as tx:
        assert tx.scalar(turns) is not None


def test_a_rehearsal_makes_no_archive_where_there_is_none(
    sqlite_files: SqliteFiles, clock: Clock
) -> None:
    url = sqlite_files.empty()
    with BigServer(BigSite(100)) as server, office(server.base_url, url, now=clock) as made:
        said = made.rehearse_past(Window(), selection=Selection(), section="press-releases")
        assert len(said.planned) == len(candidates(server.site))
    assert not Path(url.removeprefix("sqlite:///")).exists()


def test_what_is_counted_is_what_is_on_file(make: Make) -> None:
    server, made = make(BigSite(100))
    made.take_past_in()
    done = made.take_past_in()
    with made.database.reading() as tx:
        read = sum(n for verdict, n in archive.count_releases(tx).items() if verdict != "unread")
    assert (done.named, done.on_file, done.read) == (len(server.site.listed), read, 0)


def test_a_release_without_a_day_counts_only_for_a_window_of_the_year_in_its_address(
    make: Make,
) -> None:
    server, made = make(BigSite(300))
    made.take_past_in(Window(since=date(2000, 1, 1)))
    done = made.take_past_in(Window(date(2010, 1, 1), date(2010, 3, 1)))
    of_the_year = [r for r in server.site.listed if r.published.year == 2010]
    assert 0 < done.named <= len(of_the_year)
