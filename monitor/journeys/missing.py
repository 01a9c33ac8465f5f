"""A release on file whose page is missing: kept day by day, said once it is sure, over when seen.

Nothing that is on file is taken back: a withdrawal is said as "withdrawn, our copy is kept".
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from monitor.core.addresses import release_key
from monitor.core.schedule import next_look_for_missing
from monitor.core.withdrawals import WALLS, days_missing, is_walled, is_withdrawn
from monitor.errors import RoundwatchError
from monitor.journeys.problems import FATES_OF_A_PAGE, FAULTS_OF_A_PAGE
from monitor.settings import Settings
from storage import archive, journal, outbox
from storage.database import Transaction
from storage.records import FiledRelease, Issue, Withdrawal

Fate = Literal["missing", "moved", "withdrawn", "past"]


def miss(tx: Transaction, release: FiledRelease, fault: RoundwatchError, now: datetime) -> Fate:
    """Keep that a release's page was missing once more, and when to look for it again.

    Returns:
        What became of the release by it: unless it is merely missing, that is no problem any more.
    """
    from monitor.journeys.moves import moved_to_twin

    if moved_to_twin(tx, release, now):
        return "moved"
    if not archive.was_seen_live(tx, release.id):  # what was not can go missing from nowhere
        archive.read_again(tx, release.id, None)
        return "past"
    known = archive.missing_release(tx, release.id)
    missing = archive.miss_release(
        tx,
        release.id,
        known,
        kind=fault.kind,
        what=fault.summary,
        days=days_missing(known, now),
        at=now,
    )
    archive.read_again(tx, release.id, next_look_for_missing(now, missing.said_at))
    if missing.said_at is None:
        return "missing"
    journal.close_issues(tx, address=release.address, now=now, kinds=FAULTS_OF_A_PAGE)
    return "withdrawn"


def find(tx: Transaction, release_id: int, address: str | None, at: datetime) -> None:
    """Keep that a release's page was seen and is well; if it was said to be gone, it is back.

    What was seen of it after that time stands: a page of the past may be read again.
    """
    archive.find_release(tx, release_id, at)
    journal.close_issues(tx, address=address, now=at, kinds=FATES_OF_A_PAGE, seen_by=at)


def say_what_is_missing(tx: Transaction, settings: Settings, now: datetime) -> None:
    """Say what has become sure, at the end of a look that saw the newest listing and it was well.

    Args:
        tx: a writing transaction.
        settings: for the digests.
        now: the time of that look, aware.
    """
    for missing in archive.missing_releases(tx):
        if is_withdrawn(missing, now) and archive.say_withdrawn(tx, missing.id, now):
            _say_withdrawn(tx, missing, now)
            _tell_readers(tx, missing.release_id, settings, now)
    for issue in journal.issues(tx):
        if issue.kind in WALLS and is_walled(issue, now):
            _say_walled(tx, issue, now)


def _say_withdrawn(tx: Transaction, missing: Withdrawal, now: datetime) -> None:
    release = archive.release_by_id(tx, missing.release_id)
    address = (release.address or release.key) if release else None
    journal.close_issues(tx, address=address, now=now, kinds=FAULTS_OF_A_PAGE)
    journal.open_issue(
        tx,
        kind="withdrawn",
        address=address,
        summary=(
            f"withdrawn, our copy is kept: the page was first missed on {missing.first_at.date()}, "
            f"last looked for on {missing.last_at.date()}, and missing on {missing.days} days"
        ),
        evidence=missing.evidence,
        snapshot_id=archive.current_page(tx, missing.release_id),
        now=now,
    )
    archive.read_again(tx, missing.release_id, next_look_for_missing(now, now))


def _tell_readers(tx: Transaction, release_id: int, settings: Settings, now: datetime) -> None:
    """Mail it to who follows the talks, where a digest of the round went out."""
    from monitor.journeys.links import series_as_linked
    from monitor.journeys.sending.announce import announce

    for told in archive.reported_rounds(tx, [release_id]).get(release_id, ()):
        if told.round is not None and outbox.last_told(tx, told.series, told.round):
            series = series_as_linked(tx, told.series)
            announce(tx, series, told.round, kind="withdrawal", settings=settings, now=now)


def _say_walled(tx: Transaction, wall: Issue, now: datetime) -> None:
    release = archive.release_by_key(tx, release_key(wall.address)) if wall.address else None
    if release is None or release.verdict is None or wall.opened_at is None:
        return
    summary = (
        f"a wall has stood before this page since {wall.opened_at.date()}, while the listing can "
        "be had; whether the release is still there is not known"
    )
    if not journal.is_settled(tx, kind="walled-page", address=wall.address, summary=summary):
        journal.open_issue(
            tx,
            kind="walled-page",
            address=wall.address,
            summary=summary,
            evidence=wall.evidence,
            snapshot_id=wall.snapshot_id,
            now=now,
        )
