"""Keeping house: what was kept long enough is forgotten, in pieces, once a day or by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from monitor.core import retention as kept
from monitor.journeys.progress import Each, nobody
from monitor.journeys.readers.leave import forget_unconfirmed
from storage import journal, queue, requests, retention
from storage.database import Database, Transaction

Forget = Callable[[Transaction], int]


def keep_house(*, database: Database, now: datetime, each: Each = nobody) -> Mapping[str, int]:
    """Forget what was kept long enough (`core.retention`).

    Each piece is a commit of its own: it can be stopped, or killed, and begun again at will.

    Args:
        database: the archive.
        now: the time, aware.
        each: told after each piece how many rows were forgotten; the total is not known (0). What
            it raises ends it.

    Returns:
        How many there were of each kind.
    """
    done: dict[str, int] = {}
    for name, forget in _kinds(now).items():
        done[name] = 0
        while piece := _one_piece(database, forget):
            done[name] += piece
            each(sum(done.values()), 0)
    done["unconfirmed readers"] = forget_unconfirmed(database=database, now=now)
    with database.transaction() as tx:
        retention.optimize(tx)
    return done


def _one_piece(database: Database, forget: Forget) -> int:
    with database.transaction() as tx:
        return forget(tx)


def _kinds(now: datetime) -> Mapping[str, Forget]:
    return {
        "ticks": lambda tx: journal.prune_ticks(tx, now - kept.TICKS),
        "requests": lambda tx: requests.prune_requests(tx, now - kept.REQUESTS),
        "failed jobs": lambda tx: queue.forget_failed(tx, kept.FAILED_JOBS.days),
        "looks": lambda tx: retention.forget_looks(tx, now - kept.LOOKS),
        "letters": lambda tx: retention.forget_letters(tx, now - kept.LETTERS),
        "deliveries": lambda tx: retention.forget_deliveries(tx, now - kept.DELIVERIES),
        "bounces": lambda tx: retention.forget_bounces(tx, now - kept.BOUNCES),
        "silent domains": lambda tx: retention.forget_domains(tx, now - kept.SILENT_DOMAINS),
        "readers who left": lambda tx: retention.erase_those_who_left(
            tx, now - kept.READERS_WHO_LEFT, now
        ),
    }
