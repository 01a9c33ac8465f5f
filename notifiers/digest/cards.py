"""One card per topic and per bilateral issue: what became of it, its redline, and why we say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from notifiers.digest.labels import full_label
from notifiers.words.phrasebook import Age, Cards, Phrasebook
from notifiers.words.wording import clipped, one_line
from storage.records import (
    Background,
    Change,
    Comparison,
    Mention,
    Piece,
    Presence,
    Strand,
)

ORDER: tuple[Presence, ...] = (
    *("dropped", "not-seen", "introduced", "returned", "split", "merged", "continued"),
)
"""In which a digest tells them: what has gone is the news."""

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
    strand: Strand,
    comparison: Comparison,
    background: Background,
    measure: Measure,
    words: Phrasebook,
) -> tuple[Card, ...]:
    """The cards of one strand: what has gone first; within a kind, in the comparison's order."""
    common = strand == "common-interest"
    changes = comparison.topics if common else comparison.bilateral_issues
    ordered = sorted(changes, key=lambda change: ORDER.index(change.change))[: measure.cards]
    anchors = _each_once(anchor(strand, change.topic) for change in ordered)
    return tuple(
        _card(where, change, _facts(change, strand, stood, words.cards), measure, words)
        for where, change in zip(anchors, ordered, strict=True)
        for stood in (_stood(change, comparison, background),)
    )


def card_of(change: Change, strand: Strand, words: Phrasebook) -> Card:
    """The card of one change by itself, whole, without a place on a page."""
    return _card("", change, _facts(change, strand, None, words.cards), WHOLE, words)


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


def _stood(change: Change, comparison: Comparison, background: Background) -> Age | None:
    """In how many rounds it had stood; with rounds missing, in how many of those on file."""
    times = background.times_stood.get(change.topic)
    return Age(times, on_file=bool(comparison.missing_rounds)) if times else None


def _card(
    where: str, change: Change, facts: tuple[str, ...], measure: Measure, words: Phrasebook
) -> Card:
    pieces = _measured(_shown(change), measure)
    reason = words.cards.reason(change.certainty, change.reason)
    return Card(
        anchor=where,
        presence=change.change,
        word=words.cards.presence(change.change),
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


def _facts(change: Change, strand: Strand, stood: Age | None, say: Cards) -> tuple[str, ...]:
    """What else is so beside its presence; each stands for itself."""
    return (*_of_presence(change, stood, say), *_of_text_and_place(change, strand, say))


def _of_presence(change: Change, stood: Age | None, say: Cards) -> Iterator[str]:
    seen = change.last_seen_round
    if change.change == "dropped" and stood is not None:
        yield say.had_stood(stood)
    if change.change == "not-seen":
        yield say.from_round_before()
    if change.change == "returned" and seen is not None:
        yield say.last_seen(seen)
    if change.change == "continued" and change.label_changed:
        yield say.renamed()


def _of_text_and_place(change: Change, strand: Strand, say: Cards) -> Iterator[str]:
    if change.text_change is not None and not _is_label(change):
        yield say.text_change(change.text_change)
    if change.moved == "order":
        yield say.another_place()
    if change.moved == "strand":
        yield say.was_in("bilateral" if strand == "common-interest" else "common-interest")


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
