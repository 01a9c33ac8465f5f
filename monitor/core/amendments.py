"""What an edit of a release did to its words: title, day, and the paragraphs that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.core.alignment import aligned
from monitor.core.redline import redline
from storage.records import Piece, Release


@dataclass(frozen=True, slots=True)
class Amendment:
    """How one text of a release differs from the one before.

    `title` is the redline of the titles, empty where they agree; `published` the two days, None
    where they agree; `passages` a redline for each place at which paragraphs differ, in order.
    """

    title: tuple[Piece, ...]
    published: tuple[date | None, date | None] | None
    passages: tuple[tuple[Piece, ...], ...]


def amendment(before: Release, after: Release) -> Amendment:
    """Say what an edit changed; paragraphs that agree are left out."""
    one, other = ([p.text for p in release.paragraphs] for release in (before, after))
    same_title, same_day = before.title == after.title, before.published == after.published
    return Amendment(
        title=() if same_title else redline(before.title or "", after.title or ""),
        published=None if same_day else (before.published, after.published),
        passages=tuple(_passages(one, other)),
    )


def _passages(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    i = j = 0
    ends = (len(old), len(old), len(new), len(new))
    for kept in (*aligned(old, new), ends):
        gone, came = old[i : kept[0]], new[j : kept[2]]
        if gone or came:
            yield redline("\n".join(gone), "\n".join(came))
        i, j = kept[1], kept[3]
