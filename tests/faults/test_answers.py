"""The whole outbox against a mail server that says no in every way, hangs up, and dawdles.

Each kind of answer has a domain of its own with three readers. What may pass happens to each of
them twice. A clock that is moved on from one due time to the next makes days of waiting short.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from sqlalchemy import select

from monitor.bootstrap import Service
from storage import outbox
from storage.records import Balance
from storage.schema import deliveries, subscribers
from tests.journeys.offices import Clock, add_reader, office
from tests.journeys.readers import file_round
from tests.servers.counting_smtp import CountingServer, counting_server

READERS = 3
TIMES = 2
"""How often to each reader what may pass does not."""


@dataclass(frozen=True)
class Kind:
    """What comes of a domain's answers.

    `first` is what the first try leaves; `rests` whether the domain is then left alone; `ends` what
    becomes of the mail, `copies` how often the server has it, `reader` how its reader stands.
    """

    domain: str
    first: Literal["sent", "queued", "uncertain", "failed"]
    rests: bool = False
    ends: Literal["sent", "failed"] = "sent"
    copies: int = 1
    reader: Literal["confirmed", "suppressed"] = "confirmed"


KINDS = (
    Kind("plain", "sent"),
    Kind("slow", "sent"),
    Kind("greylist", "queued"),
    Kind("421", "queued", rests=True),
    Kind("421-432-at-data", "queued", rests=True),
    Kind("421-432-at-end", "queued", rests=True),
    Kind("451-430", "queued", rests=True),
    Kind("451-471-at-end", "queued"),
    Kind("452", "queued", rests=True),
    Kind("452-453", "queued", rests=True),
    Kind("452-422", "queued"),
    Kind("552-522", "queued", ends="failed", copies=0),
    Kind("552", "queued", ends="failed", copies=0),
    Kind("552-534-at-end", "failed", ends="failed", copies=0),
    Kind("550-511", "failed", ends="failed", copies=0, reader="suppressed"),
    Kind("550", "failed", ends="failed", copies=0, reader="suppressed"),
    Kind("550-571", "failed", ends="failed", copies=0),
    Kind("554-561-at-end", "failed", ends="failed", copies=0),
    Kind("drop-before", "uncertain"),  # small enough to have left this machine whole
    Kind("drop-lost", "uncertain"),
    Kind("drop-after", "uncertain", copies=TIMES + 1),
)
OF = {f"{kind.domain}.example": kind for kind in KINDS}


@pytest.fixture(params=[True, False], ids=["pipelined", "one-by-one"])
def server(request: pytest.FixtureRequest) -> Iterator[CountingServer]:
    """The server; it closes each connection after ten messages."""
    with counting_server(
        pipelining=request.param, per_connection=10, passing=TIMES, minute=0.05
    ) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    """The time of day."""
    return Clock()


@pytest.fixture
def made(database_url: str, server: CountingServer, clock: Clock) -> Iterator[Service]:
    """A service with a digest to three readers of each kind."""
    smtp = f"smtp://127.0.0.1:{server.port}"
    with office("http://127.0.0.1:9", database_url, smtp_url=smtp, now=clock) as service:
        file_round(service, 1, "Labor: Talked.")
        for number in range(READERS):
            for domain in OF:
                add_reader(service, f"{number}@{domain}")
        file_round(service, 2, "Seafood: Talked.", quiet=False)
        yield service


def test_every_answer_is_understood_waited_for_and_made_good(
    made: Service, server: CountingServer, clock: Clock
) -> None:
    assert made.drain().problem is None
    assert_first_try_understood(made)
    for _ in range(300):
        assert books(made).balanced
        if books(made).done:
            break
        move_on(made, clock)
        resting = asleep(made)
        before = tries(server)
        assert made.drain().problem is None
        assert not resting & {to for to, count in tries(server).items() if count > before[to]}
    assert_all_made_good(made, server)


def assert_first_try_understood(made: Service) -> None:
    found = states(made)
    for domain, kind in OF.items():
        rest = {"queued"} if kind.rests else set()  # one answer was enough: the others wait
        assert kind.first in found[domain], (kind, found[domain])
        assert set(found[domain]) <= {kind.first, *rest}, (kind, found[domain])
    assert asleep(made) == {domain for domain, kind in OF.items() if kind.rests}


def assert_all_made_good(made: Service, server: CountingServer) -> None:
    assert books(made).done
    copies = Counter(server.accepted)
    assert len({message_id for message_id, _ in copies}) == len(copies)  # one for each reader
    for domain, kind in OF.items():
        assert states(made)[domain] == {kind.ends: READERS}, kind
        assert readers(made)[domain] == {kind.reader: READERS}, kind
        had = {to: count for (_, to), count in copies.items() if to.endswith(f"@{domain}")}
        assert sorted(had.values()) == [kind.copies] * (READERS if kind.copies else 0), kind
    assert asleep(made) == set()


def move_on(made: Service, clock: Clock) -> None:
    """Move the clock to the next due time; past a rest, by the minute."""
    with made.database.reading() as tx:
        due = outbox.next_attempt(tx)
    assert due is not None
    if due > clock.moment:
        clock.moment = due
    else:
        clock.later(minutes=1)


def books(made: Service) -> Balance:
    with made.database.reading() as tx:
        return outbox.balance(tx)


def states(made: Service) -> dict[str, Counter[str]]:
    """How many deliveries are in which state, by domain."""
    with made.database.reading() as tx:
        return counted(tx.execute(select(deliveries.c.domain, deliveries.c.state)).all())


def readers(made: Service) -> dict[str, Counter[str]]:
    """How many readers are in which state, by domain."""
    with made.database.reading() as tx:
        return counted(tx.execute(select(subscribers.c.domain, subscribers.c.state)).all())


def counted(rows: object) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {domain: Counter() for domain in OF}
    for domain, state in rows:  # type: ignore[attr-defined]
        found[domain][state] += 1
    return found


def asleep(made: Service) -> set[str]:
    """The domains that are left alone now."""
    with made.database.reading() as tx:
        return {domain for domain, _, _ in outbox.resting(tx, made.now())}


def tries(server: CountingServer) -> Counter[str]:
    """How often a mail for each domain was announced to the server."""
    found: Counter[str] = Counter()
    for to, count in server.tries.items():
        found[to.partition("@")[2]] += count
    return found
