"""A reader who is new, or back: the latest digest of each series, unless it was sent before."""

from __future__ import annotations

from datetime import datetime

from monitor.errors import NotFound, UnknownSeries
from monitor.journeys.announce import announce
from monitor.journeys.latest import latest
from monitor.journeys.links import series_as_linked
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
    return sum(
        _welcome_to(tx, reader.id, each.series, told, settings, now)
        for each in reader.subscriptions
    )


def _welcome_to(
    tx: Transaction,
    reader_id: int,
    slug: str,
    told: set[tuple[str, int | None]],
    settings: Settings,
    now: datetime,
) -> int:
    try:
        series = series_as_linked(tx, slug)
        number = latest(tx, series).summary.readout.round
    except (NotFound, UnknownSeries):  # no round yet; or a series that is followed no more
        return 0
    if (slug, number) in told:
        return 0
    kind, only = "welcome", [reader_id]
    _, queued = announce(tx, series, number, kind=kind, settings=settings, now=now, only=only)
    return queued
