"""The subject of a digest: the round, its headline in the room there is, then the series."""

from __future__ import annotations

from notifiers.digest.news.facts import Facts
from notifiers.digest.news.headline import headline_of, headline_of_first
from notifiers.words import frame
from notifiers.words.columns import columns
from notifiers.words.phrasebook import Phrasebook
from notifiers.words.wording import clipped, one_line, visible
from storage.records import Telling

LONGEST_SUBJECT = 100
"""Columns: what mail programs show on a wide screen. On a phone the first forty count."""

LONGEST_SERIES = 45


def subject_of(telling: Telling, words: Phrasebook) -> str:
    """One line that names what changed, safe for a header."""
    mark = frame.words(words.language)["subject"].get(telling.kind, "")
    start = f"{mark}{words.headline.subject(telling.summary.readout.round)}"
    end = f" – {clipped(one_line(telling.series_name), LONGEST_SERIES)}"
    room = LONGEST_SUBJECT - columns(start) - columns(end)
    return visible(one_line(f"{start}{headline_within(telling, words, room)}{end}"))


def headline_within(telling: Telling, words: Phrasebook, room: int) -> str:
    """As much of the headline as has room, in columns."""
    readout, found = telling.summary.readout, telling.summary.comparison
    if telling.kind == "withdrawal":
        return clipped(frame.words(words.language)["whereabouts"]["headline"], room)
    if found is None:
        return headline_of_first(readout, words, room)
    facts = Facts(words, readout, found, telling.background, chosen=telling.chosen is not None)
    return headline_of(facts, room)
