"""The topics of a series by rounds, with what became of each."""

from __future__ import annotations

from monitor.core.marks import MarkedMatrix, marked_matrix
from monitor.core.topics import Series
from monitor.errors import NotFound
from storage import archive
from storage.database import Transaction


def topics_by_rounds(tx: Transaction, series: Series) -> MarkedMatrix:
    """The matrix of a series.

    Raises:
        NotFound: no round of it is on file.
    """
    filed = archive.current_readouts(tx, series.slug)
    found = archive.comparisons_for(tx, [one.id for one in filed])
    made = marked_matrix(filed, found, series)
    if not made.rounds:
        raise NotFound(f"the archive has no round of the {series.name} yet")
    return made
