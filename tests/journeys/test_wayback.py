"""The past from the Internet Archive: which captures are taken, gone on with, and told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import func, select

from monitor.bootstrap import Service
from monitor.core.captures import name_of, original_of, prefixes, read_captures, timestamp_of
from monitor.core.selection import Selection
from monitor.journeys.past.wayback import AskedOfTheArchive
from monitor.journeys.past.window import Backfilled, Window
from monitor.pressroom import PressRoom, rounds
from storage import archive, journal
from storage.database import Database
from storage.records import Snapshot
from storage.schema import deliveries, releases, revisions
from tests.databases import PostgresqlServer, SqliteFiles
from tests.journeys.offices import SERIES, Clock, add_reader, office
from tests.servers.captured import (
    Source,
    bundled,
    captures_of,
    ends_in_a_wall,
    gap_at_first,
    is_edited,
)
from tests.servers.wayback import LocalArchive

SOURCES = bundled()
CANDIDATES = tuple(source for source in SOURCES if source.is_candidate)
PUBLISHED = rounds()


@pytest.fixture(scope="module")
def local_archive() -> Iterator[LocalArchive]:
    """The bundled releases as they were captured, on pages of forty rows."""
    with LocalArchive(captures_of(SOURCES), most_rows=40) as running:
        yield running


@dataclass(frozen=True)
class Taken:
    """What a first run came to: for all tests that only look."""

    service: Service
    done: Backfilled
    asked: Counter[str]


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def taken(request: pytest.FixtureRequest, local_archive: LocalArchive) -> Iterator[Taken]:
    """All that could be a readout, taken in once on each database."""
    databases: SqliteFiles | PostgresqlServer = request.getfixturevalue(request.param)
    url = databases.ready()
    local_archive.requests.clear()
    with office("http://127.0.0.1:9", url, wayback_url=local_archive.base_url) as service:
        done = service.take_captures_in(AskedOfTheArchive())
        yield Taken(service, done, Counter(kind for kind, _ in local_archive.requests))
    databases.drop(url)


@pytest.fixture
def made(local_archive: LocalArchive, database_url: str) -> Iterator[Service]:
    """A service with nothing on file, whose Internet Archive is the local one."""
    local_archive.requests.clear()
    with office("http://127.0.0.1:9", database_url, wayback_url=local_archive.base_url) as service:
        yield service


def pages_of(database: Database) -> list[Snapshot]:
    """The captures on file, oldest first."""
    with database.reading() as tx:
        return [page for page in archive.snapshots(tx) if original_of(page.address)]


def captures_of_source(database: Database, source: Source) -> list[Snapshot]:
    """The captures on file of one release."""
    return [page for page in pages_of(database) if source.path in page.address]


def test_every_release_that_could_be_a_readout_is_taken_in_once(taken: Taken) -> None:
    assert taken.done.problems == []
    assert taken.done.named == len(CANDIDATES)
    with taken.service.database.reading() as tx:
        assert archive.round_numbers(tx, SERIES.slug) == (1, 2, 3, 4, 5)
        assert tx.scalar(select(func.count()).select_from(releases)) == len(CANDIDATES)
        assert tx.scalar(select(func.count()).select_from(deliveries)) == 0


def test_of_each_release_the_first_good_capture_and_the_last_other_one_are_taken(
    taken: Taken,
) -> None:
    for source in CANDIDATES:
        found = captures_of_source(taken.service.database, source)
        assert len(found) == (3 if ends_in_a_wall(source) else 2)
        first = 1 if gap_at_first(source) else 0
        ours = sorted(
            (h for h in captures_of((source,)) if h.status == 200), key=lambda h: h.timestamp
        )
        ours = [held for held in ours if held.mimetype == "text/html"]
        assert timestamp_of(found[0].address) == ours[first].timestamp
        assert timestamp_of(found[-1].address) == ours[-1].timestamp


def test_a_capture_is_filed_with_its_own_time_its_own_headers_and_where_it_is_shown(
    taken: Taken, local_archive: LocalArchive
) -> None:
    page = pages_of(taken.service.database)[-1]
    timestamp = timestamp_of(page.address)
    assert page.address.startswith(f"{local_archive.base_url}/web/{timestamp}id_/http")
    assert f"{page.fetched_at:%Y%m%d%H%M%S}" == timestamp
    assert (page.origin, page.status) == ("wayback", 200)
    assert page.headers["server"] == "Apache"
    assert page.headers["etag"] == f'"{timestamp}"'
    assert page.headers["content-type"] == "text/html; charset=UTF-8"
    assert not [name for name in page.headers if name.startswith("x-archive")]


def test_a_gap_gives_way_to_the_next_capture_and_is_told_of(taken: Taken) -> None:
    gaps = [source for source in CANDIDATES if gap_at_first(source)]
    walls = [source for source in CANDIDATES if ends_in_a_wall(source)]
    assert gaps
    assert walls
    assert taken.done.gaps == len(gaps) + len(walls)
    assert taken.asked["gap"] == len(gaps)
    with taken.service.database.reading() as tx:
        assert journal.issues(tx) == ()


def test_an_edited_text_is_a_revision_and_another_menu_is_none(taken: Taken) -> None:
    with taken.service.database.reading() as tx:
        for source in CANDIDATES:
            release = archive.release_by_key(tx, source.path.partition("press-office/")[2])
            assert release is not None
            ours = revisions.c.release_id == release.id
            count = tx.scalar(select(func.count()).select_from(revisions).where(ours))
            edited = is_edited(source) and not ends_in_a_wall(source)
            assert count == (2 if edited else 1), source.path


def test_the_history_of_edits_takes_each_distinct_capture(made: Service) -> None:
    made.take_captures_in(AskedOfTheArchive(every_capture=True))
    for source in CANDIDATES:
        assert len(captures_of_source(made.database, source)) == 3


def test_all_takes_in_whatever_is_a_release(made: Service) -> None:
    done = made.take_captures_in(AskedOfTheArchive(selection=Selection(everything=True)))
    assert done.named == len(SOURCES)
    with made.database.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(releases)) == len(SOURCES)


def test_a_second_run_asks_for_the_index_and_for_nothing_that_is_on_file(
    made: Service, local_archive: LocalArchive
) -> None:
    made.take_captures_in(AskedOfTheArchive())
    before = pages_of(made.database)
    local_archive.requests.clear()
    done = made.take_captures_in(AskedOfTheArchive())
    assert done.read == 0
    assert local_archive.count("page", "gap") == 0
    assert pages_of(made.database) == before


def test_only_what_was_published_in_the_window_is_filed(made: Service) -> None:
    window = Window(date(2022, 8, 25), date(2023, 2, 3))
    made.take_captures_in(AskedOfTheArchive(window))
    with made.database.reading() as tx:
        found = archive.latest_releases(tx, limit=100)
        assert archive.round_numbers(tx, SERIES.slug) == (2, 3)
    assert found
    assert all(release.published and window.holds(release.published) for release in found)


def test_what_came_since_the_last_look_is_left_to_the_next_one_as_news(
    local_archive: LocalArchive, database_url: str
) -> None:
    eve = Clock()
    eve.moment = eve.moment.replace(year=2024, month=7, day=20)
    with (
        PressRoom(through=date(2024, 7, 20)) as room,
        office(room.base_url, database_url, wayback_url=local_archive.base_url, now=eve) as made,
    ):
        made.look()
        add_reader(made, "reader@example.org")
        room.publish(PUBLISHED[5])
        eve.later(days=30)
        done = made.take_captures_in(AskedOfTheArchive())
        assert 5 not in [one.number for one in done.rounds if one.series == SERIES.slug]
        assert len(made.look().announced) == 1


def test_rounds_come_oldest_first(taken: Taken) -> None:
    ours = [one.number for one in taken.done.rounds if one.series == SERIES.slug]
    assert list(dict.fromkeys(ours)) == [1, 2, 3, 4, 5]


def test_the_pages_of_the_index_are_kept_and_say_all_that_it_says(
    taken: Taken, local_archive: LocalArchive
) -> None:
    assert taken.asked["index"] == len(local_archive.pages_needed(prefixes()))
    with taken.service.database.reading() as tx:
        kept = [page for page in archive.snapshots(tx) if "/cdx/search/cdx?" in page.address]
        read = [read_captures(archive.body_of(tx, page.id)) for page in kept]
    named = {name_of(capture) for page in read for capture in page.captures}
    assert named == {
        f"{held.timestamp}/{held.original}"
        for held in local_archive.held
        if (held.status, held.mimetype) == (200, "text/html")
    }


@pytest.fixture
def beside_the_site(local_archive: LocalArchive, database_url: str) -> Iterator[Service]:
    """A service that can ask both the Internet Archive and the site itself."""
    with (
        PressRoom(through=date(2025, 12, 31)) as room,
        office(room.base_url, database_url, wayback_url=local_archive.base_url) as service,
    ):
        yield service


def test_a_release_found_live_and_in_the_archive_is_one_with_both_origins(
    beside_the_site: Service,
) -> None:
    made = beside_the_site
    made.take_past_in()
    with made.database.reading() as tx:
        before = archive.current_readouts(tx, SERIES.slug)
        read = tx.scalar(select(func.count(revisions.c.release_id.distinct())))
    made.take_captures_in(AskedOfTheArchive())
    with made.database.reading() as tx:
        assert tx.scalar(select(func.count(revisions.c.release_id.distinct()))) == read
        ids = [filed.release_id for filed in before]
        for seen in archive.origins_of(tx, ids).values():
            assert {one.origin for one in seen} == {"live", "wayback"}


def test_a_release_that_the_archive_gave_first_is_held_against_its_live_page_at_the_next_look(
    beside_the_site: Service,
) -> None:
    made = beside_the_site
    made.take_captures_in(AskedOfTheArchive())
    assert made.look().announced == ()
    with made.database.reading() as tx:
        ids = [filed.release_id for filed in archive.current_readouts(tx, SERIES.slug)]
        origins = archive.origins_of(tx, ids)
    assert len(ids) == 5
    for seen in origins.values():
        assert {one.origin for one in seen} == {"live", "wayback"}


def test_an_older_capture_never_becomes_what_the_release_says_now(
    beside_the_site: Service,
) -> None:
    made = beside_the_site
    made.take_past_in()
    with made.database.reading() as tx:
        before = archive.current_readouts(tx, SERIES.slug)
    made.take_captures_in(AskedOfTheArchive(every_capture=True))
    with made.database.reading() as tx:
        after = archive.current_readouts(tx, SERIES.slug)
        said = [(filed.release, filed.readout) for filed in after]
        assert said == [(filed.release, filed.readout) for filed in before]
        assert {filed.source.origin for filed in after} == {"live"}


def test_reading_all_again_takes_no_wall_of_the_past_for_a_fault(made: Service) -> None:
    made.take_captures_in(AskedOfTheArchive())
    with made.database.reading() as tx:
        before = archive.current_readouts(tx, SERIES.slug)
    again = made.reread()
    assert len(again) == 2 * len(CANDIDATES)
    assert [page.problem for page in again if page.problem] == []
    with made.database.reading() as tx:
        assert journal.issues(tx) == ()
        assert archive.current_readouts(tx, SERIES.slug) == before


def test_the_neighbourhood_of_a_candidate_is_taken_in_too(made: Service) -> None:
    near = made.take_captures_in(AskedOfTheArchive(selection=Selection(near=0)))
    assert len(CANDIDATES) < near.named < len(SOURCES)
    with made.database.reading() as tx:
        found = archive.latest_releases(tx, limit=100)
    months = {(source.published.year, source.published.month) for source in CANDIDATES}
    days = [release.published for release in found if release.published]
    assert {(day.year, day.month) for day in days} <= months


def test_what_only_the_archive_has_is_not_missed_on_the_site(
    local_archive: LocalArchive, database_url: str
) -> None:
    clock = Clock()
    with (
        PressRoom(through=date(2019, 1, 28)) as room,
        office(room.base_url, database_url, wayback_url=local_archive.base_url, now=clock) as made,
    ):
        made.take_captures_in(AskedOfTheArchive(Window(since=date(2022, 1, 1))))
        for _ in range(40):
            made.look()
            clock.later(days=1)
        with made.database.reading() as tx:
            about = [issue.address or "" for issue in journal.issues(tx, include_closed=True)]
            assert [address for address in about if "/202" in address] == []
            wanted = archive.wanted_releases(tx, now=clock().replace(year=2100))
            assert [release for release in wanted if "/202" in (release.address or "")] == []
