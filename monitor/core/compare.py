"""Two rounds of a series, topic by topic, with the reason for each match.

A cascade, and each of its steps is the explanation the reader gets: the same name; the same entry
of the reviewed topic list; one label inside the other; a split or a merger, by the words that left
a topic; otherwise introduced, dropped, or returned from an earlier round. Words shared in the texts
alone are shown as a possible relation and never counted as a match. `docs/comparing.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.core import reasons
from monitor.core.entries import Entry, commonplace, entries_of
from monitor.core.matching import Match, match_entries
from monitor.core.order import moved_among
from monitor.core.past import Past, Sighting
from monitor.core.redline import redline, replaced, text_change, words_beyond
from monitor.core.related import Left, hints
from monitor.core.sentences import STRANDS, sides_of
from monitor.core.splits import Family, families
from monitor.core.topics import Series
from monitor.core.words import content_words, folded
from storage.records import (
    Certainty,
    Change,
    Comparison,
    DelegationChange,
    Moved,
    Readout,
    Strand,
)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A change, in which strand it is told and where among the others."""

    place: int
    strand: Strand
    change: Change


def compare(
    before: Readout, after: Readout, series: Series, history: Iterable[Readout] = ()
) -> Comparison:
    """Compare a round with an earlier one.

    Every mention of both rounds stands in exactly one change.

    Args:
        before: the earlier round.
        after: the later round.
        series: the series both belong to, with its reviewed topics.
        history: every readout known of the series, in any order; those before `before` tell what
            returned and how long a topic stood, those between the two which are not missing.
    """
    history = tuple(history)
    changes = _changes(before, after, series, history)
    return Comparison(
        series=series.slug,
        before_round=before.round,
        after_round=after.round,
        missing_rounds=_missing(before.round, after.round, history),
        topics=tuple(c.change for c in changes if c.strand == "common-interest"),
        bilateral_issues=tuple(c.change for c in changes if c.strand == "bilateral"),
        delegations=_delegations(before, after),
    )


# --- From the cascade to changes --------------------------------------------------------------


def _changes(
    before: Readout, after: Readout, series: Series, history: Sequence[Readout]
) -> list[_Placed]:
    """All changes in the order of the earlier round, those without a place in it behind."""
    old, new = entries_of(before, series), entries_of(after, series)
    past = Past(before, after, history, series)
    scene = reasons.Scene(
        before,
        after,
        sides_of(before, after),
        past,
        series,
        frozenset((entry.strand, entry.key) for entry in old),
        frozenset((entry.strand, entry.key) for entry in new),
    )
    matches = match_entries(old, new, series, scene.sides)
    dropped = _without(old, [match.before for match in matches])
    fresh = _without(new, [match.after for match in matches])
    seen = {id(e): s for e in fresh if (s := _seen_before(e, scene))}
    unseen = [entry for entry in fresh if id(entry) not in seen]
    kin = families(
        matches, dropped, unseen, torn_before=not before.complete, torn_after=not after.complete
    )
    dropped = _without(dropped, [entry for family in kin for entry in family.before])
    unseen = _without(unseen, [entry for family in kin for entry in family.after])
    seen |= {id(e): s for e in unseen if (s := past.last_contained(e))}
    unseen = [entry for entry in unseen if id(entry) not in seen]
    related = hints(Left(dropped, unseen, old, new, matches, commonplace(series), scene.sides))
    moved = moved_among(matches)
    changes = [_of_family(family, moved, scene) for family in kin]
    changes += [_of_dropped(entry, related.get(id(entry), ""), scene) for entry in dropped]
    lone = [entry for entry in fresh if id(entry) in seen or any(entry is e for e in unseen)]
    changes += [_of_fresh(e, seen.get(id(e)), related.get(id(e), ""), scene) for e in lone]
    return sorted(changes, key=lambda placed: placed.place)


def _seen_before(entry: Entry, scene: reasons.Scene) -> Sighting | None:
    """When an earlier round named a topic; in which strand counts if the round before named it."""
    stands = any((strand, entry.key) in scene.strands_before for strand in STRANDS)
    return scene.past.last_named(entry, same_strand=stands)


