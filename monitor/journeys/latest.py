"""One round's account: what the web, the API and the command line show, and what a digest tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from monitor.core.background import background
from monitor.core.history import steps_on_file
from monitor.core.topics import Series
from monitor.errors import NotFound
from storage import archive
from storage.database import Transaction
from storage.records import (
    Background,
    FiledReadout,
    OtherAddress,
    Summary,
    Whereabouts,
    Withdrawn,
)


@dataclass(frozen=True, slots=True)
class Account:
    """A round's summary with what it takes to tell it.

    `before` is the round compared with; `background` is what the rounds before it add;
    `whereabouts` says where the page is now.
    """

    series: Series
    filed: FiledReadout
    summary: Summary
    before: FiledReadout | None
    background: Background
    whereabouts: Whereabouts = field(default_factory=Whereabouts)


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


def every(tx: Transaction, series: Series) -> tuple[Account, ...]:
    """The accounts of all rounds on file, by round; those without a number last."""
    on_file = archive.current_readouts(tx, series.slug)
    return tuple(_accounts(tx, series, on_file, on_file))


def _account(tx: Transaction, series: Series, filed: FiledReadout) -> Account:
    on_file = archive.current_readouts(tx, series.slug)
    return next(_accounts(tx, series, on_file, (filed,)))


def whereabouts_of(tx: Transaction, release_id: int) -> Whereabouts:
    """Where a release's page is, as far as it is not simply in its place; where it was seen."""
    gone = archive.withdrawn_releases(tx, [release_id]).get(release_id)
    twins = [twin for twin in archive.twins_of(tx, release_id) if twin.address]
    here, left = (
        tuple(OtherAddress(t.address or "", t.found_at) for t in twins if t.stands == stands)
        for stands in (True, False)
    )
    said = (
        Withdrawn(gone.first_at, gone.last_at, gone.days, gone.said_at)
        if gone and gone.said_at
        else None
    )
    seen = archive.origins_of(tx, [release_id]).get(release_id, ())
    return Whereabouts(said, moved_from=left, also_at=here, seen=seen)


def _accounts(
    tx: Transaction,
    series: Series,
    on_file: Sequence[FiledReadout],
    wanted: Sequence[FiledReadout],
) -> Iterator[Account]:
    comparisons = archive.comparisons_for(tx, [each.id for each in on_file])
    steps = steps_on_file(on_file, comparisons)
    steps_to = {step.after.id: step for step in steps}
    for filed in wanted:
        now = steps_to.get(filed.id)
        yield Account(
            series=series,
            filed=filed,
            summary=Summary(filed.release, filed.readout, comparisons.get(filed.id), filed.source),
            before=now.before if now else None,
            background=background(now, steps, series) if now else Background(),
            whereabouts=whereabouts_of(tx, filed.release_id),
        )
