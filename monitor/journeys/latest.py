"""One round's account: what the web, the API and the command line show, and what a digest tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.core.history import times_stood
from monitor.core.topics import Series
from monitor.errors import NotFound
from storage import archive
from storage.database import Transaction
from storage.records import Comparison, FiledReadout, Summary


@dataclass(frozen=True, slots=True)
class Account:
    """A round's summary with what it takes to tell it.

    `before` is the round compared with; `times_stood` says, for each dropped topic by slug, in how
    many rounds one after the other it had stood.
    """

    series: Series
    filed: FiledReadout
    summary: Summary
    before: FiledReadout | None
    times_stood: Mapping[str, int]


def latest(tx: Transaction, series: Series) -> Account:
    """The account of a series' latest round.

    Raises:
        NotFound: the archive has no round of it.
    """
    filed = archive.latest_readout(tx, series.slug)
    if filed is None:
        raise NotFound(
            f"the archive has no round of the {series.name} yet",
            todo="`roundwatch poll` looks at the press pages now, "
            "`roundwatch backfill` takes the past in",
        )
    return _account(tx, series, filed)


def of_round(tx: Transaction, series: Series, number: int) -> Account:
    """The account of one round.

    Raises:
        NotFound: the archive does not have it; the message names those it has.
    """
    filed = archive.readout_of_round(tx, series.slug, number)
    if filed is None:
        known = [str(f.readout.round) for f in archive.current_readouts(tx, series.slug)]
        raise NotFound(
            f"the archive has no round {number} of the {series.name}",
            todo=f"it has: {', '.join(known)}" if known else "it has no round of it yet",
        )
    return _account(tx, series, filed)


def _account(tx: Transaction, series: Series, filed: FiledReadout) -> Account:
    comparison = archive.comparison_for(tx, filed.id)
    summary = Summary(filed.release, filed.readout, comparison, filed.source)
    on_file = archive.current_readouts(tx, series.slug)
    number = comparison.before_round if comparison else None
    before = next((f for f in on_file if number is not None and f.readout.round == number), None)
    return Account(series, filed, summary, before, _times_stood(on_file, comparison))


def _times_stood(
    on_file: tuple[FiledReadout, ...], comparison: Comparison | None
) -> dict[str, int]:
    if comparison is None or comparison.before_round is None:
        return {}
    history = [filed.readout for filed in on_file]
    return {
        change.topic: times_stood(history, change.topic, comparison.before_round)
        for change in (*comparison.topics, *comparison.bilateral_issues)
        if change.change == "dropped"
    }
