"""A reader who is new, or back: the latest digest of each series, unless it was sent before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.core.topics import Series
from monitor.errors import NotFound, UnknownSeries
from monitor.journeys.latest import latest
from monitor.journeys.links import series_as_linked
from monitor.journeys.sending.announce import announce
from monitor.settings import Settings
from storage import subscribers
from storage.database import Transaction
from storage.records import Subscriber

_NOT_SENT = frozenset({"suppressed", "failed", "abandoned"})


def welcome(tx: Transaction, reader: Subscriber, *, settings: Settings, now: datetime) -> int:
    """Queue the latest digest of each series that the reader follows.

    A round that the reader was told of already is not told again; of a series without a round on
    file there is nothing to tell yet.

    Returns:
        How many digests are queued.
    """
    mails = subscribers.everything_on(tx, reader.id)["mails"]
    told = {(mail["series"], mail["round"]) for mail in mails if mail["state"] not in _NOT_SENT}
    queued = 0
    for series, number in _latest_rounds(tx, reader):
        if (series.slug, number) not in told:
            told_now = announce(
                tx, series, number, kind="welcome", settings=settings, now=now, only=[reader.id]
            )
            queued += told_now[1]
    return queued


def _latest_rounds(tx: Transaction, reader: Subscriber) -> Iterator[tuple[Series, int | None]]:
    for each in reader.subscriptions:
        try:
            series = series_as_linked(tx, each.series)
            yield series, latest(tx, series).summary.readout.round
        except (NotFound, UnknownSeries):
            continue  # no round yet; or a series that is followed no more
