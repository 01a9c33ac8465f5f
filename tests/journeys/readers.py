"""Readers for tests: a service with a round on file, and what is in its outbox for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from monitor.bootstrap import Service
from monitor.core.look import Look
from monitor.journeys.intake import Arrival, take_in
from monitor.journeys.readers.subscribe import Wish, ask, confirm
from monitor.journeys.readers.tokens import Holder
from monitor.series import followed
from storage import subscribers
from storage.records import Subscriber
from storage.schema import deliveries, digests, letters, subscriptions
from tests.journeys.offices import NOW
from tests.journeys.pages import page

PARTNERSHIP, TASK_FORCE = followed()[0].slug, followed()[1].slug
READER = "reader@example.org"


def file_round(made: Service, number: int, *bullets: str, quiet: bool = True) -> None:
    """Take a round of the Partnership in; quietly, or as news."""
    address = (
        f"https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024/july/{number}"
    )
    body = page(number, *bullets).encode()
    arrival = Arrival(address, address, "live", NOW, 200, {"content-type": "text/html"}, body)
    look = Look(NOW.date(), quiet=quiet, first=False)
    taken = take_in(arrival, look, database=made.database, settings=made.settings, now=made.now())
    assert [each.number for each in taken.rounds] == [number]


def asks(made: Service, address: str = READER, *series: str, **wish: Any) -> None:
    """Somebody asks for digests of some series, of the Partnership by default."""
    wanted = tuple(each for each in followed() if each.slug in (series or (PARTNERSHIP,)))
    ask(
        Wish(address, wanted, **wish),
        database=made.database,
        settings=made.settings,
        now=made.now(),
    )


def on_file(made: Service, address: str = READER) -> Subscriber:
    """The reader of an address."""
    with made.database.reading() as tx:
        found = subscribers.find(tx, address)
    assert found is not None
    return found


def holder(made: Service, address: str = READER) -> Holder:
    """Whom a link in a mail to this address stands for."""
    reader = on_file(made, address)
    return Holder(reader.id, reader.generation)


def own_token(made: Service, address: str = READER) -> str:
    """The token of a reader's own pages."""
    return made.signer.reader(holder(made, address))


def confirms(made: Service, address: str = READER) -> Subscriber:
    """The reader opens the link of a letter that was asked for now."""
    token = made.signer.confirm(holder(made, address), now=made.now())
    return confirm(
        token,
        database=made.database,
        signer=made.signer,
        settings=made.settings,
        now=made.now(),
    )


@dataclass(frozen=True)
class Post:
    """A letter in the outbox."""

    kind: str
    address: str
    facts: dict[str, str]
    language: str
    created_at: datetime


def post(made: Service) -> list[Post]:
    """All letters, oldest first."""
    with made.database.reading() as tx:
        rows = tx.execute(select(letters).order_by(letters.c.id)).mappings().all()
    return [Post(r["kind"], r["address"], r["facts"], r["language"], r["created_at"]) for r in rows]


def mails(made: Service) -> list[tuple[str, int | None, str, datetime | None]]:
    """All digests to readers, oldest first: kind, round, state, and when due."""
    query = (
        select(digests.c.kind, digests.c.round, deliveries.c.state, deliveries.c.due_at)
        .join(digests, digests.c.id == deliveries.c.digest_id)
        .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
        .order_by(deliveries.c.id)
    )
    with made.database.reading() as tx:
        return [(row[0], row[1], row[2], row[3]) for row in tx.execute(query)]
