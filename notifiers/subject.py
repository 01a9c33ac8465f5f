"""The subject of a digest: what changed, as much of it as fits, then the series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from notifiers.labels import own_label
from notifiers.news import BREAKS_OFF, is_reworded, labels_of
from notifiers.wording import clipped, one_line, visible
from storage.records import Change, Comparison, DigestKind, Presence, Readout

LONGEST_SUBJECT = 100
"""Characters: what mail programs show on a wide screen. On a phone the first forty count."""

LONGEST_SERIES = 45

NAMES_TRIED = ((3, 3), (2, 2), (2, 1), (1, 1), (3, 0), (2, 0), (1, 0), (0, 0))
"""How many topics to name, of those dropped and of each other kind; the first that fits."""

OTHER_NEWS: tuple[Presence, ...] = ("introduced", "returned", "split", "merged")


def subject_of(
    readout: Readout, comparison: Comparison | None, kind: DigestKind, series_name: str
) -> str:
    """One line that names what changed, safe for a header."""
    mark = "Correction: " if kind == "correction" else ""
    number = f"Round {readout.round}" if readout.round is not None else "A round"
    start, end = f"{mark}{number}: ", f" – {clipped(one_line(series_name), LONGEST_SERIES)}"
    room = LONGEST_SUBJECT - len(start) - len(end)
    tried = [_in_short(readout, comparison, *names) for names in NAMES_TRIED]
    news = next((each for each in tried if len(each) <= room), tried[-1])
    return visible(one_line(f"{start}{clipped(news, room)}{end}"))


def _in_short(
    readout: Readout, comparison: Comparison | None, most_gone: int, most_other: int
) -> str:
    if comparison is None:
        labels = labels_of(readout, "common-interest")
        return f"first in the archive; topics: {_some(labels, most_gone)}"
    topics = comparison.topics
    gone = _clause(topics, "dropped", most_gone)
    others = [_clause(topics, presence, most_other) for presence in OTHER_NEWS]
    told = [clause for clause in (gone, *others) if clause]
    if not readout.complete:
        return "; ".join([*told, BREAKS_OFF])
    if told:
        return "; ".join(told if gone else [*told, "none dropped"])
    return "; ".join(_nothing_moved(comparison))


def _nothing_moved(comparison: Comparison) -> list[str]:
    reworded = sum(map(is_reworded, comparison.topics))
    bilateral = any(change.change != "continued" for change in comparison.bilateral_issues)
    return [
        "no topic dropped or introduced",
        *([f"{reworded} reworded"] if reworded else []),
        *(["bilateral issues changed"] if bilateral else []),
    ]


def _clause(changes: Iterable[Change], presence: Presence, most: int) -> str:
    found = [change for change in changes if change.change == presence]
    if not found:
        return ""
    sure = {change.certainty for change in found}
    doubt = "" if sure == {"certain"} else "perhaps " if "unsure" in sure else "likely "
    return f"{_some([own_label(change) for change in found], most)} {doubt}{presence}"


def _some(labels: Sequence[str], most: int) -> str:
    if most == 0:
        return str(len(labels))
    more = len(labels) - most
    return ", ".join(labels[:most]) + (f" +{more}" if more > 0 else "")
