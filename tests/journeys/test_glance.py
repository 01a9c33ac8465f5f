"""A glance is the whole look where nothing changed; else the whole look asks nothing twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.bootstrap import glance
from monitor.pressroom import PressRoom, rounds
from monitor.series import DEFAULT
from storage import journal
from tests.faults.server import MisbehavingServer, Page
from tests.journeys.offices import office

PUBLISHED = rounds()
EVE = PUBLISHED[5] - timedelta(days=1)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of an archive that is not there yet."""
    return f"sqlite:///{tmp_path / 'archive.db'}"


def test_before_the_first_look_a_glance_asks_nothing(url: str) -> None:
    with PressRoom(through=EVE) as room, office(room.base_url, url) as made:
        assert glance(made.settings) is None
        assert len(room.requests) == 0


def test_an_unchanged_listing_is_one_request_and_on_record(url: str) -> None:
    with PressRoom(through=EVE) as room, office(room.base_url, url) as made:
        made.look()
        asked = len(room.requests)
        learned = glance(made.settings)
        assert learned is not None
        assert (learned.whole, learned.requests) == (True, 1)
        assert [request.status for request in room.requests[asked:]] == [304]
        with made.database.reading() as tx:
            newest = journal.polls(tx, 1)[0]
        assert (newest.outcome, newest.requests) == ("unchanged", 1)


def test_a_changed_listing_is_handed_on_and_fetched_once(url: str) -> None:
    with PressRoom(through=EVE, home="/about-us") as room, office(room.base_url, url) as made:
        made.look()
        room.publish(PUBLISHED[5])
        asked = len(room.requests)
        learned = glance(made.settings)
        assert learned is not None
        assert not learned.whole
        polled = made.look(glanced=learned)
        assert [one for taken in polled.taken for one in taken.rounds] == [(DEFAULT, 5)]
        listings = [r for r in room.requests[asked:] if r.path.endswith("/press-releases")]
        assert len(listings) == 1
        assert polled.requests == len(room.requests) - asked


def test_a_fault_at_a_glance_is_recorded_by_the_whole_look_without_asking_again(url: str) -> None:
    with MisbehavingServer() as server, office(server.base_url, url) as made:
        path = "/about-us/policy-offices/press-office/press-releases"
        release = f"{path}/2024/may/a-title"
        listing = (
            f'<html><body><ul><li>2024-05-06 <a href="{release}">A</a></li></ul></body></html>'
        )
        article = "<html><body><article><h1>A</h1><p>May 6, 2024</p><p>WASHINGTON – Text.</p></article></body></html>"
        server.set(path, Page(listing, etag='"1"'), Page(b"no", status=403))
        server.set(release, Page(article))
        assert made.look().problems == ()
        learned = glance(made.settings)
        assert learned is not None
        asked = len(server.requests)
        polled = made.look(glanced=learned)
        assert [problem.kind for problem in polled.problems] == ["forbidden"]
        assert path not in server.paths[asked:]
