"""Does the service see, and does it send? What `check` fails on, and `doctor` explains."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.core.schedule import next_due
from monitor.journeys.finding import Finding
from monitor.journeys.machinery import machinery
from monitor.series import edition
from monitor.settings import Settings
from storage import archive, journal, outbox
from storage.database import Transaction

_LOOKS_MISSED = 3  # so many due looks without a good one, and we count as blind
_PATIENCE = timedelta(hours=1)  # a due delivery older than this is stuck
# A mail server that puts a stranger off takes the mail at the third attempt, 36 minutes after the
# first; what is still here after two hours waits for a server that is down.
_LONGEST_WAIT = timedelta(hours=2)


def check(tx: Transaction, settings: Settings, now: datetime) -> tuple[Finding, ...]:
    """Check sight, sending, understanding and machinery; nobody else is asked."""
    return (
        *readiness(tx, settings, now),
        _books(tx),
        _issues(tx),
        *machinery(tx, settings, now),
        *_reads(tx),
    )


def readiness(tx: Transaction, settings: Settings, now: datetime) -> tuple[Finding, ...]:
    """Check sight and sending alone: what may be asked for every few seconds.

    The books, which `check` adds up too, are gone through from the first delivery on.
    """
    return (_sight(tx, settings, now), _sending(tx, now))


def _sight(tx: Transaction, settings: Settings, now: datetime) -> Finding:
    last = journal.last_good_poll(tx, settings.source_url)
    if last is None:
        return Finding(False, "sees", f"the source {settings.source_url} was never seen yet")
    due = last.started_at
    for _ in range(_LOOKS_MISSED):
        due = next_due(due, settings.rhythm)
    grace = timedelta(seconds=settings.poll_jitter_seconds)
    said = f"last good look at {settings.source_url}: {last.started_at:%Y-%m-%d %H:%M} UTC"
    return Finding(now <= due + grace, "sees", said)


def _sending(tx: Transaction, now: datetime) -> Finding:
    due, meant = outbox.oldest_due(tx, now), outbox.oldest_slot(tx)
    if meant is not None and now - meant > _LONGEST_WAIT:
        return Finding(False, "sends", f"a delivery is waiting since {meant:%Y-%m-%d %H:%M} UTC")
    if due is None:
        return Finding(True, "sends", "no delivery is waiting that is due")
    waits = f"a delivery is due since {due:%Y-%m-%d %H:%M} UTC"
    return Finding(now - due <= _PATIENCE, "sends", waits)


def _books(tx: Transaction) -> Finding:
    books = outbox.balance(tx)
    said = (
        f"{books.candidates} addressed = {books.sent} sent + {books.suppressed} suppressed + "
        f"{books.failed} failed + {books.queued} waiting + {books.sending + books.uncertain} "
        f"uncertain + {books.abandoned} abandoned"
    )
    if not books.balanced:
        return Finding(False, "books", f"{said}: they do not balance")
    # A mailbox that is gone is no fault of ours: its reader is sent nothing more.
    return Finding(outbox.failed_and_wanted(tx) == 0, "books", said)


def _issues(tx: Transaction) -> Finding:
    found = journal.issues(tx)
    if not found:
        return Finding(True, "understands", "no issue is open")
    kinds = ", ".join(sorted({issue.kind for issue in found}))
    return Finding(False, "understands", f"{len(found)} open (`roundwatch issues`): {kinds}")


def read_otherwise(tx: Transaction) -> str:
    """In a sentence, how many releases another edition of the reader read; empty for none."""
    others = archive.read_by_others(tx, edition())
    if not others:
        return ""
    releases = "a release was" if others == 1 else f"{others} releases were"
    return f"{releases} read by another edition of the reader; `roundwatch reread` reads them anew"


def _reads(tx: Transaction) -> tuple[Finding, ...]:
    """What another edition of the reader made of pages stands: no fault, and worth a word."""
    said = read_otherwise(tx)
    return (Finding(True, "reads", said),) if said else ()
