"""Two rounds of a series, topic by topic, with the reason for each match.

A cascade, and each of its steps is the explanation the reader gets: the same name; the same entry
of the reviewed topic list; one label inside the other; a split or a merger, by the words that left
a matched topic; otherwise introduced, dropped, or returned from an earlier round. Words shared in
the texts alone are shown as a possible relation and never counted as a match. `docs/comparing.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.core.redline import redline, replaced
from monitor.core.topics import Series
from monitor.core.words import content_words, folded, label_form, letters_only, singular, stems
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
    TextChange,
)

# Words that every second label of trade policy has: alone they tie no two labels together.
_GENERIC = stems(
    "trade issues areas cooperation collaboration products services policy measures barriers"
)
_LITTLE_SHARED = 0.15  # of the shorter text's content words: below it a text was replaced


@dataclass(frozen=True, slots=True)
class _Match:
    """A topic that stands in both rounds, how sure that is, and why."""

    before: Mention
    after: Mention
    certainty: Certainty
    reason: str


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
    earlier = tuple(r for r in history if r != before and r != after and _precedes(r, before))
    rounds = _Rounds(before, after, earlier, series)
    matches = _match(before.mentions, after.mentions, series)
    changes = _changes(matches, rounds)
    return Comparison(
        series=series.slug,
        before_round=before.round,
        after_round=after.round,
        missing_rounds=_missing(before.round, after.round),
        topics=_of_strand("common-interest", changes),
        bilateral_issues=_of_strand("bilateral", changes),
        delegations=_delegations(before, after),
    )


# --- Matching ---------------------------------------------------------------------------------


def _match(before: Sequence[Mention], after: Sequence[Mention], series: Series) -> list[_Match]:
    matches: list[_Match] = []
    for step in (_same_name, _same_topic, _contained):
        old = [m for m in before if all(m is not match.before for match in matches)]
        new = [m for m in after if all(m is not match.after for match in matches)]
        for mention in old:
            found = [f for other in new if (f := step(mention, other, series))]
            best = _best(found, mention)
            if best:
                matches.append(best)
                new = [m for m in new if m is not best.after]
    return matches


def _best(found: list[_Match], mention: Mention) -> _Match | None:
    """The one match, the one of the same strand, or none: two equal candidates decide nothing."""
    same_strand = [match for match in found if match.after.strand == mention.strand]
    chosen = same_strand or found
    return chosen[0] if len(chosen) == 1 else None


def _same_name(old: Mention, new: Mention, _series: Series) -> _Match | None:
    if label_form(old.label) != label_form(new.label):
        return None
    if old.label == new.label:
        return _Match(old, new, "certain", f"Both rounds name “{new.label}”.")
    if folded(old.label) == folded(new.label):
        why = f"The same name but for its style: “{old.label}”, now “{new.label}”."
    else:
        why = f"The same name in another form: “{old.label}”, now “{new.label}”."
    return _Match(old, new, "certain", why)


def _same_topic(old: Mention, new: Mention, series: Series) -> _Match | None:
    topic = series.topic_of(old.label)
    if topic is None or topic is not series.topic_of(new.label):
        return None
    why = (
        f"The same topic under another name, by the reviewed list ({topic.name}): "
        f"“{old.label}”, now “{new.label}”."
    )
    return _Match(old, new, "certain", why)


def _contained(old: Mention, new: Mention, _series: Series) -> _Match | None:
    one, other = stems(old.label), stems(new.label)
    shared = one & other
    if shared not in (one, other) or not shared - _GENERIC:
        return None
    longer, shorter = (new, old) if shared == one else (old, new)
    why = f"One label holds the other: “{longer.label}” has all the words of “{shorter.label}”."
    return _Match(old, new, "likely", why)


# --- From matches to changes ------------------------------------------------------------------


def _changes(matches: list[_Match], rounds: _Rounds) -> list[tuple[Strand, Change]]:
    """All changes in the order of the earlier round, those without a place in it behind."""
    dropped = [m for m in rounds.before.mentions if all(m is not x.before for x in matches)]
    fresh = [m for m in rounds.after.mentions if all(m is not x.after for x in matches)]
    split = {id(m): x for m in fresh if (x := _split_from(m, matches))}
    merged = {id(m): x for m in dropped if (x := _merged_into(m, matches))}
    moved = _moved(matches, rounds)
    by_place: list[tuple[int, Strand, Change]] = []
    for match in matches:
        change = _of_match(
            match,
            [m for m in fresh if split.get(id(m)) is match],
            [m for m in dropped if merged.get(id(m)) is match],
            moved.get(id(match)),
            rounds,
        )
        by_place.append((_place(match.before, rounds.before), match.after.strand, change))
    for mention in dropped:
        if id(mention) not in merged:
            place = _place(mention, rounds.before)
            by_place.append((place, mention.strand, _of_dropped(mention, fresh, rounds)))
    behind = len(rounds.before.mentions)
    for mention in fresh:
        if id(mention) not in split:
            place = behind + _place(mention, rounds.after)
            by_place.append((place, mention.strand, _of_fresh(mention, dropped, rounds)))
    return [(strand, change) for _, strand, change in sorted(by_place, key=lambda item: item[0])]


def _place(mention: Mention, readout: Readout) -> int:
    return next(i for i, other in enumerate(readout.mentions) if other is mention)


def _of_match(
    match: _Match, split: list[Mention], merged: list[Mention], moved: Moved | None, rounds: _Rounds
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
    kind = text_change(text_before, text_after)
    draw = replaced if kind == "replaced" else redline
    return Change(
        change=presence,
        before=tuple(mention.label for mention in olds),
        after=tuple(mention.label for mention in news),
        topic=match.after.topic,
        label_changed=folded(match.before.label) != folded(match.after.label),
        text_change=kind,
        moved=moved,
        words_gone=_words_beyond(text_before, text_after),
        words_new=_words_beyond(text_after, text_before),
        certainty="likely" if split or merged else match.certainty,
        reason=reason,
        last_seen_round=None,
        redline=draw(text_before, text_after),
    )


def _of_dropped(mention: Mention, fresh: list[Mention], rounds: _Rounds) -> Change:
    related = _possibly_related(mention, fresh, rounds.before, rounds.after)
    if rounds.after.complete:
        presence: Presence = "dropped"
        why = f"{_sentence(rounds.new)} names nothing like “{mention.label}”."
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
    related = "" if last else _possibly_related(mention, dropped, rounds.after, rounds.before)
    certainty: Certainty = "likely" if related or not rounds.before.complete else "certain"
    if last:
        seen, label = last
        certainty = "certain" if label_form(label) == label_form(mention.label) else "likely"
        when = _sentence(_named(seen, "an earlier readout"))
        why = f"{when} named “{label}”; {rounds.old} did not."
    elif rounds.before.complete:
        why = f"{_sentence(rounds.old)} names nothing like “{mention.label}”{_nor_earlier(rounds)}."
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


def text_change(before: str, after: str) -> TextChange:
    """How one text became the other, by its content words."""
    if before == after:
        return "same"
    if letters_only(before) == letters_only(after):
        return "style"
    gone, new = _words_beyond(before, after), _words_beyond(after, before)
    if gone and not new:
        return "shortened"
    if new and not gone:
        return "extended"
    one, other = stems(before), stems(after)
    little = len(one & other) < _LITTLE_SHARED * min(len(one), len(other))
    return "replaced" if little else "reworded"


def _words_beyond(one: str, other: str) -> tuple[str, ...]:
    """The content words of one text that the other lacks, in order; a repeat counts once."""
    left = Counter(singular(word) for word in content_words(other))
    return tuple(dict.fromkeys(w for w in content_words(one) if not left[singular(w)]))


def _moved(matches: list[_Match], rounds: _Rounds) -> dict[int, Moved]:
    """Which matched topics changed strand, or their place among those that stand in both rounds."""
    moved: dict[int, Moved] = {
        id(m): "strand" for m in matches if m.before.strand != m.after.strand
    }
    for strand in ("common-interest", "bilateral"):
        stayed = [m for m in matches if m.before.strand == m.after.strand == strand]
        moved.update(_out_of_order(stayed, rounds))
    return moved


def _out_of_order(matches: list[_Match], rounds: _Rounds) -> dict[int, Moved]:
    """Those outside the longest run that kept its order: an inserted topic moves nothing."""
    ordered = sorted(matches, key=lambda match: _place(match.before, rounds.before))
    stayed = _longest_rising([_place(match.after, rounds.after) for match in ordered])
    return {id(match): "order" for index, match in enumerate(ordered) if index not in stayed}


def _longest_rising(places: list[int]) -> set[int]:
    """The indexes of a longest rising subsequence; of several, the one that ends first."""
    runs: list[list[int]] = [[]]
    for index, place in enumerate(places):
        fitting = [run for run in runs if not run or places[run[-1]] < place]
        longest = max(fitting, key=len)
        runs.append([*longest, index])
    best = max(runs, key=len)
    return set(best)


def _split_from(mention: Mention, matches: list[_Match]) -> _Match | None:
    """The matched topic whose departed words hold every specific word of a new label."""
    words = stems(mention.label) - _GENERIC
    holders = [m for m in matches if words and words <= stems(m.before.text) - stems(m.after.text)]
    return holders[0] if len(holders) == 1 and mention.strand == holders[0].after.strand else None


def _merged_into(mention: Mention, matches: list[_Match]) -> _Match | None:
    """The mirror image: the matched topic whose new words hold those of a lost label."""
    words = stems(mention.label) - _GENERIC
    holders = [m for m in matches if words and words <= stems(m.after.text) - stems(m.before.text)]
    return holders[0] if len(holders) == 1 and mention.strand == holders[0].before.strand else None


def _split_reasons(match: _Match, split: list[Mention], rounds: _Rounds) -> list[str]:
    return [
        f"“{m.label}” is likely split off from it: in {rounds.old} those words stood under "
        f"“{match.before.label}”, and have left it; or else it is a new topic."
        for m in split
    ]


def _merge_reasons(match: _Match, merged: list[Mention], rounds: _Rounds) -> list[str]:
    return [
        f"“{m.label}” is likely merged into it: in {rounds.new} those words stand under "
        f"“{match.after.label}” for the first time; or else it was dropped."
        for m in merged
    ]


def _possibly_related(mention: Mention, others: list[Mention], own: Readout, their: Readout) -> str:
    """The unmatched topic that shares rare words in its text: shown, never counted as a match."""
    rare = stems(mention.text) - _house_style(own) - _house_style(their) - _GENERIC
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
        found = _match(readout.mentions, [mention], rounds.series)
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


def _missing(before: int | None, after: int | None) -> tuple[int, ...]:
    return () if before is None or after is None else tuple(range(before + 1, after))


def _precedes(one: Readout, other: Readout) -> bool:
    return _order(one) < _order(other)


def _order(readout: Readout) -> tuple[int, str]:
    return (readout.round or 0, readout.held.start.isoformat() if readout.held.start else "")


def _named(readout: Readout, otherwise: str) -> str:
    return otherwise if readout.round is None else f"round {readout.round}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
