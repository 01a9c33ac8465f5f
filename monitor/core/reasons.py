"""The reasons of a comparison: whole sentences, with the words of the pages they rest on.

What is likely shows both readings, what is unsure says why.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.core.entries import Entry, Key
from monitor.core.past import Past, Sighting
from monitor.core.sentences import (
    STRANDS,
    Sides,
    listed,
    named,
    quoted,
    quoted_list,
    rounds_listed,
    sentence,
)
from monitor.core.splits import Family
from monitor.core.topics import Series
from monitor.core.words import spoken
from storage.records import Readout, Strand

Stands = frozenset[tuple[Strand, Key]]
"""The topics of a round, each with the strand it is named in."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the sentences speak of: the two rounds, how they are called, and the past."""

    before: Readout
    after: Readout
    sides: Sides
    past: Past
    series: Series
    strands_before: Stands
    strands_after: Stands


def of_family(family: Family, scene: Scene) -> str:
    """Why topics of two rounds belong together."""
    split = [entry for entry in family.after if not family.match or entry is not family.match.after]
    merged = [e for e in family.before if not family.match or e is not family.match.before]
    if family.match is None:
        several = split if len(family.before) == 1 else merged
        return _without_match(family, several, scene)
    told = [family.match.reason]
    told += [_split(entry, family.before[0], scene) for entry in split]
    told += [_merged(entry, family.after[0], scene) for entry in merged]
    return " ".join([*told, *_torn_end(family.after[0], scene)])


def of_dropped(entry: Entry, scene: Scene) -> str:
    """Why a topic is called dropped."""
    new = sentence(scene.sides.new)
    if (other := _other_strand(entry, scene.strands_after)) is not None:
        ours = STRANDS[entry.strand]
        first = f"{new} names {quoted(entry.label)} no more among the {ours}, but among the {other}"
    else:
        first = f"{new} does not name {quoted(entry.label)}"
    between = scene.past.between_with(entry.key)
    last = f" {_between(between[-1])}, was the last to name it." if between else ""
    return f"{first}, {_stood(entry, scene)}.{last}"


def of_not_seen(entry: Entry, scene: Scene) -> str:
    """Why nothing can be said of a topic."""
    return (
        f"{sentence(scene.sides.new)} breaks off before its end: {quoted(entry.label)} does not "
        "stand in what there is of it, and may stand in the rest."
    )


def of_introduced(entry: Entry, scene: Scene) -> str:
    """Why a topic is called new."""
    old, label = scene.sides.old, quoted(entry.label)
    if not scene.before.complete:
        first = (
            f"{label} does not stand in what there is of {old}, whose page breaks off: "
            "it is new, or it stood in the rest"
        )
    elif (other := _other_strand(entry, scene.strands_before)) is not None:
        ours = STRANDS[entry.strand]
        first = f"{sentence(old)} names {label} among the {other}, not among the {ours}"
    else:
        first = f"{sentence(old)} does not name {label}"
    between = scene.past.between_with(entry.key)
    later = f" {_between(between[0])}, was the first to name it." if between else ""
    return f"{first}{_nor_earlier(scene)}.{later}"


def of_returned(entry: Entry, seen: Sighting, scene: Scene) -> str:
    """Why a topic is called returned."""
    when = sentence(named(seen.readout, "an earlier readout"))
    first = f"{when} named {quoted(seen.label)}"
    if seen.by == "list":
        name = scene.series.topic_name(entry.key[1])
        first += f", the same topic by the reviewed list ({name})"
    rest = f"{scene.sides.old} did not"
    if not scene.before.complete:
        rest = f"{scene.sides.old} breaks off before its end, so that it may never have been away"
    if seen.by == "contained":
        rest += (
            f". Of {quoted(seen.label)} and {quoted(entry.label)} one has all the words of the "
            "other: the topic has returned, or else it is a new one"
        )
    return f"{first}; {rest}.{_came_and_went(entry, seen, scene)}"


