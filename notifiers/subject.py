"""The subject of a digest: the round, its headline in the room there is, then the series."""

from __future__ import annotations

from notifiers.columns import columns
from notifiers.news.facts import Facts
from notifiers.news.headline import headline_of, headline_of_first
from notifiers.wording import clipped, one_line, visible
from notifiers.words.phrasebook import Phrasebook
from storage.records import Background, Comparison, DigestKind, Readout

LONGEST_SUBJECT = 100
"""Columns: what mail programs show on a wide screen. On a phone the first forty count."""

LONGEST_SERIES = 45


def subject_of(
    readout: Readout,
    comparison: Comparison | None,
    kind: DigestKind,
    series_name: str,
    background: Background,
    words: Phrasebook,
) -> str:
    """One line that names what changed, safe for a header."""
    mark = "Correction: " if kind == "correction" else ""
    start, end = (
        f"{mark}{words.headline.subject(readout.round)}",
        f" – {clipped(one_line(series_name), LONGEST_SERIES)}",
    )
    room = LONGEST_SUBJECT - columns(start) - columns(end)
    if comparison is None:
        news = headline_of_first(readout, words, room)
    else:
        news = headline_of(Facts(words, readout, comparison, background), room)
    return visible(one_line(f"{start}{news}{end}"))
