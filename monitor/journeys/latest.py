"""One round's summary: what the web, the API and the command line show, and what a digest tells."""

from __future__ import annotations

from monitor.errors import NotFound
from storage import archive
from storage.database import Transaction
from storage.records import FiledReadout, Summary


def latest(tx: Transaction, series: str) -> Summary:
    """The summary of a series' latest round.

    Raises:
        NotFound: the archive has no round of it.
    """
    filed = archive.latest_readout(tx, series)
    if filed is None:
        raise NotFound(
            f"the archive has no round of {series} yet",
            todo="`roundwatch poll` looks at the press pages now, "
            "`roundwatch backfill` takes the past in",
        )
    return _summary(tx, filed)


def of_round(tx: Transaction, series: str, number: int) -> Summary:
    """The summary of one round.

    Raises:
        NotFound: the archive does not have it; the message names those it has.
    """
    filed = archive.readout_of_round(tx, series, number)
    if filed is None:
        known = [str(f.readout.round) for f in archive.current_readouts(tx, series)]
        raise NotFound(
            f"the archive has no round {number} of {series}",
            todo=f"it has: {', '.join(known)}" if known else "it has no round of it yet",
        )
    return _summary(tx, filed)


def _summary(tx: Transaction, filed: FiledReadout) -> Summary:
    comparison = archive.comparison_for(tx, filed.id)
    return Summary(filed.release, filed.readout, comparison, filed.source)