def _split(entry: Entry, parent: Entry, scene: Scene) -> str:
    or_else = "or else it is a new topic"
    if not scene.before.complete:
        or_else += f", or it stood in the part of {scene.sides.old} that is missing"
    return (
        f"{quoted(entry.label)} is likely split off from it: in {scene.sides.old} "
        f"{_words_under(parent, entry)} stood under {quoted(parent.label)}, and left it; {or_else}."
    )


def _merged(entry: Entry, heir: Entry, scene: Scene) -> str:
    return (
        f"{quoted(entry.label)} is likely merged into it: in {scene.sides.new} "
        f"{_words_under(heir, entry)} stands under {quoted(heir.label)} for the first time; "
        "or else it was dropped."
    )


def _without_match(family: Family, several: list[Entry], scene: Scene) -> str:
    names = listed([quoted(entry.label) for entry in several])
    if len(family.before) == 1:
        one, side = family.before[0], scene.sides.old
        first = f"{sentence(scene.sides.new)} does not name {quoted(one.label)}"
        then = f"{names} are likely what it was split into"
        other = "or else it was dropped and they are new topics"
    else:
        one, side = family.after[0], scene.sides.new
        first = f"{sentence(scene.sides.new)} names neither {names.replace('” and “', '” nor “')}"
        then = f"{quoted(one.label)} is likely what they were merged into"
        other = "or else they were dropped and it is a new topic"
    stood = "stood" if len(family.before) == 1 else "stand"
    words = listed([_words_under(one, entry) for entry in several])
    return f"{first}; {then}: in {side} {words} {stood} under {quoted(one.label)}; {other}."


def _words_under(holder: Entry, entry: Entry) -> str:
    """The words of one topic's label as they stand under another."""
    return quoted_list(spoken(" ".join((*holder.labels, holder.text)), entry.specific))


def _torn_end(entry: Entry, scene: Scene) -> list[str]:
    if scene.after.complete or entry.mentions[-1] is not scene.after.mentions[-1]:
        return []
    if not entry.text:
        return [f"{sentence(scene.sides.new)} breaks off before what it says of it."]
    return [f"{sentence(scene.sides.new)} breaks off after it: what it says of it may go on."]


def _stood(entry: Entry, scene: Scene) -> str:
    """In how many rounds on file a topic had stood, as far as there are earlier ones."""
    earlier = scene.past.rounds_with(entry.key)
    if earlier and scene.before.round is not None:
        return f"which stood in {rounds_listed([*earlier, scene.before.round])}"
    if scene.past.earlier and not earlier:
        return f"which {scene.sides.old} was the first on file to name"
    return f"which {scene.sides.old} named"


def _came_and_went(entry: Entry, seen: Sighting, scene: Scene) -> str:
    others = [n for n in scene.past.rounds_with(entry.key) if n != seen.readout.round]
    if not others:
        return ""
    return f" It stood in {rounds_listed(others)} too."


def _nor_earlier(scene: Scene) -> str:
    earlier = [r for r in scene.past.earlier if r.round is not None]
    whole = {r.round for r in earlier if r.complete and r.round is not None}
    torn = {r.round for r in earlier if not r.complete and r.round is not None}
    told = ""
    if whole:
        verb = "do" if len(whole) > 1 else "does"
        rounds = rounds_listed(whole)
        told = f", nor {verb} {rounds}"
        if not scene.before.complete:
            told = f". {sentence(rounds)} {verb} not name it"
    return f"{told}; of {rounds_listed(torn)} only a part is on file" if torn else told


def _other_strand(entry: Entry, stands: Stands) -> str | None:
    """The strand in which a round names a topic that it does not name in this one."""
    return next(
        (
            name
            for strand, name in STRANDS.items()
            if strand != entry.strand and (strand, entry.key) in stands
        ),
        None,
    )


def _between(readout: Readout) -> str:
    return f"{sentence(named(readout, 'a readout'))}, which lies between"
