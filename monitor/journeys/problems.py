"""What went wrong, as an issue on file: named, with its evidence, open until its cause is over."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from monitor.core.sight import Suspicion
from monitor.errors import (
    HostAtRest,
    NotFound,
    ReadingError,
    RoundwatchError,
    SourceError,
    Unexpected,
)
from storage import journal
from storage.database import Database, Transaction
from storage.errors import Conflict, StorageError


def _kinds_below(base: type[RoundwatchError]) -> Iterator[str]:
    for error in base.__subclasses__():
        yield error.kind
        yield from _kinds_below(error)


FAULTS_OF_A_PAGE = frozenset([*_kinds_below(SourceError), *_kinds_below(ReadingError)]) | {
    Unexpected.kind
}
"""The kinds of issues that are over when a page comes and is understood."""

DOUBTS_OF_A_PAGE = frozenset(
    "doubt not-understood same-round-elsewhere no-longer-a-readout moved-address".split()
)
"""The kinds about a page that was read, and at which a person should look."""

FATES_OF_A_PAGE = frozenset({"withdrawn", "walled-page", "leads-elsewhere"})
"""The kinds that say what became of the page of a release on file, over when it is seen again."""

_log = logging.getLogger("roundwatch")


def record_problem(
    tx: Transaction,
    fault: RoundwatchError | Suspicion,
    *,
    address: str,
    now: datetime,
    snapshot_id: int | None = None,
) -> None:
    """File a problem as an issue, and tell the operator's log when it is new.

    That a host is at rest is none: what it failed with is on file, and one outage is one alarm.
    """
    if isinstance(fault, HostAtRest):
        return
    issue, is_new = journal.open_issue(
        tx,
        kind=fault.kind,
        address=address,
        summary=fault.summary,
        evidence=fault.evidence,
        snapshot_id=snapshot_id,
        now=now,
    )
    if is_new:
        _log.warning("issue %d opened: %s: %s (%s)", issue.id, issue.kind, issue.summary, address)


def close(number: int, *, database: Database, now: datetime) -> None:
    """Close an issue that a person has settled.

    Raises:
        NotFound: no open issue has that number.
    """
    with database.transaction() as tx:
        closed = journal.close_issue(tx, number, now)
    if not closed:
        raise NotFound(f"no open issue has the number {number}")


def unexpected(fault: Exception) -> Unexpected:
    """What ended one page's journey in a way that nobody foresaw, for the record.

    Call it while the exception is being handled.

    Raises:
        StorageError: it was the database itself, and the next page would fare no better. A
            `Conflict` is about one page: what it says cannot stand beside what is on file.
    """
    if isinstance(fault, StorageError) and not isinstance(fault, Conflict):
        raise fault
    _log.error("a page failed in a way that nobody foresaw", exc_info=fault)
    name = type(fault).__name__
    return Unexpected(
        f"the page could not be taken in: {name}: {fault}",
        evidence={"type": name, "text": str(fault)},
        todo="nothing of it was filed, and it is tried again; `roundwatch issues` has the evidence",
    )
