"""How usual a change is: what happened to how many topics, beside the earlier steps on file.

A step counts if both of its pages are whole and no round between them is missing: only then is it
one round's change, and all of it. There are no percentages and no thresholds; whoever reads the
counts sees whether there ever were as many, or as few. `docs/digests.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.core.history import Step
from storage.records import Certainty, Change, Comparison, Count, Fate, Presence, Strand

_FATES: dict[Fate, tuple[Presence, ...]] = {
    "went": ("dropped",),
    "came": ("introduced", "returned"),
    "split": ("split",),
    "merged": ("merged",),
}
_SUREST_FIRST: tuple[Certainty, ...] = ("certain", "likely", "unsure")
_STRANDS: tuple[Strand, ...] = ("common-interest", "bilateral")


def counts(now: Step, steps: Iterable[Step]) -> tuple[Count, ...]:
    """What happened to how many topics in a step, and in each earlier one that counts.

    Args:
        now: the step to be measured.
        steps: those of its series, in any order; only earlier ones are looked at.

    Returns:
        A count for each strand and fate; none where the step itself does not count.
    """
    if not _counts(now):
        return ()
    earlier = [step for step in steps if _number(step) < _number(now) and _counts(step)]
    earlier.sort(key=_number)
    return tuple(_count(now, earlier, strand, fate) for strand in _STRANDS for fate in _FATES)


def _count(now: Step, earlier: Sequence[Step], strand: Strand, fate: Fate) -> Count:
    found = _changes(now.comparison, strand, fate)
    return Count(
        strand=strand,
        fate=fate,
        now=len(found),
        earlier=tuple(len(_changes(step.comparison, strand, fate)) for step in earlier),
        certainty=max((c.certainty for c in found), key=_SUREST_FIRST.index, default="certain"),
    )


def _counts(step: Step) -> bool:
    whole = step.before.readout.complete and step.after.readout.complete
    return whole and not step.comparison.missing_rounds


def _number(step: Step) -> int:
    return step.after.readout.round or 0


def _changes(comparison: Comparison, strand: Strand, fate: Fate) -> list[Change]:
    common = strand == "common-interest"
    changes = comparison.topics if common else comparison.bilateral_issues
    return [change for change in changes if change.change in _FATES[fate]]
