"""The topics of a series by rounds: what each calls it, and what became of it."""

from __future__ import annotations

from monitor.core.history import Matrix, matrix
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
        raise _no_round(series)
    return made


def labels_by_rounds(tx: Transaction, series: Series) -> Matrix:
    """What each round of a series calls each topic.

    Raises:
        NotFound: no round of it is on file.
    """
    made = matrix(archive.current_readouts(tx, series.slug), series)
    if not made.rounds:
        raise _no_round(series)
    return made


def _no_round(series: Series) -> NotFound:
    return NotFound(f"the archive has no round of the {series.name} yet")
