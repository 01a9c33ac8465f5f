"""Archives for the benchmarks that show pages: rounds of twenty topics, and ordinary releases."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from bench.comparing import round_of, words
from monitor.bootstrap import Service
from monitor.journeys.comparisons import refresh_comparisons
from monitor.series import followed
from monitor.settings import Settings
from storage import archive
from storage.database import Transaction
from storage.records import Paragraph, Reading, Readout, Release, Verdict

NOW = datetime(2050, 3, 2, 12, 0, tzinfo=UTC)
"""The time of day: after the last of two hundred rounds."""

_SERIES = followed()[0]
_AT_ONCE = 500  # releases of a commit
_PRESS = "https://ustr.gov/about-us/policy-offices/press-office/press-releases"


def office(file: str, **settings: str) -> Service:
    """A service on a SQLite file."""
    return Service(Settings(database_url=f"sqlite:///{file}", **settings), now=lambda: NOW)


def fill(made: Service, rounds: Iterable[int], releases: int) -> None:
    """File rounds by their numbers, with what changed between them, and releases about else.

    The same number is the same round in every archive.
    """
    with made.database.transaction() as tx:
        for number in rounds:
            _file_round(tx, round_of(number, _SERIES, random.Random(number)))
        refresh_comparisons(tx, [_SERIES], NOW)
    chance = random.Random(7)
    for start in range(0, releases, _AT_ONCE):
        with made.database.transaction() as tx:
            for number in range(start, min(start + _AT_ONCE, releases)):
                file_statement(tx, number, chance)


def file_statement(tx: Transaction, number: int, chance: random.Random) -> None:
    """File a release about something else."""
    day = date(2000, 1, 1) + timedelta(days=number % 9000)
    said = [words(chance) for _ in range(4)]
    _file(tx, _release(f"statement-{number}", f"Statement {number}", day, said))


def _file_round(tx: Transaction, readout: Readout) -> None:
    day, number = readout.held.start or NOW.date(), readout.round
    said = [f"{mention.label}: {mention.text}" for mention in readout.mentions]
    release = _release(f"round-{number}", f"Readout of Round {number}", day, said)
    filed = _file(tx, release, readout)
    archive.file_readout(
        tx,
        release_id=filed.release_id,
        revision_id=filed.revision_id,
        readout=readout,
        now=NOW,
    )


def _release(name: str, title: str, day: date, said: list[str]) -> Release:
    address = f"{_PRESS}/{day.year}/{day:%B}/{name}".lower()
    return Release(title, day, address, tuple(Paragraph("opening", text) for text in said))


def _file(tx: Transaction, release: Release, *readouts: Readout) -> archive.FiledReading:
    page = archive.file_snapshot(
        tx,
        address=str(release.url),
        origin="live",
        fetched_at=NOW,
        status=200,
        headers={},
        body="\n".join(paragraph.text for paragraph in release.paragraphs).encode(),
    )
    verdict: Verdict = "readout" if readouts else "unrelated"
    return archive.file_reading(
        tx,
        release_key=str(release.url),
        address=release.url,
        reading=Reading(verdict, ("filed for a benchmark",), release, readouts),
        fingerprint=f"fingerprint of {release.url}",
        snapshot_id=page.id,
        reader="1",
        now=NOW,
    )
