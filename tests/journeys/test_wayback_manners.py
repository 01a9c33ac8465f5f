"""The Internet Archive when it wants fewer requests, breaks off, or fails: obeyed, and gone on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from monitor.bootstrap import Service
from monitor.core.captures import prefixes
from monitor.errors import TooManyRequests, UnknownCaptures, Unreachable
from monitor.journeys.past.wayback import AskedOfTheArchive, backfill_wayback
from monitor.settings import Settings
from monitor.sources.client import PoliteClient
from monitor.sources.wayback import InternetArchive, hosts_of
from storage import archive, journal
from tests.journeys.offices import SERIES, office
from tests.servers.captured import bundled, captures_of
from tests.servers.wayback import Held, LocalArchive
from tests.sources.conftest import Notebook, Time

ROUNDS = tuple(source for source in bundled() if "partnership-trade" in source.path)
HELD = tuple(captures_of(ROUNDS))


@contextmanager
def at(local_archive: LocalArchive, database_url: str) -> Iterator[Service]:
    """A service with nothing on file, whose Internet Archive is this one."""
    with (
        local_archive,
        office("http://127.0.0.1:9", database_url, wayback_url=local_archive.base_url) as made,
    ):
        yield made


def rounds_of(made: Service) -> tuple[int, ...]:
    with made.database.reading() as tx:
        return archive.round_numbers(tx, SERIES.slug)


def test_a_wait_that_is_asked_for_is_kept_and_the_run_goes_on(database_url: str) -> None:
    busy = LocalArchive(HELD, a_window=10, window=60, retry_after=1)
    with at(busy, database_url) as made:
        done = made.take_captures_in(AskedOfTheArchive())
        assert done.problems == []
        assert rounds_of(made) == (1, 2, 3, 4, 5)
    assert busy.count("busy") == (len(busy.requests) - 1) // 11  # one after each ten
    assert busy.ignored == 0


def test_a_wait_of_an_hour_ends_the_run_and_nothing_more_is_asked(database_url: str) -> None:
    busy = LocalArchive(HELD, a_window=8, window=60, retry_after=3600)
    with at(busy, database_url) as made:
        done = made.take_captures_in(AskedOfTheArchive())
        (problem,) = done.problems
        assert isinstance(problem, TooManyRequests)
        asked = len(busy.requests)
        again = made.take_captures_in(AskedOfTheArchive())
        assert isinstance(again.problems[0], TooManyRequests)
        assert len(busy.requests) == asked
        assert 0 < done.read < len(ROUNDS) * 2
    assert busy.ignored == 0


def test_an_index_that_breaks_off_is_asked_for_again(database_url: str) -> None:
    cut = LocalArchive(HELD, most_rows=4, cut_every=2)
    with at(cut, database_url) as made:
        done = made.take_captures_in(AskedOfTheArchive())
        assert done.problems == []
        assert rounds_of(made) == (1, 2, 3, 4, 5)
    needed = len(cut.pages_needed(prefixes()))
    assert cut.count("index") == needed
    assert cut.count("cut") == needed - 1


def test_an_index_that_always_breaks_off_is_named_and_nothing_is_taken_for_all(
    database_url: str,
) -> None:
    cut = LocalArchive(HELD, cut_every=1)
    with at(cut, database_url) as made, pytest.raises(UnknownCaptures):
        made.take_captures_in(AskedOfTheArchive())
    assert cut.count("cut") == 3
    assert cut.count("page") == 0


def test_a_release_of_which_nothing_can_be_shown_is_an_issue_until_it_is_read(
    database_url: str,
) -> None:
    first = ROUNDS[0]
    lost = [
        Held(each.timestamp, each.original, each.make, each.status, each.mimetype, gap=True)
        for each in captures_of((first,))
    ]
    with at(LocalArchive([*lost, *captures_of(ROUNDS[1:])]), database_url) as made:
        done = made.take_captures_in(AskedOfTheArchive())
        (problem,) = done.problems
        assert "captures shows the release" in problem.summary
        assert rounds_of(made) == (2, 3, 4, 5)
        with made.database.reading() as tx:
            (issue,) = journal.issues(tx)
        assert (issue.kind, issue.address) == ("no-good-capture", f"https://ustr.gov{first.path}")
    with at(LocalArchive(captures_of((first,))), database_url) as made:
        made.take_captures_in(AskedOfTheArchive())
        with made.database.reading() as tx:
            assert journal.issues(tx) == ()


def test_an_archive_that_cannot_be_reached_is_named(database_url: str) -> None:
    with (
        office("http://127.0.0.1:9", database_url) as made,
        pytest.raises(Unreachable, match=r"127\.0\.0\.1:9"),
    ):
        made.take_captures_in(AskedOfTheArchive())


@contextmanager
def in_its_own_time(
    local: LocalArchive, per_minute: float
) -> Iterator[tuple[InternetArchive, Time]]:
    """The archive, asked by a client whose clock only moves when it waits."""
    time = Time()
    client = PoliteClient(
        "Roundwatch/0.1 (operator@example.org)",
        hosts_of(local.base_url),
        per_minute / 60,
        Notebook(),
        clock=time.clock,
        sleep=time.sleep,
        now=time.now,
    )
    yield InternetArchive(local.base_url, client), time
    client.close()


def test_a_429_that_names_no_wait_costs_a_minute_and_the_run_goes_on(database_url: str) -> None:
    busy = LocalArchive(HELD, a_window=9, window=3600, retry_after=None)
    with at(busy, database_url) as made, in_its_own_time(busy, 20) as (site, time):
        done = backfill_wayback(
            AskedOfTheArchive(),
            database=made.database,
            site=site,
            settings=made.settings,
            now=time.now,
            sleep=time.sleep,
        )
        assert done.problems == []
        assert rounds_of(made) == (1, 2, 3, 4, 5)
    assert busy.count("busy") == (len(busy.requests) - 1) // 10  # one after each nine
    assert [wait for wait in time.slept if wait > 50] == [pytest.approx(60)] * busy.count("busy")


def test_it_is_asked_twenty_times_a_minute_at_most(database_url: str) -> None:
    local = LocalArchive(HELD)
    per_minute = Settings(database_url=database_url).wayback_per_minute
    with at(local, database_url) as made, in_its_own_time(local, per_minute) as (site, time):
        backfill_wayback(
            AskedOfTheArchive(),
            database=made.database,
            site=site,
            settings=made.settings,
            now=time.now,
            sleep=time.sleep,
        )
    assert len(time.slept) == len(local.requests) - 1
    assert min(time.slept) >= 3
