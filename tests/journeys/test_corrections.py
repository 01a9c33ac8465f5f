"""A readout is looked at again, ever more rarely: a text that was changed reaches who heard of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.bootstrap import Service, glance
from storage import archive, fetches, journal, outbox
from storage.records import FiledReadout
from tests.faults.server import MisbehavingServer, Page
from tests.journeys.offices import SERIES, Clock, add_reader, office
from tests.journeys.pages import LISTING, listing, page, path_of

FIRST, SECOND = path_of(1), path_of(2)
TOLD = page(2, "Labor: Talked.", "Seafood: Talked.")
OTHER_TOPICS = page(2, "Labor: Talked.")
OTHER_CLOSING = TOLD.replace("Both look", "They look")


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    """A server without pages so far."""
    with MisbehavingServer() as serving:
        yield serving


@pytest.fixture
def made(server: MisbehavingServer, clock: Clock, database_url: str) -> Iterator[Service]:
    """A service that has looked twice: at the first round, and at the second, which was news."""
    with office(server.base_url, database_url, now=clock) as service:
        add_reader(service, "reader@example.org")
        publish(server, service)
        yield service


def publish(server: MisbehavingServer, service: Service) -> None:
    server.set(FIRST, Page(page(1, "Labor: Talked.", "Seafood: Talked."), etag='"1"'))
    server.set(SECOND, Page(TOLD, etag='"2"'))
    server.set(LISTING, Page(listing(FIRST), etag='"one"'))
    service.look()
    server.set(LISTING, Page(listing(SECOND, FIRST), etag='"two"'))
    assert len(service.look().announced) == 1


def second(made: Service) -> FiledReadout:
    with made.database.reading() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, 2)
    assert filed is not None
    return filed


def digests(made: Service) -> list[tuple[int | None, str]]:
    with made.database.reading() as tx:
        return [(d.round, d.kind) for d in reversed(outbox.digests(tx))]


def issues(made: Service) -> list[str]:
    with made.database.reading() as tx:
        return [issue.kind for issue in journal.issues(tx)]


def asked(server: MisbehavingServer, made: Service) -> list[str]:
    """The pages that one more look asks for."""
    before = len(server.requests)
    made.look()
    return [path for path in server.paths[before:] if path != "/robots.txt"]


def test_readouts_are_asked_for_again_after_three_hours_with_the_validators_of_then(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    clock.later(hours=2)
    assert asked(server, made) == [LISTING]
    clock.later(hours=1)
    assert asked(server, made) == [LISTING, FIRST, SECOND]
    assert [r.headers.get("if-none-match") for r in server.requests[-2:]] == ['"1"', '"2"']
    assert asked(server, made) == [LISTING]
    with made.database.reading() as tx:
        state = fetches.fetch_state(tx, server.base_url + SECOND)
    assert state is not None
    assert (state.etag, state.checked_at) == ('"2"', clock())


def test_other_topics_are_a_correction_and_any_other_change_is_filed_in_silence(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    server.set(SECOND, Page(OTHER_CLOSING, etag='"3"'))
    clock.later(hours=21)
    assert made.look().announced == ()
    assert second(made).release.paragraphs[-2].text.startswith("They look")
    server.set(SECOND, Page(OTHER_TOPICS, etag='"4"'))
    clock.later(hours=21)
    assert len(made.look().announced) == 1
    assert digests(made) == [(2, "news"), (2, "correction")]
    assert [mention.label for mention in second(made).readout.mentions] == ["Labor"]


def test_a_round_that_nobody_was_told_of_is_corrected_in_silence(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    server.set(FIRST, Page(page(1, "Labor: Talked.", "Wood: Talked."), etag='"3"'))
    clock.later(hours=21)
    assert made.look().announced == ()
    with made.database.reading() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, 1)
    assert filed is not None
    assert [mention.label for mention in filed.readout.mentions] == ["Labor", "Wood"]


def test_an_old_readout_is_asked_for_every_four_weeks_for_good(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    clock.later(days=91)
    assert asked(server, made) == [LISTING, FIRST, SECOND]
    for _ in range(3):
        clock.later(days=27)
        assert asked(server, made) == [LISTING]
        clock.later(days=1)
        assert asked(server, made) == [LISTING, FIRST, SECOND]


def test_a_readout_that_is_gone_stays_on_file_and_is_an_issue_until_it_is_back(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    before = second(made)
    server.set(SECOND, Page("no such page", status=404))
    clock.later(hours=21)
    assert [problem.kind for problem in made.look().problems] == ["gone"]
    assert (second(made), issues(made)) == (before, ["gone"])
    server.set(SECOND, Page(TOLD, etag='"2"'))
    clock.later(hours=19)
    assert SECOND not in asked(server, made)
    clock.later(hours=1)
    assert SECOND in asked(server, made)
    assert issues(made) == []


def test_a_release_with_a_doubt_is_asked_for_again_though_it_is_no_readout_on_file(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    third = path_of(3)
    server.set(third, Page(page(3), etag='"3"'))
    server.set(LISTING, Page(listing(third, SECOND, FIRST), etag='"three"'))
    made.look()
    assert "not-understood" in issues(made)
    server.set(third, Page(page(3, "Labor: Talked."), etag='"4"'))
    clock.later(hours=21)
    assert len(made.look().announced) == 1
    assert issues(made) == []


def test_a_glance_hands_over_when_something_is_due_for_a_second_look(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    with office(server.base_url, f"sqlite:///{tmp_path / 'a.db'}", now=clock) as made:
        publish(server, made)
        learned = glance(made.settings, now=clock)
        assert learned is not None
        assert learned.whole
        clock.later(hours=21)
        assert glance(made.settings, now=clock) is None
        made.look()
        assert glance(made.settings, now=clock) is not None
