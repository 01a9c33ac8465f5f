"""A label that a person links to a topic: an alias in every round on file, and in those to come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.bootstrap import Service
from monitor.core.look import Look
from monitor.errors import NotFound, UsageError
from monitor.journeys.intake import Arrival, take_in
from monitor.journeys.links import link, unlink
from monitor.journeys.readers.orders import Order, subscribe
from storage import archive, outbox
from storage.records import Change
from tests.journeys.offices import NOW, SERIES, office
from tests.journeys.pages import page, path_of

SLUG = SERIES.slug


@pytest.fixture
def made(database_url: str) -> Iterator[Service]:
    """A service with two rounds on file that call one topic by two names, and a reader."""
    with office("http://127.0.0.1:9", database_url, now=lambda: NOW) as service:
        subscribe(Order("reader@example.org"), database=service.database, now=NOW)
        arrive(service, 1, "Labor: Talked.", "Ports: Heard from the crews.")
        arrive(service, 2, "Labor: Talked.", "Harbors: Heard from the crews.")
        yield service


def arrive(made: Service, number: int, *bullets: str) -> None:
    address = f"https://ustr.gov{path_of(number)}"
    html = page(number, *bullets).encode()
    arrival = Arrival(address, address, "live", NOW, 200, {"content-type": "text/html"}, html)
    look = Look(NOW.date(), quiet=True, first=False)
    taken = take_in(arrival, look, database=made.database, settings=made.settings, now=NOW)
    assert taken.problem is None


def topics(made: Service, number: int) -> list[str]:
    with made.database.reading() as tx:
        filed = archive.readout_of_round(tx, SLUG, number)
    assert filed
    return [mention.topic for mention in filed.readout.mentions]


def changes(made: Service, number: int) -> list[Change]:
    with made.database.reading() as tx:
        filed = archive.readout_of_round(tx, SLUG, number)
        assert filed
        comparison = archive.comparison_for(tx, filed.id)
    return list(comparison.topics) if comparison else []


def linked(made: Service, label: str, topic: str) -> None:
    link(label, topic, SLUG, database=made.database, now=NOW)


def test_rounds_on_file_and_their_comparisons_know_the_link_and_nobody_is_mailed(
    made: Service,
) -> None:
    assert [c.change for c in changes(made, 2)] == ["continued", "dropped", "introduced"]
    linked(made, "harbors", "Ports")
    assert topics(made, 2) == ["labor", "ports"]
    change = changes(made, 2)[1]
    assert (change.change, change.certainty, change.topic) == ("continued", "certain", "ports")
    assert "by the reviewed list (Ports): “Ports”, now “Harbors”" in change.reason
    with made.database.reading() as tx:
        assert outbox.balance(tx).queued == 0


def test_a_round_that_comes_later_is_read_with_the_link(made: Service) -> None:
    linked(made, "Harbors", "ports")
    arrive(made, 3, "Labor: Talked.", "Harbors: Heard from the crews.")
    assert topics(made, 3) == ["labor", "ports"]
    arrive(made, 4, "Labor: Talked.", "Ports: Heard from the crews.")
    assert [c.change for c in changes(made, 4)] == ["continued", "continued"]
    made.reread()
    assert topics(made, 2) == topics(made, 3) == ["labor", "ports"]


def test_a_link_to_a_topic_of_the_list_and_taking_it_back(made: Service) -> None:
    linked(made, "Ports", "trade-facilitation")
    assert (topics(made, 1), topics(made, 2)) == (
        ["labor", "trade-facilitation"],
        ["labor", "harbors"],
    )
    unlink("ports", SLUG, database=made.database, now=NOW)
    assert topics(made, 1) == ["labor", "ports"]
    with made.database.reading() as tx:
        assert archive.topic_links_of(tx, SLUG) == ()
    with pytest.raises(NotFound, match="no label “ports” is linked"):
        unlink("ports", SLUG, database=made.database, now=NOW)


def test_the_same_link_twice_is_one(made: Service) -> None:
    linked(made, "Harbors", "Ports")
    linked(made, "harbors", "ports")
    with made.database.reading() as tx:
        assert [one.label for one in archive.topic_links_of(tx, SLUG)] == ["Harbors"]


def test_a_link_that_contradicts_another_or_the_list_is_refused_and_changes_nothing(
    made: Service,
) -> None:
    linked(made, "Harbors", "Ports")
    before = changes(made, 2)
    for label, topic, words in (
        ("Harbors", "labor", "is linked to “Ports” already"),
        ("Ports", "labor", "“Harbors” is linked to “Ports”, which so cannot be"),
        ("Labor", "ports", "on the reviewed list"),
        ("Wood", "labor", "names “Wood”"),
        ("Harbors", "Wood", "knows no topic “Wood”"),
    ):
        with pytest.raises(NotFound, match=words):
            linked(made, label, topic)
    with pytest.raises(UsageError, match="one topic already"):
        linked(made, "Ports", "Harbors")
    assert changes(made, 2) == before