def _of_family(family: Family, moved: dict[int, Moved], scene: reasons.Scene) -> _Placed:
    match = family.match
    olds = [mention for entry in family.before for mention in entry.mentions]
    news = [mention for entry in family.after for mention in entry.mentions]
    text_before = "\n".join(mention.text for mention in olds)
    text_after = "\n".join(mention.text for mention in news)
    kind = text_change(text_before, text_after) if text_before and text_after else None
    draw = replaced if kind == "replaced" else redline
    chief = family.after[0] if match or len(family.after) == 1 else family.before[0]
    change = Change(
        change=family.presence,
        before=tuple(mention.label for mention in olds),
        after=tuple(mention.label for mention in news),
        topic=chief.topic,
        label_changed=match is None or _renamed(match),
        text_change=kind,
        moved=moved.get(id(match)),
        words_gone=words_beyond(text_before, text_after),
        words_new=words_beyond(text_after, text_before),
        certainty=_certainty(family, scene),
        reason=reasons.of_family(family, scene),
        last_seen_round=None,
        redline=draw(text_before, text_after),
    )
    return _Placed(family.before[0].place, family.after[0].strand, change)


def _of_dropped(entry: Entry, related: str, scene: reasons.Scene) -> _Placed:
    gone = scene.after.complete
    certainty: Certainty = "unsure" if not gone else "likely" if related else "certain"
    why = reasons.of_dropped(entry, scene) if gone else reasons.of_not_seen(entry, scene)
    change = Change(
        change="dropped" if gone else "not-seen",
        before=entry.labels,
        after=(),
        topic=entry.topic,
        label_changed=False,
        text_change=None,
        moved=None,
        words_gone=tuple(dict.fromkeys(content_words(entry.text))),
        words_new=(),
        certainty=certainty,
        reason=why + related,
        last_seen_round=scene.before.round if gone else None,
        redline=redline(entry.text, ""),
    )
    return _Placed(entry.place, entry.strand, change)


def _of_fresh(entry: Entry, seen: Sighting | None, related: str, scene: reasons.Scene) -> _Placed:
    torn = not scene.before.complete
    if seen:
        why = reasons.of_returned(entry, seen, scene)
        sure: Certainty = "likely" if seen.by == "contained" else "certain"
        certainty: Certainty = "unsure" if torn else sure
    else:
        why = reasons.of_introduced(entry, scene)
        certainty = "likely" if torn or related else "certain"
    change = Change(
        change="returned" if seen else "introduced",
        before=(),
        after=entry.labels,
        topic=entry.topic,
        label_changed=False,
        text_change=None,
        moved=None,
        words_gone=(),
        words_new=tuple(dict.fromkeys(content_words(entry.text))),
        certainty=certainty,
        reason=why + related,
        last_seen_round=seen.readout.round if seen else None,
        redline=redline("", entry.text),
    )
    return _Placed(len(scene.before.mentions) + entry.place, entry.strand, change)


# --- The facts of one change ------------------------------------------------------------------


def _certainty(family: Family, scene: reasons.Scene) -> Certainty:
    if family.presence == "continued" and family.match:
        return family.match.certainty
    torn = len(family.after) > 1 and not scene.before.complete
    return "unsure" if torn else "likely"


def _renamed(match: Match) -> bool:
    old, new = ({folded(label) for label in e.labels} for e in (match.before, match.after))
    return old != new


def _without(entries: Iterable[Entry], others: Iterable[Entry]) -> list[Entry]:
    taken = {id(entry) for entry in others}
    return [entry for entry in entries if id(entry) not in taken]


def _delegations(before: Readout, after: Readout) -> tuple[DelegationChange, ...]:
    countries = dict.fromkeys(d.country for readout in (before, after) for d in readout.delegations)
    return tuple(
        DelegationChange(country, _leads(before, country), _leads(after, country))
        for country in countries
    )


def _leads(readout: Readout, country: str) -> tuple[str, ...]:
    return tuple(lead.name for d in readout.delegations if d.country == country for lead in d.leads)


def _missing(before: int | None, after: int | None, history: Iterable[Readout]) -> tuple[int, ...]:
    """The rounds between two that the archive lacks."""
    known = {readout.round for readout in history}
    if before is None or after is None:
        return ()
    return tuple(number for number in range(before + 1, after) if number not in known)
