"""Any two rounds on file compared, with the whole history in view."""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitor.core.background import background
from monitor.core.compare import compare
from monitor.core.history import Step, steps_on_file
from monitor.errors import UsageError
from monitor.journeys.latest import Account, of_round
from monitor.journeys.links import series_as_linked
from storage import archive
from storage.database import Transaction
from storage.records import Comparison, FiledReadout, Summary


@dataclass(frozen=True, slots=True)
class TwoRounds:
    """Two rounds: what changed between them, and that as an account of the later one.

    `before` is the earlier; `between` are the rounds on file that lie between them.
    """

    comparison: Comparison
    account: Account
    before: FiledReadout
    between: tuple[int, ...]


def two_rounds(tx: Transaction, slug: str, before: int, after: int) -> TwoRounds:
    """Compare two rounds of a series, whatever lies between them.

    The account neither counts how usual the change is, nor says what has not come up or how long
    a topic had stood: all that is measured from one round to the next.

    Raises:
        UsageError: they are not two, the earlier first.
        NotFound: the archive lacks one of them.
        UnknownSeries: there is no such series.
    """
    if before >= after:
        raise UsageError(
            "two different rounds are compared, the earlier first",
            todo="`roundwatch matrix` shows which rounds are on file",
        )
    series = series_as_linked(tx, slug)
    earlier, later = (of_round(tx, series, number).filed for number in (before, after))
    on_file = archive.current_readouts(tx, slug)
    history = [filed.readout for filed in on_file]
    found = compare(earlier.readout, later.readout, series, history)
    steps = steps_on_file(on_file, archive.comparisons_for(tx, [each.id for each in on_file]))
    told = background(Step(earlier, later, found), steps, series)
    summary = Summary(later.release, later.readout, found, later.source)
    told = replace(told, counts=(), absences=(), times_stood={})
    between = [n for n in archive.round_numbers(tx, slug) if before < n < after]
    account = Account(series, later, summary, earlier, told)
    return TwoRounds(found, account, earlier, tuple(between))
