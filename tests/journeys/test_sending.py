"""A mail server that is down: `check` sees it, nothing is given up, and what failed can go again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.bootstrap import Service
from monitor.core.look import Look
from monitor.journeys.deliver import Delivered, deliver, retry_failed
from monitor.journeys.health import check
from monitor.journeys.intake import Arrival, take_in
from notifiers.message import Message, NothingCanBeSent, SendError
from tests.journeys.offices import NOW, Clock, add_reader, office
from tests.journeys.pages import page

ADDRESS = "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024/july/a"


class Door:
    """A way out that is shut as long as it has a fault."""

    def __init__(self) -> None:
        self.fault: SendError | None = None
        self.sent: list[Message] = []

    def send(self, message: Message) -> None:
        """Send a message, or say why not."""
        if self.fault:
            raise self.fault
        self.sent.append(message)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def clock() -> Clock:
    """The time of day."""
    return Clock()


@pytest.fixture
def made(database_url: str, clock: Clock) -> Iterator[Service]:
    """A service with one digest to one reader in its outbox."""
    with office("http://127.0.0.1:9", database_url, now=clock) as service:
        add_reader(service, "reader@example.org")
        body = page(1, "Labor: Talked.").encode()
        arrival = Arrival(ADDRESS, ADDRESS, "live", NOW, 200, {"content-type": "text/html"}, body)
        look = Look(NOW.date(), quiet=False, first=False)
        taken = take_in(
            arrival, look, database=service.database, settings=service.settings, now=NOW
        )
        assert len(taken.announced) == 1
        yield service


def drain(made: Service, door: Door) -> Delivered:
    return deliver(
        database=made.database,
        notifier=door,
        settings=made.settings,
        owner=made.owner,
        now=made.now,
    )


def sends(made: Service) -> bool:
    with made.database.reading() as tx:
        return {f.name: f.well for f in check(tx, made.settings, made.now())}["sends"]


def test_a_server_that_is_down_for_hours_fails_the_check_although_it_is_tried_all_the_time(
    made: Service, clock: Clock
) -> None:
    door = Door()
    door.fault = NothingCanBeSent("the door is shut", todo="open it")
    assert sends(made)
    for _ in range(24):
        clock.later(minutes=5)
        drain(made, door)
    assert sends(made)
    clock.later(minutes=5)
    drain(made, door)
    assert not sends(made)
    door.fault = None
    clock.later(minutes=5)
    assert drain(made, door).sent == 1
    assert sends(made)


def test_a_server_that_is_down_uses_up_no_attempts(made: Service, clock: Clock) -> None:
    door = Door()
    door.fault = NothingCanBeSent("the door is shut", todo="open it")
    for _ in range(30):
        drain(made, door)
        clock.later(minutes=5)
    door.fault = SendError("450 try again later", permanent=False)
    done = drain(made, door)
    assert (done.retried, done.failed) == (1, 0)


def test_what_failed_goes_again_on_the_operators_word(made: Service) -> None:
    door = Door()
    door.fault = SendError("550 no such reader", permanent=True)
    assert drain(made, door).failed == 1
    door.fault = None
    assert drain(made, door).sent == 0
    assert retry_failed(database=made.database, now=made.now()) == 1
    assert drain(made, door).sent == 1
    assert [message.recipient for message in door.sent] == ["reader@example.org"]
