"""Which topic of one round is which of the other: the cascade, and what follows from its matches.

Each step is the explanation the reader gets: the same name; the same entry of the reviewed topic
list; one label inside the other. A split or a merger is seen by the words that left or came to a
matched topic. What shares no more than words in its text is not matched. `docs/comparing.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.core.topics import Series
from monitor.core.words import folded, label_form, stems
from storage.records import Certainty, Mention, Moved, Readout

# Words that every second label of trade policy has: alone they tie no two labels together.
GENERIC = stems(
    "trade issues areas cooperation collaboration products services policy measures barriers"
)


@dataclass(frozen=True, slots=True)
class Match:
    """A topic that stands in both rounds, how sure that is, and why."""

    before: Mention
    after: Mention
    certainty: Certainty
    reason: str


def match_topics(
    before: Sequence[Mention], after: Sequence[Mention], series: Series
) -> list[Match]:
    """Match the topics of two rounds, each with one of the other or none, surest step first."""
    matches: list[Match] = []
    for step in (_same_name, _same_topic, _contained):
        old = [m for m in before if all(m is not found.before for found in matches)]
        new = [m for m in after if all(m is not found.after for found in matches)]
        for mention in old:
            candidates = [f for other in new if (f := step(mention, other, series))]
            best = _best(candidates, mention)
            if best:
                matches.append(best)
                new = [m for m in new if m is not best.after]
    return matches


def split_from(mention: Mention, matches: list[Match]) -> Match | None:
    """The matched topic whose departed words hold every specific word of a new label."""
    words = stems(mention.label) - GENERIC
    holders = [m for m in matches if words and words <= stems(m.before.text) - stems(m.after.text)]
    return holders[0] if len(holders) == 1 and mention.strand == holders[0].after.strand else None


def merged_into(mention: Mention, matches: list[Match]) -> Match | None:
    """The mirror image: the matched topic whose new words hold those of a lost label."""
    words = stems(mention.label) - GENERIC
    holders = [m for m in matches if words and words <= stems(m.after.text) - stems(m.before.text)]
    return holders[0] if len(holders) == 1 and mention.strand == holders[0].before.strand else None


def moved_among(matches: list[Match], before: Readout, after: Readout) -> dict[int, Moved]:
    """Which matched topics changed strand, or their place among those that stand in both rounds."""
    moved: dict[int, Moved] = {
        id(m): "strand" for m in matches if m.before.strand != m.after.strand
    }
    for strand in ("common-interest", "bilateral"):
        stayed = [m for m in matches if m.before.strand == m.after.strand == strand]
        moved.update(_out_of_order(stayed, before, after))
    return moved


def place_in(mention: Mention, readout: Readout) -> int:
    """Where a topic stands among those of its round, from 0."""
    return next(i for i, other in enumerate(readout.mentions) if other is mention)


def _best(found: list[Match], mention: Mention) -> Match | None:
    """The one match, the one of the same strand, or none: two equal candidates decide nothing."""
    same_strand = [match for match in found if match.after.strand == mention.strand]
    chosen = same_strand or found
    if len(chosen) > 1 and chosen[0].before.label == chosen[0].after.label:
        return chosen[0]  # the very same name twice on a page: first with first
    return chosen[0] if len(chosen) == 1 else None


def _same_name(old: Mention, new: Mention, _series: Series) -> Match | None:
    if label_form(old.label) != label_form(new.label):
        return None
    if old.label == new.label:
        return Match(old, new, "certain", f"Both rounds name “{new.label}”.")
    if folded(old.label) == folded(new.label):
        why = f"The same name but for its style: “{old.label}”, now “{new.label}”."
    else:
        why = f"The same name in another form: “{old.label}”, now “{new.label}”."
    return Match(old, new, "certain", why)


def _same_topic(old: Mention, new: Mention, series: Series) -> Match | None:
    topic = series.topic_of(old.label)
    if topic is None or topic is not series.topic_of(new.label):
        return None
    why = (
        f"The same topic under another name, by the reviewed list ({topic.name}): "
        f"“{old.label}”, now “{new.label}”."
    )
    return Match(old, new, "certain", why)


def _contained(old: Mention, new: Mention, _series: Series) -> Match | None:
    if old.strand != new.strand:
        return None
    one, other = stems(old.label), stems(new.label)
    shared = one & other
    if shared not in (one, other) or not shared - GENERIC:
        return None
    longer, shorter = (new, old) if shared == one else (old, new)
    why = (
        f"One label holds the other: “{longer.label}” has all the words of “{shorter.label}”; "
        f"or else they are two topics."
    )
    return Match(old, new, "likely", why)


def _out_of_order(matches: list[Match], before: Readout, after: Readout) -> dict[int, Moved]:
    """Those outside the longest run that kept its order: an inserted topic moves nothing."""
    ordered = sorted(matches, key=lambda match: place_in(match.before, before))
    stayed = _longest_rising([place_in(match.after, after) for match in ordered])
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
