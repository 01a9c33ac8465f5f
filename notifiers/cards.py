"""One card per topic and per bilateral issue: what became of it, its redline, and why we say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from notifiers.labels import full_label
from notifiers.wording import CERTAINTY, PRESENCE, TEXT_CHANGE, clipped, one_line, plural
from storage.records import Background, Change, Comparison, Mention, Piece, Presence, Strand

CUT = "[…]"


@dataclass(frozen=True, slots=True)
class Measure:
    """How much of everything is shown; None shows the whole of it.

    `text` and `label` are characters (of each run of a redline, of a label or reason), `pieces`
    the runs of one redline, `cards` the cards of one kind.
    """

    text: int | None = None
    label: int | None = None
    pieces: int | None = None
    cards: int | None = None


WHOLE = Measure()


@dataclass(frozen=True, slots=True)
class Redline:
    """A text against its earlier self: running, or old and new as two blocks."""

    form: Literal["running", "blocks"]
    pieces: tuple[Piece, ...]

    @property
    def before(self) -> str:
        """The earlier text."""
        return "".join(piece.text for piece in self.pieces if piece.op != "insert")

    @property
    def after(self) -> str:
        """The later text."""
        return "".join(piece.text for piece in self.pieces if piece.op != "delete")


@dataclass(frozen=True, slots=True)
class Card:
    """A topic or issue across two rounds.

    `anchor` names its place on a page; it is empty where another card has that name already.
    `inline` is True where the text is the label itself: the redline then stands for both.
    """

    anchor: str

    presence: Presence
    word: str
    label: str
    facts: tuple[str, ...]
    redline: Redline | None
    inline: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """A topic or issue where there is nothing to compare with. No text where it is the label."""

    anchor: str
    label: str
    text: str


def cards_of(
    strand: Strand, comparison: Comparison, background: Background, measure: Measure
) -> tuple[Card, ...]:
    """The cards of one strand: what has gone first; within a kind, in the comparison's order."""
    common = strand == "common-interest"
    changes = comparison.topics if common else comparison.bilateral_issues
    ranks = list(PRESENCE)
    ordered = sorted(changes, key=lambda change: ranks.index(change.change))[: measure.cards]
    anchors = _each_once(anchor(strand, change.topic) for change in ordered)
    return tuple(
        _card(
            where, change, _facts(change, _stood(change, comparison, background), strand), measure
        )
        for where, change in zip(anchors, ordered, strict=True)
    )


def items_of(strand: Strand, mentions: Iterable[Mention], measure: Measure) -> tuple[Item, ...]:
    """The topics or issues of a round that has no earlier one, in the page's order."""
    found = [mention for mention in mentions if mention.strand == strand][: measure.cards]
    anchors = _each_once(anchor(strand, mention.topic) for mention in found)
    return tuple(
        Item(
            where,
            _cut(one_line(mention.label), measure.label),
            "" if mention.text == mention.label else _cut(mention.text, measure.text),
        )
        for where, mention in zip(anchors, found, strict=True)
    )


def anchor(strand: Strand, topic: str) -> str:
    """The name of a topic's place on a page: it stays the same from round to round."""
    word = "topic" if strand == "common-interest" else "issue"
    return f"{word}-{re.sub(r'[^a-z0-9-]', '', topic.lower())}"


def _each_once(anchors: Iterable[str]) -> Iterator[str]:
    """A page may name a topic twice, but a name can stand for one place alone."""
    seen: set[str] = set()
    for each in anchors:
        yield "" if each in seen else each
        seen.add(each)


def _stood(change: Change, comparison: Comparison, background: Background) -> str:
    """`3 rounds`, or nothing where that is not known; with rounds missing, those on file."""
    times = background.times_stood.get(change.topic)
    on_file = " on file" if comparison.missing_rounds else ""
    return f"{plural(times, 'round')}{on_file}" if times else ""


def _card(where: str, change: Change, facts: tuple[str, ...], measure: Measure) -> Card:
    pieces = _measured(_shown(change), measure)
    reason = f"{CERTAINTY[change.certainty]}: {one_line(change.reason)}".rstrip(": ")
    return Card(
        anchor=where,
        presence=change.change,
        word=PRESENCE[change.change],
        label=_cut(full_label(change), measure.label),
        facts=facts,
        redline=Redline(_form(change), pieces) if pieces else None,
        inline=_is_label(change),
        reason=_cut(reason, measure.label),
    )


def _shown(change: Change) -> tuple[Piece, ...]:
    """The redline; but a text that a torn page may still hold is not struck out."""
    if change.change != "not-seen":
        return change.redline
    return tuple(Piece("keep", piece.text) for piece in change.redline if piece.op != "insert")


def _facts(change: Change, stood: str, strand: Strand) -> tuple[str, ...]:
    """What else is so beside its presence; each stands for itself."""
    was = "was a bilateral issue" if strand == "common-interest" else "was a common topic"
    seen = change.last_seen_round
    facts = (
        (change.change == "dropped" and stood != "", f"had stood in {stood}"),
        (change.change == "not-seen", "as the round before had it"),
        (change.change == "returned" and seen is not None, f"last seen in round {seen}"),
        (change.change == "continued" and change.label_changed, "renamed"),
        (not _is_label(change), TEXT_CHANGE.get(change.text_change or "", "")),
        (change.moved == "order", "another place in the list"),
        (change.moved == "strand", was),
    )
    return tuple(words for is_so, words in facts if is_so and words)


def _is_label(change: Change) -> bool:
    redline = Redline("running", change.redline)
    return (redline.before, redline.after) == ("".join(change.before), "".join(change.after))


def _form(change: Change) -> Literal["running", "blocks"]:
    """Two blocks where a running redline would be all struck out and then all new."""
    kept = any(piece.op == "keep" and re.search(r"\w", piece.text) for piece in change.redline)
    apart = change.text_change == "replaced" or not kept
    both = {"delete", "insert"} <= {piece.op for piece in change.redline}
    return "blocks" if apart and both else "running"


def _measured(pieces: tuple[Piece, ...], measure: Measure) -> tuple[Piece, ...]:
    if measure.text is None:
        return pieces
    kept = [Piece(p.op, _cut_middle(p.text, measure.text)) for p in pieces[: measure.pieces]]
    return (*kept, *([Piece("keep", f" {CUT}")] if len(kept) < len(pieces) else []))


def _cut_middle(text: str, longest: int) -> str:
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} {CUT} {text[-half:]}"


def _cut(text: str, longest: int | None) -> str:
    return text if longest is None else clipped(text, longest)
