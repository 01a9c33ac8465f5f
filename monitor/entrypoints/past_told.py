"""How a backfill went, in words and as a record for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from monitor.entrypoints.counting import counted, rounds_told

if TYPE_CHECKING:
    from monitor.errors import RoundwatchError
    from monitor.journeys.past.rehearsal import Rehearsal
    from monitor.journeys.past.window import Backfilled
    from storage.records import BackfillMonth, OrderedBackfill

_BY = {"pager": "by the pager", "years": "by year pages", "months": "by month pages"}
WHY = {"title": "title or address", "near": "neighbourhood", "all": "all"}
"""Why a release is fetched, in words."""


def walk_told(done: Backfilled) -> Iterator[str]:
    """The lines on a walk: what it came past, what it cost, what was not there."""
    way = f" {_BY[done.way]}" if done.way in _BY and done.pages > 1 else ""
    before = f" ({done.on_file} read before)" if done.on_file else ""
    yield (
        f"{counted(done.pages, 'listing page')}{way}, {counted(done.named, 'release')}{before}, "
        f"{counted(done.requests, 'request')} in {time_told(done.seconds)}"
    )
    yield from done.notes
    if done.not_there:
        yield f"not there: {', '.join(done.not_there)}"


def captures_told(done: Backfilled) -> Iterator[str]:
    """The lines on a walk through the index of captures."""
    gaps = f", {counted(done.gaps, 'gap')}" if done.gaps else ""
    yield (
        f"{counted(done.pages, 'page')} of the index, {counted(done.named, 'release')}{gaps}, "
        f"{counted(done.requests, 'request')} in {time_told(done.seconds)}"
    )
    yield from done.notes
    if done.left_out:
        yield f"{counted(done.left_out, 'release')} outside of the days asked for, not filed"


def releases_told(done: Backfilled, thing: str = "release") -> Iterator[str]:
    """The lines on what was taken in, releases or captures of them, and on what is left."""
    readouts = done.verdicts["readout"]
    kinds = [counted(readouts, "readout")] if done.verdicts else []
    kinds += [f"{done.verdicts[v]} {v}" for v in ("related", "unrelated") if done.verdicts[v]]
    kinds += [f"{len(done.failed)} not understood or not to be had"] if done.failed else []
    told = f" ({', '.join(kinds)})" if kinds else ""
    if not done.walked:
        yield "the walk is not at its end: the same command goes on with it"
    if done.left:
        yield f"{counted(done.left, 'release')} left for later: the same command goes on with them"
    yield f"{counted(done.read, thing)} read{told}; rounds: {rounds_told(done.rounds)}"


def piece_told(done: Backfilled) -> Iterator[str]:
    """The words on one piece of a backfill that the service does."""
    if done.pages:
        yield f"{counted(done.pages, 'listing page')}, {counted(done.named, 'release')}"
    if done.read or done.failed:
        yield f"{counted(done.read, 'release')} read, {len(done.failed)} in vain"
    if not done.complete:
        yield "not at its end: the next tick goes on"
    elif not (done.pages or done.read or done.failed):
        yield "at its end, or at what reading it brought up"


def ordered_rows(
    found: Iterable[tuple[OrderedBackfill, tuple[BackfillMonth, ...]]],
) -> Iterator[tuple[str, ...]]:
    """The backfills that were left to the service, as rows of a table."""
    for ordered, months in found:
        ended = sum(1 for month in months if month.ended_at)
        read, chosen = sum(m.read for m in months), sum(len(m.chosen) for m in months)
        yield (
            str(ordered.id),
            f"{ordered.ordered_at:%Y-%m-%d %H:%M}",
            "ended" if ordered.ended_at else "under way" if ordered.walked_at else "walking",
            str(ordered.pages),
            f"{ended} of {len(months)}",
            f"{read} of {chosen}",
            str(ordered.requests),
        )


def record_of(done: Backfilled) -> dict[str, Any]:
    """The same as a record, for programs."""
    return {
        "pages": done.pages,
        "way": done.way,
        "named": done.named,
        "on_file": done.on_file,
        "read": done.read,
        "verdicts": dict(done.verdicts),
        "failed": [page.name for page in done.failed],
        "problems": [_fault_of(problem) for problem in done.problems],
        "rounds": [{"series": series, "round": number} for series, number in done.rounds],
        "not_there": list(done.not_there),
        "notes": done.notes,
        "gaps": done.gaps,
        "requests": done.requests,
        "seconds": round(done.seconds, 1),
        "left": done.left,
        "complete": done.complete,
    }


def rehearsal_told(rehearsal: Rehearsal) -> Iterator[str]:
    """The lines behind the list of what would be fetched."""
    yield from walk_told(rehearsal.walk)
    number = len(rehearsal.planned)
    at_least = "at least " if rehearsal.at_least else ""
    yield (
        f"{at_least}{counted(number, 'release')} would be fetched: {counted(number, 'request')}, "
        f"{time_told(rehearsal.seconds)} at the set pace; nothing was filed"
    )


def planned_rows(rehearsal: Rehearsal) -> Iterator[tuple[str, str, str]]:
    """Day, reason and title of each release that would be fetched."""
    for one in rehearsal.planned:
        day = f"{one.published:%Y-%m-%d}" if one.published else ""
        yield day, WHY[one.reason], one.title or one.address or one.key


def record_of_rehearsal(rehearsal: Rehearsal) -> dict[str, Any]:
    """A dry run as a record, for programs."""
    return {
        "would_fetch": rehearsal.planned,
        "requests": len(rehearsal.planned),
        "at_least": rehearsal.at_least,
        "seconds": rehearsal.seconds,
        "walk": record_of(rehearsal.walk),
    }


def _fault_of(problem: RoundwatchError) -> dict[str, str]:
    return {"kind": problem.kind, "summary": problem.summary}


def time_told(seconds: float) -> str:
    """`0 s`, `59 s`, `3 min`, `2 h 5 min`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{rest} s"
