"""One release at several addresses: recognised by its text, filed once, announced once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.bootstrap import Service
from monitor.core.addresses import OFFICIAL_ORIGIN
from monitor.core.look import Look
from monitor.journeys.intake import Arrival, take_in
from storage import archive, journal
from storage.records import FiledReadout, Twin
from tests.faults.server import MisbehavingServer, Page, redirect
from tests.journeys.offices import NOW, SERIES, Clock, add_reader, office
from tests.journeys.pages import LISTING, listing, page, path_of

FIRST, SECOND = path_of(1), path_of(2)
ELSEWHERE = SECOND.replace("press-releases/2024/july", "fact-sheets/2024/august")
TEXT = page(2, "Labor: Talked.", "Seafood: Talked.")
EDITED = page(2, "Labor: Talked.")
GONE = Page("no such page", status=404)


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    """A server without pages so far."""
    with MisbehavingServer() as serving:
        yield serving


@pytest.fixture
def made(server: MisbehavingServer, clock: Clock, database_url: str) -> Iterator[Service]:
    """A service that knows two rounds and has announced the second."""
    with office(server.base_url, database_url, now=clock) as service:
        add_reader(service, "reader@example.org")
        server.set(FIRST, Page(page(1, "Labor: Talked.", "Seafood: Talked."), etag='"1"'))
        server.set(SECOND, Page(TEXT, etag='"2"'))
        name(server, FIRST)
        service.look()
        name(server, SECOND, FIRST)
        assert len(service.look().announced) == 1
        clock.later(days=1)
        yield service


def name(server: MisbehavingServer, *paths: str) -> None:
    """Have the listing name these."""
    server.set(LISTING, Page(listing(*paths), etag=f'"{len(paths)} {hash(paths)}"'))


def look(made: Service, clock: Clock, times: int = 3) -> tuple[str, ...]:
    """Look once a day; return what was announced."""
    announced: tuple[str, ...] = ()
    for _ in range(times):
        announced += made.look().announced
        clock.later(days=1)
    return announced


def second(made: Service) -> FiledReadout:
    with made.database.reading() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, 2)
    assert filed is not None
    return filed


def twins(made: Service) -> list[Twin]:
    with made.database.reading() as tx:
        return list(archive.twins_of(tx, second(made).release_id))


def others(made: Service) -> list[tuple[str | None, bool]]:
    return [(twin.address, twin.stands) for twin in twins(made)]


def issues(made: Service) -> list[str]:
    with made.database.reading() as tx:
        return [issue.kind for issue in journal.issues(tx)]


def listed(made: Service) -> list[str | None]:
    """The addresses of all releases in the list of them, and as many as are counted."""
    with made.database.reading() as tx:
        found = archive.latest_releases(tx, limit=100)
        assert sum(archive.count_releases(tx).values()) == len(found)
    return sorted(str(release.address).removeprefix(OFFICIAL_ORIGIN) for release in found)


def test_the_same_text_at_two_addresses_is_one_release_found_at_both(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    before = second(made)
    server.set(ELSEWHERE, Page(TEXT))
    name(server, ELSEWHERE, SECOND, FIRST)
    assert look(made, clock) == ()
    assert others(made) == [(OFFICIAL_ORIGIN + ELSEWHERE, True)]
    assert (issues(made), listed(made)) == ([], sorted([FIRST, SECOND]))
    assert second(made) == before
    assert server.paths.count(ELSEWHERE) == 1, "a twin is not fetched again"
    assert made.look().new == 0


@pytest.mark.parametrize("named_first", [True, False])
def test_a_text_that_stands_elsewhere_once_its_page_is_gone_has_moved(
    server: MisbehavingServer, made: Service, clock: Clock, named_first: bool
) -> None:
    before = second(made).release_id
    server.set(ELSEWHERE, Page(TEXT))
    if named_first:
        name(server, ELSEWHERE, SECOND, FIRST)
        look(made, clock)
    server.set(SECOND, GONE)
    look(made, clock)
    name(server, ELSEWHERE, FIRST)
    assert look(made, clock) == ()
    assert (second(made).release_id, second(made).release.url) == (
        before,
        OFFICIAL_ORIGIN + ELSEWHERE,
    )
    assert others(made) == [(OFFICIAL_ORIGIN + SECOND, False)]
    assert (issues(made), listed(made)) == ([], sorted([FIRST, ELSEWHERE]))
    asked = server.paths.count(SECOND)
    look(made, clock, 5)
    assert server.paths.count(SECOND) == asked, "the old address is left alone"
    assert server.paths.count(ELSEWHERE) > 3, "the new one is looked at"


def test_a_redirect_to_another_address_of_the_same_text_is_a_move(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    before = second(made)
    server.set(ELSEWHERE, Page(TEXT, etag='"2"'))
    server.set(SECOND, redirect(ELSEWHERE))
    assert look(made, clock) == ()
    assert second(made).release.url == OFFICIAL_ORIGIN + ELSEWHERE
    assert (second(made).id, second(made).readout) == (before.id, before.readout)
    assert others(made) == [(OFFICIAL_ORIGIN + SECOND, False)]
    name(server, SECOND, ELSEWHERE, FIRST)
    assert (look(made, clock), issues(made)) == ((), [])


def test_a_redirect_to_an_edited_text_is_a_move_and_a_correction(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    before = second(made).release_id
    server.set(ELSEWHERE, Page(EDITED))
    server.set(SECOND, redirect(ELSEWHERE))
    assert len(look(made, clock)) == 1
    assert second(made).release_id == before
    assert second(made).release.url == OFFICIAL_ORIGIN + ELSEWHERE
    assert [m.label for m in second(made).readout.mentions] == ["Labor"]
    assert issues(made) == []


def test_a_new_release_whose_address_leads_elsewhere_is_one_release(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    short = path_of(3)
    long = short + "-and-more"
    server.set(long, Page(page(3, "Labor: Talked.")))
    server.set(short, redirect(long))
    name(server, short, SECOND, FIRST)
    assert len(look(made, clock)) == 1
    assert listed(made) == sorted([FIRST, SECOND, long])
    name(server, long, short, SECOND, FIRST)
    assert (look(made, clock), issues(made)) == ((), [])


def test_an_address_that_leads_to_another_release_on_file_is_an_issue(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    before = second(made)
    server.set(SECOND, redirect(FIRST))
    look(made, clock)
    assert issues(made) == ["leads-elsewhere"]
    assert second(made) == before
    server.set(SECOND, Page(TEXT, etag='"2"'))
    look(made, clock)
    assert issues(made) == []


def test_a_different_text_of_the_same_round_elsewhere_stays_an_issue(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    server.set(ELSEWHERE, Page(EDITED))
    name(server, ELSEWHERE, SECOND, FIRST)
    assert look(made, clock) == ()
    assert issues(made) == ["same-round-elsewhere"]
    assert others(made) == []


def test_a_copy_without_its_date_is_a_twin_and_no_revision(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    before = second(made)
    server.set(ELSEWHERE, Page(TEXT.replace("<p>July 31, 2024</p>", "<p>August 2, 2024</p>")))
    name(server, ELSEWHERE, SECOND, FIRST)
    assert (look(made, clock), issues(made)) == ((), [])
    assert second(made) == before
    assert others(made) == [(OFFICIAL_ORIGIN + ELSEWHERE, True)]


def test_a_page_that_declares_the_address_of_its_twin_has_moved_there(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    server.set(ELSEWHERE, Page(TEXT))
    name(server, ELSEWHERE, SECOND, FIRST)
    look(made, clock)
    head = f'<link rel="canonical" href="{OFFICIAL_ORIGIN + ELSEWHERE}">'
    server.set(SECOND, Page(page(2, "Labor: Talked.", "Seafood: Talked.", head=head)))
    assert (look(made, clock), issues(made)) == ((), [])
    assert second(made).release.url == OFFICIAL_ORIGIN + ELSEWHERE


def test_a_release_that_moves_away_and_back_is_where_it_was(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    server.set(ELSEWHERE, Page(TEXT))
    server.set(SECOND, redirect(ELSEWHERE))
    look(made, clock)
    server.set(SECOND, Page(TEXT))
    server.set(ELSEWHERE, redirect(SECOND))
    assert (look(made, clock), issues(made)) == ((), [])
    assert second(made).release.url == OFFICIAL_ORIGIN + SECOND
    assert others(made) == [(OFFICIAL_ORIGIN + ELSEWHERE, False)]


def test_a_withdrawn_release_that_turns_up_elsewhere_has_moved(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    server.set(SECOND, GONE)
    look(made, clock, 17)
    assert issues(made) == ["withdrawn"]
    server.set(ELSEWHERE, Page(TEXT))
    name(server, ELSEWHERE, FIRST)
    assert (look(made, clock), issues(made)) == ((), [])
    assert second(made).release.url == OFFICIAL_ORIGIN + ELSEWHERE


def test_the_same_page_under_the_newer_prefix_is_no_move(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    newer = SECOND.replace("/about-us/", "/about/")
    server.set(newer, Page(TEXT, etag='"2"'))
    server.set(SECOND, redirect(newer))
    name(server, newer, FIRST)
    assert (look(made, clock), issues(made), others(made)) == ((), [], [])
    assert second(made).release.url == OFFICIAL_ORIGIN + newer


def test_a_notice_that_stands_at_every_address_makes_no_twins(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    notice = (
        "<html><body><article><h1>Site Notice</h1><p>We are moving.</p></article></body></html>"
    )
    paths = [f"{LISTING}/2024/july/{slug}" for slug in ("statement-on-wheat", "statement-on-rice")]
    for path in paths:
        server.set(path, Page(notice))
    name(server, *paths, SECOND, FIRST)
    look(made, clock)
    assert listed(made) == sorted([FIRST, SECOND, *paths])


def test_a_capture_of_the_past_at_another_address_moves_nothing(
    made: Service, server: MisbehavingServer, clock: Clock
) -> None:
    before = second(made)
    capture = Arrival(
        address=OFFICIAL_ORIGIN + ELSEWHERE,
        fetched_from=f"https://web.example.org/20240731/{ELSEWHERE}",
        origin="wayback",
        fetched_at=NOW - timedelta(hours=3),
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=TEXT.encode(),
    )
    look_back = Look(clock().date(), quiet=True, first=False)
    settings = made.settings
    take_in(capture, look_back, database=made.database, settings=settings, now=clock())
    assert second(made).release.url == before.release.url
    assert others(made) == [(OFFICIAL_ORIGIN + ELSEWHERE, False)]
    assert (look(made, clock), issues(made), listed(made)) == ((), [], sorted([FIRST, SECOND]))
    assert ELSEWHERE not in server.paths


def test_reading_the_stored_pages_again_moves_nothing(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    server.set(ELSEWHERE, Page(TEXT))
    server.set(SECOND, redirect(ELSEWHERE))
    look(made, clock)
    before, where = second(made), others(made)
    made.reread()
    assert (second(made), others(made), issues(made)) == (before, where, [])
    assert listed(made) == sorted([FIRST, ELSEWHERE])
