"""What a correction corrects: what the digest before it told, beside what is true now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from notifiers.digest.cards import Card, Item, Measure
from notifiers.digest.seats import Seat
from notifiers.digest.sheet import Sheet, lay_out
from notifiers.words.frame import words
from notifiers.words.wording import clipped
from storage.records import Language, Piece, Summary, Telling

MOST = 40
"""Corrections shown, unless there is room for less."""

LONGEST = 300
"""Characters of a label, or of a run of a text."""

CONTEXT = 8
"""Words of a text that are shown before and behind those that changed."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing that reads otherwise now. Of a text, the redline shows where."""

    what: str
    told: str
    now: str
    redline: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Corrections:
    """All that was corrected, or as much as has room; `notes` say what is not shown."""

    each: tuple[Correction, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A topic or an issue, as one of the two digests tells it."""

    label: str
    state: str
    text: str
    reason: str


def corrections_of(telling: Telling, *, language: Language, measure: Measure) -> Corrections | None:
    """What was corrected, in the order of the digest; None where nothing says what was told.

    Both are laid out in full and compared as a reader would: by what stands in the mail.

    Args:
        telling: a correction, with the summary that was told before.
        language: of everything but quotations.
        measure: how many corrections are shown.
    """
    if telling.kind != "correction" or telling.corrected is None:
        return None
    said = words(language)["corrected"]
    now = lay_out(telling, public_url=None, language=language)
    earlier = replace(telling, summary=telling.corrected)
    told = lay_out(earlier, public_url=None, language=language)
    found = [
        *_of_the_round(told, now, said),
        *_of_the_page(telling.corrected, telling.summary, said),
        *_of_the_topics(told, now, said),
        *_of_the_leads(told.leads, now.leads, said),
        *_where_other(words(language)["frame"]["next_round"], told.next_round, now.next_round),
    ]
    return _measured(found, MOST if measure.cards is None else measure.cards, said)


def _measured(found: list[Correction], most: int, said: Mapping[str, str]) -> Corrections:
    left = len(found) - most
    notes = [] if found else [said["details"]]
    notes += [said["more"].format(count=left)] if left > 0 else []
    return Corrections(tuple(found[:most]), tuple(notes))


def _where_other(what: str, told: str, now: str) -> Iterator[Correction]:
    if told != now:
        yield Correction(what, told, now)


def _of_the_round(told: Sheet, now: Sheet, said: Mapping[str, str]) -> Iterator[Correction]:
    yield from _where_other(said["held"], told.held, now.held)
    yield from _where_other(said["published"], told.published, now.published)
    yield from _where_other(said["compared"], told.compared, now.compared)


def _of_the_page(told: Summary, now: Summary, said: Mapping[str, str]) -> Iterator[Correction]:
    ends = [said["whole_page" if each.readout.complete else "torn_page"] for each in (told, now)]
    yield from _where_other(said["complete"], *ends)


def _of_the_leads(
    told: tuple[Seat, ...], now: tuple[Seat, ...], said: Mapping[str, str]
) -> Iterator[Correction]:
    then, today = ({seat.country: _led(seat) for seat in seats} for seats in (told, now))
    for country in dict.fromkeys([*today, *then]):
        here, there = then.get(country, said["not_told"]), today.get(country, said["gone"])
        yield from _where_other(country, here, there)


def _led(seat: Seat) -> str:
    return f"{seat.before} → {seat.after}" if seat.before else seat.after


# --- Topics and issues ------------------------------------------------------------------------


def _of_the_topics(told: Sheet, now: Sheet, said: Mapping[str, str]) -> Iterator[Correction]:
    then, today = _entries(told), _entries(now)
    for key in dict.fromkeys([*today, *then]):
        earlier, later = then.get(key), today.get(key)
        if earlier is None and later is not None:
            yield Correction(_short(later.label), said["not_told"], later.state or later.label)
        elif later is None and earlier is not None:
            yield Correction(_short(earlier.label), earlier.state or earlier.label, said["gone"])
        elif earlier is not None and later is not None and earlier != later:
            yield _of_one(earlier, later)


def _of_one(told: _Entry, now: _Entry) -> Correction:
    """What differs between them; the reason only where it is all that differs."""
    pairs = [(told.state, now.state), (told.label, now.label)]
    other = [(_short(then), _short(today)) for then, today in pairs if then != today]
    redline = _where_it_changed(told.text, now.text) if told.text and now.text else ()
    if not other and not redline:
        other = [(_short(told.reason), _short(now.reason))]
    earlier, later = (": ".join(pair[side] for pair in other) for side in (0, 1))
    return Correction(_short(now.label), earlier, later, redline)


def _entries(sheet: Sheet) -> dict[str, _Entry]:
    """By anchor; of two with the same one, the second by its label."""
    shown: list[Card | Item] = [*sheet.cards, *sheet.items]
    shown += [*sheet.issue_cards, *sheet.issue_items]
    return {each.anchor or each.label: _entry(each) for each in shown}


def _entry(told: Card | Item) -> _Entry:
    if isinstance(told, Item):
        return _Entry(told.label, "", told.text, "")
    redline = told.redline if not told.inline else None
    text = (redline.after or redline.before) if redline else ""
    return _Entry(told.label, " · ".join((told.word, *told.facts)), text, told.reason)


def _short(label: str) -> str:
    return clipped(label, LONGEST)


# --- Texts ------------------------------------------------------------------------------------


def _where_it_changed(told: str, now: str) -> tuple[Piece, ...]:
    """The words that differ, with a few of those around them; nothing if all are the same."""
    then, today = (re.findall(r"\s*\S+", text) for text in (told, now))
    if then == today:
        return ()
    start = _alike(then, today)
    end = _alike(then[start:][::-1], today[start:][::-1])
    gone, came = (side[start : len(side) - end] for side in (then, today))
    before, after = today[:start], today[len(today) - end :]
    runs = (
        Piece("keep", ("… " if len(before) > CONTEXT else "") + "".join(before[-CONTEXT:])),
        Piece("delete", _run(gone)),
        Piece("insert", _run(came)),
        Piece("keep", "".join(after[:CONTEXT]) + (" …" if len(after) > CONTEXT else "")),
    )
    return tuple(piece for piece in runs if piece.text)


def _alike(one: list[str], other: list[str]) -> int:
    """How many words both begin with."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _run(found: list[str]) -> str:
    text = "".join(found)
    lead = " " if text[:1].isspace() else ""
    return f"{lead}{clipped(text.strip(), LONGEST)}" if text else ""
