"""What changed between the rounds on file, worked out anew when history has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.core.history import steps
from monitor.core.topics import Series
from storage import archive
from storage.database import Transaction


def refresh_comparisons(tx: Transaction, followed: Iterable[Series], now: datetime) -> None:
    """Work out anew what changed between the rounds of some series.

    Args:
        tx: a writing transaction.
        followed: the series, with the aliases that were linked.
        now: the time to file the comparisons under, aware.
    """
    for series in followed:
        for step in steps(archive.current_readouts(tx, series.slug), series):
            archive.replace_comparison(
                tx,
                after_readout_id=step.after.id,
                before_readout_id=step.before.id,
                comparison=step.comparison,
                now=now,
            )
