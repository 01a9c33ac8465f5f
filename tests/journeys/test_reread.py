"""Reading stored pages again: a person's word stands, and the past does not speak for the present."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.bootstrap import Service
from monitor.core.look import Look
from monitor.journeys.intake import Arrival, take_in
from storage import archive, fetches, journal
from storage.records import Issue
from tests.journeys.offices import NOW, SERIES, Clock, office
from tests.journeys.pages import page

ADDRESS = "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024/july/a"
DOUBTFUL = page(1, "Labor: Talked.", "Wood:")  # a bullet with nothing in it
CLEAR = page(1, "Labor: Talked.", "Wood: Talked.")


@pytest.fixture
def made(database_url: str, clock: Clock) -> Iterator[Service]:
    """A service without a source: pages arrive by hand."""
    with office("http://127.0.0.1:9", database_url, now=clock) as service:
        yield service


def arrive(made: Service, clock: Clock, html: str) -> None:
    clock.later(minutes=1)
    headers = {"content-type": "text/html", "etag": f'"{clock().minute}"'}
    arrival = Arrival(ADDRESS, ADDRESS, "live", clock(), 200, headers, html.encode())
    look = Look(NOW.date(), quiet=False, first=False)
    take_in(arrival, look, database=made.database, settings=made.settings, now=clock())


def again(made: Service) -> None:
    made.reread()


def issues(made: Service, *, closed: bool = False) -> tuple[Issue, ...]:
    with made.database.reading() as tx:
        return journal.issues(tx, include_closed=closed)


def close(made: Service) -> None:
    (issue,) = issues(made)
    with made.database.transaction() as tx:
        assert journal.close_issue(tx, issue.id, made.now())


def test_an_open_doubt_stays_the_issue_that_it_is(made: Service, clock: Clock) -> None:
    arrive(made, clock, DOUBTFUL)
    (before,) = issues(made)
    again(made)
    (after,) = issues(made, closed=True)
    assert (after.id, after.opened_at, after.closed_at) == (before.id, before.opened_at, None)


def test_a_doubt_that_a_person_closed_stays_closed_as_long_as_the_text_is_the_same(
    made: Service, clock: Clock
) -> None:
    arrive(made, clock, DOUBTFUL)
    close(made)
    again(made)
    arrive(made, clock, DOUBTFUL)
    arrive(made, clock, DOUBTFUL.replace("<body>", "<body class='other'>"))
    again(made)
    assert issues(made) == ()
    arrive(made, clock, DOUBTFUL.replace("Both look", "They look"))
    assert [issue.kind for issue in issues(made)] == ["doubt"]


def test_a_doubt_that_was_over_opens_anew_when_it_comes_back(made: Service, clock: Clock) -> None:
    arrive(made, clock, DOUBTFUL)
    arrive(made, clock, CLEAR)
    assert issues(made) == ()
    arrive(made, clock, DOUBTFUL)
    assert [issue.kind for issue in issues(made)] == ["doubt"]


def test_an_earlier_text_read_again_changes_nothing_that_holds_now(
    made: Service, clock: Clock
) -> None:
    arrive(made, clock, CLEAR)
    arrive(made, clock, DOUBTFUL)
    with made.database.reading() as tx:
        before = archive.current_readouts(tx, SERIES.slug), fetches.fetch_state(tx, ADDRESS)
    (issue,) = issues(made)
    again(made)
    with made.database.reading() as tx:
        after = archive.current_readouts(tx, SERIES.slug), fetches.fetch_state(tx, ADDRESS)
    assert after == before
    assert [found.id for found in issues(made, closed=True)] == [issue.id]
