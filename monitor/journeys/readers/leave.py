"""A reader leaves, and comes back, by a click each; one who never came is forgotten."""

from __future__ import annotations

from datetime import datetime

from monitor.core.readers.admission import FORGOTTEN
from monitor.errors import TokenSuperseded
from monitor.journeys.readers.standing import reader_of, refuse_complained
from monitor.journeys.readers.tokens import Signer
from monitor.journeys.readers.welcome import welcome
from monitor.settings import Settings
from storage import subscribers
from storage.database import Database
from storage.records import Subscriber


def unsubscribe(
    token: str, *, database: Database, signer: Signer, now: datetime
) -> Subscriber | None:
    """Send a reader nothing more, of any series; what waits is not sent. A second time is as one.

    A link counts whatever address it was sent to: somebody who looks at an old mail and wants no
    more is to get no more.

    Returns:
        The reader, as the link may know it: None for one who was erased, or who has another
        address than the one that the link was sent to.

    Raises:
        TokenBroken: the link does not count.
    """
    holder = signer.read_reader(token)
    with database.transaction() as tx:
        reader = subscribers.of_id(tx, holder.subscriber_id)
        if reader is None:
            return None
        if reader.state in {"pending", "confirmed"}:
            subscribers.unsubscribe(tx, reader.id, now)
        try:
            return reader_of(tx, holder)
        except TokenSuperseded:
            return None


def come_back(
    token: str, *, database: Database, signer: Signer, settings: Settings, now: datetime
) -> Subscriber:
    """Send a reader who has left what was chosen before, as if nothing had been.

    Returns:
        The reader. One who was not confirmed, or whose mail came back, stays as is: that takes the
        link of a letter.

    Raises:
        TokenRefused: the link does not count.
        ReportedAsSpam: our mail to this address was; the operator alone can lift that.
    """
    holder = signer.read_reader(token)
    with database.transaction() as tx:
        reader = reader_of(tx, holder)
        refuse_complained(reader)
        if reader.state in {"unsubscribed", "pending"} and reader.confirmed_at is not None:
            subscribers.confirm(tx, reader.id, now)
            welcome(tx, reader, settings=settings, now=now)
        return reader_of(tx, holder)


def forget_unconfirmed(*, database: Database, now: datetime) -> int:
    """Erase the addresses that nobody confirmed for a month: they were perhaps typed by a stranger.

    Returns:
        How many.
    """
    with database.transaction() as tx:
        waiting = subscribers.unconfirmed(tx, now - FORGOTTEN)
        for each in waiting:
            subscribers.erase(tx, each, now)
    return len(waiting)
