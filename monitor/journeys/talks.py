"""The followed series side by side: what is on file of each, and its rhythm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from monitor.core.rhythm import Rhythm, rhythm
from monitor.core.topics import Series
from storage import archive
from storage.database import Transaction
from storage.records import FiledReadout


@dataclass(frozen=True, slots=True)
class Talks:
    """A series with its latest round, None where none is on file."""

    series: Series
    latest: FiledReadout | None
    rhythm: Rhythm


def talks_of(tx: Transaction, followed: Iterable[Series], today: date) -> tuple[Talks, ...]:
    """Each series as it stands."""
    return tuple(_talks(tx, series, today) for series in followed)


def _talks(tx: Transaction, series: Series, today: date) -> Talks:
    on_file = archive.current_readouts(tx, series.slug)
    latest = archive.latest_readout(tx, series.slug)
    return Talks(series, latest, rhythm(on_file, today))
