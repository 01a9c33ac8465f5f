"""A page that stays away: said to be withdrawn after two weeks of evidence, and over when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from monitor.bootstrap import Service
from monitor.journeys.latest import of_round
from storage import archive, journal, outbox
from storage.records import FiledRelease, Issue, Whereabouts
from tests.faults.server import Behaviour, MisbehavingServer, Page, redirect
from tests.journeys.offices import SERIES, Clock, add_reader, office
from tests.journeys.pages import LISTING, listing, page, path_of

FIRST = path_of(1)
STANDS = Page(page(1, "Labor: Talked."), etag='"1"')
GONE = Page("no such page", status=404)
WALL = Page("<html><title>Access Denied</title><h1>Access Denied</h1></html>", status=403)


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    """A server with one round."""
    with MisbehavingServer() as serving:
        serving.set(FIRST, STANDS)
        serving.set(LISTING, Page(listing(FIRST), etag='"one"'))
        yield serving


@pytest.fixture
def made(server: MisbehavingServer, clock: Clock, database_url: str) -> Iterator[Service]:
    """A service that has read the round."""
    with office(server.base_url, database_url, now=clock) as service:
        service.look()
        clock.later(days=2)
        yield service


def answers_for(
    days: int, behaviour: Behaviour, server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    """The page answers so for some days, and is looked at on each."""
    server.set(FIRST, behaviour)
    for _ in range(days):
        made.look()
        clock.later(days=1)


def issues(made: Service) -> list[str]:
    with made.database.reading() as tx:
        return [issue.kind for issue in journal.issues(tx)]


def issue(made: Service, kind: str) -> Issue:
    with made.database.reading() as tx:
        (found,) = (issue for issue in journal.issues(tx) if issue.kind == kind)
    return found


def release(made: Service) -> FiledRelease:
    with made.database.reading() as tx:
        readout = archive.readout_of_round(tx, SERIES.slug, 1)
        found = archive.release_by_id(tx, readout.release_id) if readout else None
    assert found is not None
    return found


def is_withdrawn(made: Service) -> bool:
    with made.database.reading() as tx:
        return bool(archive.withdrawn_releases(tx, [release(made).id]))


def test_a_page_that_is_gone_for_fourteen_days_is_said_to_be_withdrawn_and_kept(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    answers_for(14, GONE, server, made, clock)
    assert issues(made) == ["gone"]
    answers_for(1, GONE, server, made, clock)
    assert (issues(made), is_withdrawn(made)) == (["withdrawn"], True)
    said = issue(made, "withdrawn")
    assert said.summary == (
        "withdrawn, our copy is kept: the page was first missed on 2024-08-03, last looked for on "
        "2024-08-17, and missing on 15 days"
    )
    assert len(said.evidence) == 15
    assert said.snapshot_id is not None


def test_a_withdrawal_is_said_once_and_the_page_looked_for_once_a_week(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    answers_for(40, GONE, server, made, clock)
    assert issues(made) == ["withdrawn"]
    assert issue(made, "withdrawn").times == 1
    before = server.paths.count(FIRST)
    answers_for(28, GONE, server, made, clock)
    assert server.paths.count(FIRST) - before == 4


def test_a_withdrawn_page_that_comes_back_is_withdrawn_no_more(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    answers_for(20, GONE, server, made, clock)
    assert is_withdrawn(made)
    answers_for(8, STANDS, server, made, clock)
    assert (issues(made), is_withdrawn(made)) == ([], False)


def test_one_good_look_between_begins_the_count_anew(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    answers_for(10, GONE, server, made, clock)
    answers_for(1, STANDS, server, made, clock)
    answers_for(14, GONE, server, made, clock)
    assert not is_withdrawn(made)
    answers_for(1, GONE, server, made, clock)
    assert is_withdrawn(made)


@pytest.mark.parametrize("missed", [redirect("/"), redirect(LISTING), Page(status=410)])
def test_a_redirect_to_the_front_page_or_the_listing_is_as_good_as_gone(
    missed: Page, server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    server.set("/", Page("<html><body><main><h1>Home</h1><p>Welcome.</p></main></body></html>"))
    answers_for(15, missed, server, made, clock)
    assert issues(made) == ["withdrawn"]


def test_a_page_that_says_not_found_with_200_is_as_good_as_gone(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    words = "<article><h1>Page Not Found</h1><p>We could not find it.</p></article>"
    answers_for(15, Page(f"<html><body>{words}</body></html>"), server, made, clock)
    assert issues(made) == ["withdrawn"]
    answers_for(20, Page(f"<html><body>{words}</body></html>"), server, made, clock)
    assert issues(made) == ["withdrawn"]


def test_while_the_whole_site_is_gone_no_page_is_said_to_be(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    server.set(LISTING, GONE)
    answers_for(30, GONE, server, made, clock)
    assert not is_withdrawn(made)
    server.set(LISTING, Page(listing(FIRST), etag='"one"'))
    answers_for(1, GONE, server, made, clock)
    assert is_withdrawn(made)


@pytest.mark.parametrize("status", [403, 401])
def test_a_wall_before_one_page_is_named_and_is_no_withdrawal(
    status: int, server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    answers_for(14, Page(WALL.body, status=status), server, made, clock)
    assert issues(made) == ["forbidden"]
    answers_for(6, Page(WALL.body, status=status), server, made, clock)
    assert (issues(made), is_withdrawn(made)) == (["forbidden", "walled-page"], False)
    answers_for(1, STANDS, server, made, clock)
    assert issues(made) == []


def test_a_wall_between_neither_counts_nor_resets(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    answers_for(4, GONE, server, made, clock)
    answers_for(10, WALL, server, made, clock)
    assert not is_withdrawn(made)
    answers_for(1, GONE, server, made, clock)
    assert is_withdrawn(made)


def test_reading_the_stored_pages_again_does_not_bring_a_withdrawn_one_back(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    answers_for(15, GONE, server, made, clock)
    made.reread()
    assert (issues(made), is_withdrawn(made)) == (["withdrawn"], True)


def mailed(made: Service) -> list[tuple[int | None, str, int]]:
    with made.database.reading() as tx:
        return [(d.round, d.kind, d.candidates) for d in reversed(outbox.digests(tx))]


def test_readers_of_a_round_they_were_told_of_hear_once_that_its_page_is_gone(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    add_reader(made, "reader@example.org")
    second = path_of(2)
    server.set(second, Page(page(2, "Labor: Talked.", "Seafood: Talked."), etag='"2"'))
    server.set(LISTING, Page(listing(second, FIRST), etag='"two"'))
    made.look()
    assert mailed(made) == [(2, "news", 1)]
    server.set(second, GONE)
    answers_for(60, GONE, server, made, clock)
    assert issues(made) == ["withdrawn", "withdrawn"]
    assert mailed(made) == [(2, "news", 1), (2, "withdrawal", 1)], "nobody was told of round 1"
    with made.database.reading() as tx:
        told = outbox.digests(tx)[0]
    assert told.subject.startswith("Withdrawn: Round 2: Its page can no longer be found")
    assert told.telling is not None
    assert told.telling.whereabouts is not None
    assert told.telling.whereabouts.withdrawn is not None
    assert told.telling.whereabouts.withdrawn.days >= 14


def test_that_a_page_is_back_is_mailed_to_nobody_and_shown(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    answers_for(20, GONE, server, made, clock)
    assert shown(made).withdrawn is not None
    answers_for(8, STANDS, server, made, clock)
    assert (replace(shown(made), seen=()), mailed(made)) == (Whereabouts(), [])


def shown(made: Service) -> Whereabouts:
    with made.database.reading() as tx:
        return of_round(tx, SERIES, 1).whereabouts
