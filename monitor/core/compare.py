"""Two rounds of a series, topic by topic, with the reason for each match.

A cascade, and each of its steps is the explanation the reader gets: the same name; the same entry
of the reviewed topic list; one label inside the other; a split or a merger, by the words that left
a matched topic; otherwise introduced, dropped, or returned from an earlier round. Words shared in
the texts alone are shown as a possible relation and never counted as a match. `docs/comparing.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.matching import (
    GENERIC,
    Match,
    match_topics,
    merged_into,
    moved_among,
    place_in,
    split_from,
)
from monitor.core.redline import redline, replaced, text_change, words_beyond
from monitor.core.topics import Series
from monitor.core.words import content_words, folded, label_form, stems
from storage.records import (
    Certainty,
    Change,
    Comparison,
    DelegationChange,
    Mention,
    Moved,
    Presence,
    Readout,
    Strand,
)


@dataclass(frozen=True, slots=True)
class _Rounds:
    """What is compared, with the earlier rounds and the names that the sentences give them."""

    before: Readout
    after: Readout
    earlier: tuple[Readout, ...]
    series: Series

    @property
    def old(self) -> str:
        return _named(self.before, "the earlier readout")

    @property
    def new(self) -> str:
        return _named(self.after, "the later readout")


def compare(
    before: Readout, after: Readout, series: Series, history: Iterable[Readout] = ()
) -> Comparison:
    """Compare a round with an earlier one.

    Args:
        before: the earlier round.
        after: the later round.
        series: the series both belong to, with its reviewed topics.
        history: every readout known of the series; those before `before` tell what returned.
    """
    history = tuple(history)
    earlier = tuple(r for r in history if r != before and r != after and _precedes(r, before))
    rounds = _Rounds(before, after, earlier, series)
    matches = match_topics(before.mentions, after.mentions, series)
    changes = _changes(matches, rounds)
    return Comparison(
        series=series.slug,
        before_round=before.round,
        after_round=after.round,
        missing_rounds=_missing(before.round, after.round, history),
        topics=_of_strand("common-interest", changes),
        bilateral_issues=_of_strand("bilateral", changes),
        delegations=_delegations(before, after),
    )


# --- From matches to changes ------------------------------------------------------------------


def _changes(matches: list[Match], rounds: _Rounds) -> list[tuple[Strand, Change]]:
    """All changes in the order of the earlier round, those without a place in it behind."""
    dropped = [m for m in rounds.before.mentions if all(m is not x.before for x in matches)]
    fresh = [m for m in rounds.after.mentions if all(m is not x.after for x in matches)]
    split = {id(m): x for m in fresh if (x := split_from(m, matches))}
    merged = {id(m): x for m in dropped if (x := merged_into(m, matches))}
    moved = moved_among(matches, rounds.before, rounds.after)
    by_place: list[tuple[int, Strand, Change]] = []
    for match in matches:
        change = _of_match(
            match,
            [m for m in fresh if split.get(id(m)) is match],
            [m for m in dropped if merged.get(id(m)) is match],
            moved.get(id(match)),
            rounds,
        )
        by_place.append((place_in(match.before, rounds.before), match.after.strand, change))
    for mention in dropped:
        if id(mention) not in merged:
            place = place_in(mention, rounds.before)
            by_place.append((place, mention.strand, _of_dropped(mention, fresh, rounds)))
    behind = len(rounds.before.mentions)
    for mention in fresh:
        if id(mention) not in split:
            place = behind + place_in(mention, rounds.after)
            by_place.append((place, mention.strand, _of_fresh(mention, dropped, rounds)))
    return [(strand, change) for _, strand, change in sorted(by_place, key=lambda item: item[0])]


def _of_match(
    match: Match, split: list[Mention], merged: list[Mention], moved: Moved | None, rounds: _Rounds
) -> Change:
    olds, news = [match.before, *merged], [match.after, *split]
    presence: Presence = "split" if split else "merged" if merged else "continued"
    reason = " ".join(
        [
            match.reason,
            *_split_reasons(match, split, rounds),
            *_merge_reasons(match, merged, rounds),
        ]
    )
    text_before = "\n".join(mention.text for mention in olds)
    text_after = "\n".join(mention.text for mention in news)
    kind = text_change(text_before, text_after) if text_before and text_after else None
    draw = replaced if kind == "replaced" else redline
    if not match.after.text:
        reason += f" {_sentence(rounds.new)} breaks off before what it says of it."
    return Change(
        change=presence,
        before=tuple(mention.label for mention in olds),
        after=tuple(mention.label for mention in news),
        topic=match.after.topic,
        label_changed=folded(match.before.label) != folded(match.after.label),
        text_change=kind,
        moved=moved,
        words_gone=words_beyond(text_before, text_after),
        words_new=words_beyond(text_after, text_before),
        certainty="likely" if split or merged else match.certainty,
        reason=reason,
        last_seen_round=None,
        redline=draw(text_before, text_after),
    )


def _of_dropped(mention: Mention, fresh: list[Mention], rounds: _Rounds) -> Change:
    related = _possibly_related(mention, fresh, rounds.before, rounds.after)
    if rounds.after.complete:
        presence: Presence = "dropped"
        why = f"{_sentence(rounds.new)} does not name “{mention.label}”."
    else:
        presence = "not-seen"
        why = (
            f"{_sentence(rounds.new)} breaks off before its end; "
            f"“{mention.label}” does not stand in what there is of it."
        )
    certainty: Certainty = (
        "certain" if presence == "dropped" and not related else "likely" if related else "unsure"
    )
    return Change(
        change=presence,
        before=(mention.label,),
        after=(),
        topic=mention.topic,
        label_changed=False,
        text_change=None,
        moved=None,
        words_gone=tuple(dict.fromkeys(content_words(mention.text))),
        words_new=(),
        certainty=certainty,
        reason=why + related,
        last_seen_round=rounds.before.round if presence == "dropped" else None,
        redline=redline(mention.text, ""),
    )


def _of_fresh(mention: Mention, dropped: list[Mention], rounds: _Rounds) -> Change:
    last = _last_seen(mention, rounds)
    torn = not rounds.before.complete
    related = "" if last else _possibly_related(mention, dropped, rounds.after, rounds.before)
    certainty: Certainty = "likely" if related or not rounds.before.complete else "certain"
    if last:
        seen, label = last
        same = label_form(label) == label_form(mention.label)
        certainty = "unsure" if torn else "certain" if same else "likely"
        when = _sentence(_named(seen, "an earlier readout"))
        did_not = "breaks off before its end" if torn else "did not"
        why = f"{when} named “{label}”; {rounds.old} {did_not}."
    elif not torn:
        why = f"{_sentence(rounds.old)} does not name “{mention.label}”{_nor_earlier(rounds)}."
    else:
        why = f"“{mention.label}” does not stand in {rounds.old}, whose page breaks off."
    return Change(
        change="returned" if last else "introduced",
        before=(),
        after=(mention.label,),
        topic=mention.topic,
        label_changed=False,
        text_change=None,
        moved=None,
        words_gone=(),
        words_new=tuple(dict.fromkeys(content_words(mention.text))),
        certainty=certainty,
        reason=why + related,
        last_seen_round=last[0].round if last else None,
        redline=redline("", mention.text),
    )


# --- The facts of one change ------------------------------------------------------------------


def _split_reasons(match: Match, split: list[Mention], rounds: _Rounds) -> list[str]:
    return [
        f"“{m.label}” is likely split off from it: in {rounds.old} those words stood under "
        f"“{match.before.label}”, and have left it; or else it is a new topic."
        for m in split
    ]


def _merge_reasons(match: Match, merged: list[Mention], rounds: _Rounds) -> list[str]:
    return [
        f"“{m.label}” is likely merged into it: in {rounds.new} those words stand under "
        f"“{match.after.label}” for the first time; or else it was dropped."
        for m in merged
    ]


def _possibly_related(mention: Mention, others: list[Mention], own: Readout, their: Readout) -> str:
    """The unmatched topic that shares rare words in its text: shown, never counted as a match."""
    named = [m for m in others if stems(mention.label) & stems(m.label) - GENERIC]
    if len(named) == 1:
        words = ", ".join(
            f"“{word}”" for word in sorted(stems(mention.label) & stems(named[0].label))
        )
        return f" Possibly related to “{named[0].label}”, not sure: both labels have {words}."
    rare = stems(mention.text) - _house_style(own) - _house_style(their) - GENERIC
    best = max(others, key=lambda m: len(rare & stems(m.text)), default=None)
    shared = rare & stems(best.text) if best else frozenset()
    if best is None or len(shared) < 2 or best.strand != mention.strand:  # one word is chance
        return ""
    words = ", ".join(f"“{word}”" for word in sorted(shared)[:4])
    return f" Possibly related to “{best.label}”, not sure: both texts have {words}."


def _house_style(readout: Readout) -> frozenset[str]:
    """The words that two or more topics of one round share: they say nothing about either."""
    counts = Counter(word for mention in readout.mentions for word in stems(mention.text))
    return frozenset(word for word, times in counts.items() if times > 1)


def _last_seen(mention: Mention, rounds: _Rounds) -> tuple[Readout, str] | None:
    """The latest earlier round that named a topic which the round before did not."""
    for readout in sorted(rounds.earlier, key=_order, reverse=True):
        found = match_topics(readout.mentions, [mention], rounds.series)
        if found:
            return readout, found[0].before.label
    return None


def _nor_earlier(rounds: _Rounds) -> str:
    known = sorted(r.round for r in rounds.earlier if r.round is not None)
    if not known:
        return ""
    listed = ", ".join(map(str, known[:-1]))
    return (
        f", nor does round {known[0]}"
        if len(known) == 1
        else f", nor do rounds {listed} and {known[-1]}"
    )


def _delegations(before: Readout, after: Readout) -> tuple[DelegationChange, ...]:
    countries = dict.fromkeys(d.country for readout in (before, after) for d in readout.delegations)
    return tuple(
        DelegationChange(country, _leads(before, country), _leads(after, country))
        for country in countries
    )


def _leads(readout: Readout, country: str) -> tuple[str, ...]:
    return tuple(lead.name for d in readout.delegations if d.country == country for lead in d.leads)


def _of_strand(strand: Strand, changes: list[tuple[Strand, Change]]) -> tuple[Change, ...]:
    return tuple(change for where, change in changes if where == strand)


def _missing(before: int | None, after: int | None, history: Iterable[Readout]) -> tuple[int, ...]:
    """The rounds between two that the archive lacks."""
    known = {readout.round for readout in history}
    if before is None or after is None:
        return ()
    return tuple(number for number in range(before + 1, after) if number not in known)


def _precedes(one: Readout, other: Readout) -> bool:
    return _order(one) < _order(other)


def _order(readout: Readout) -> tuple[int, str]:
    return (readout.round or 0, readout.held.start.isoformat() if readout.held.start else "")


def _named(readout: Readout, otherwise: str) -> str:
    return otherwise if readout.round is None else f"round {readout.round}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
