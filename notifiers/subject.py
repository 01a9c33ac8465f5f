"""The subject of a digest: the round, its headline in the room there is, then the series."""

from __future__ import annotations

from notifiers.frame import words
from notifiers.news.facts import Facts
from notifiers.news.headline import headline_of, headline_of_first
from notifiers.wording import clipped, one_line, visible
from storage.records import Background, Comparison, DigestKind, Readout

LONGEST_SUBJECT = 100
"""Characters: what mail programs show on a wide screen. On a phone the first forty count."""

LONGEST_SERIES = 45


def subject_of(
    readout: Readout,
    comparison: Comparison | None,
    kind: DigestKind,
    series_name: str,
    background: Background,
) -> str:
    """One line that names what changed, safe for a header."""
    mark = words("en")["subject"].get(kind, "")
    number = f"Round {readout.round}" if readout.round is not None else "A round"
    start, end = f"{mark}{number}: ", f" – {clipped(one_line(series_name), LONGEST_SERIES)}"
    room = LONGEST_SUBJECT - len(start) - len(end)
    if comparison is None:
        news = headline_of_first(readout, room)
    else:
        news = headline_of(Facts(readout, comparison, background), room)
    return visible(one_line(f"{start}{news}{end}"))
