"""Releases are found by what they say now, as soon as they are filed, and from older archives too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.bootstrap import Service
from monitor.core.look import Look
from monitor.core.search.query import query_of
from monitor.journeys import search as journey
from monitor.journeys.intake import Arrival, Taken, take_in
from storage import archive
from storage.schema import release_words
from tests.journeys.offices import NOW, SERIES, Clock, office
from tests.journeys.pages import page
from tests.journeys.readers import TASK_FORCE

ADDRESS = "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024/july/a"
LOOK = Look(NOW.date(), quiet=True, first=False)


@pytest.fixture
def made(database_url: str, clock: Clock) -> Iterator[Service]:
    """A service without a source: pages arrive by hand."""
    with office("http://127.0.0.1:9", database_url, now=clock) as service:
        yield service


def arrive(made: Service, clock: Clock, html: str, address: str = ADDRESS) -> Taken:
    clock.later(minutes=1)
    arrival = Arrival(
        address, address, "live", clock(), 200, {"content-type": "text/html"}, html.encode()
    )
    return take_in(arrival, LOOK, database=made.database, settings=made.settings, now=clock())


def found(made: Service, asked: str, **only: object) -> tuple[journey.Hit, ...]:
    with made.searchable.reading() as tx:
        return journey.search(tx, query_of(asked), limit=10, **only).items  # type: ignore[arg-type]


def test_a_release_is_found_as_soon_as_it_is_filed(made: Service, clock: Clock) -> None:
    arrive(made, clock, page(1, "Labor: Spoke of harbors."))
    (hit,) = found(made, "harbor japan")
    assert (hit.url, hit.verdict) == (ADDRESS, "readout")
    assert [(each.series, each.round) for each in hit.rounds] == [(SERIES.slug, 1)]
    marks = {run.text for passage in hit.passages for run in passage.runs if run.found}
    assert marks == {"Japan", "harbors"}
    assert found(made, "harbor japan", series=SERIES.slug) == (hit,)
    assert found(made, "harbor japan", series=TASK_FORCE) == ()


def test_what_a_release_does_not_say_any_more_is_not_found(made: Service, clock: Clock) -> None:
    first, second = page(1, "Labor: Spoke of harbors."), page(1, "Labor: Spoke of ports.")
    arrive(made, clock, first)
    arrive(made, clock, second)
    assert found(made, "harbors") == ()
    assert len(found(made, "ports")) == 1
    arrive(made, clock, first)
    assert found(made, "ports") == ()
    assert len(found(made, "harbors")) == 1


def test_reading_again_leaves_what_is_found_as_it_is(made: Service, clock: Clock) -> None:
    arrive(made, clock, page(1, "Labor: Spoke of harbors."))
    arrive(made, clock, page(1, "Labor: Spoke of ports."))
    before = found(made, "spoke")
    made.reread()
    assert found(made, "spoke") == before
    assert found(made, "harbors") == ()


def test_a_page_that_is_not_understood_leaves_what_is_found(made: Service, clock: Clock) -> None:
    arrive(made, clock, page(1, "Labor: Spoke of harbors."))
    assert arrive(made, clock, "<html><body>").problem is not None
    assert len(found(made, "harbors")) == 1


def test_a_query_without_words_finds_nothing(made: Service, clock: Clock) -> None:
    arrive(made, clock, page(1, "Labor: Talked."))
    assert found(made, "* + “”") == ()


def test_an_archive_from_before_is_indexed_in_pieces_and_once(
    made: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 4):
        arrive(made, clock, page(number, "Labor: Talked."), f"{ADDRESS}{number}")
    with made.database.transaction() as tx:
        if made.database.on_sqlite:
            tx.exec_driver_sql("insert into word_index (word_index) values ('delete-all')")
        tx.execute(release_words.delete())
    monkeypatch.setattr(journey, "_AT_ONCE", 2)
    told: list[int] = []
    assert journey.index_the_rest(made.database, each=lambda done, _: told.append(done)) == 3
    assert told == [2, 3]
    assert journey.index_the_rest(made.database) == 0
    assert len(found(made, "labor")) == 3


def test_words_by_another_rule_are_made_anew(made: Service, clock: Clock) -> None:
    arrive(made, clock, page(1, "Labor: Spoke of harbors."))
    with made.database.transaction() as tx:
        (release_id,) = archive.texts_of(tx, [1])
        archive.file_words(tx, release_id, published=None, words=". older .", rule="another")
        assert archive.find_words(tx, ["older"], limit=1)
    assert len(found(made, "harbors")) == 1
    assert found(made, "older") == ()


def test_a_list_goes_on_behind_what_was_seen(made: Service, clock: Clock) -> None:
    for number in range(1, 4):
        arrive(made, clock, page(number, "Labor: Talked."), f"{ADDRESS}{number}")
    with made.database.reading() as tx:
        query = query_of("labor")
        first = journey.search(tx, query, limit=2)
        rest = journey.search(tx, query, before=first.last, limit=2)
        assert (len(first.items), len(rest.items), rest.last) == (2, 1, None)
        assert first.items + rest.items == journey.search(tx, query, limit=3).items
