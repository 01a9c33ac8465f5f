"""Canaries: rounds on file that must be findable at the source, or something is wrong with us.

A page of ours that can no longer be read as its round, or that no listing leads to, tells of a
change of the source that no single look can show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.core.sight import Suspicion

MISSING = "canary-missing"
"""The kind of issue about a canary that was not found."""
MOST_PAGES = 20
"""So many listing pages are looked at for canaries, one a second; what stands behind is unknown."""


@dataclass(frozen=True, slots=True)
class Canary:
    """The latest round of a series, as it was seen live: its release, and the keys it goes by."""

    series: str
    round: int
    release_id: int
    address: str
    published: date | None
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a canary: whether its page was read as its round, and whether it is listed.

    None where the look could not tell: the host was in trouble, or the listing is too long.
    """

    canary: Canary
    is_read: bool | None
    is_listed: bool | None
    why: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether it was looked for and is not there."""
        return self.is_read is False or self.is_listed is False


def since_of(canaries: Sequence[Canary]) -> date | None:
    """The first day that a listing has to be looked through for; None: nobody knows."""
    return min((each.published for each in canaries if each.published), default=None)


def suspicion(found: Found, looked_at: Sequence[str]) -> Suspicion:
    """What to say of a canary that is missing.

    Args:
        found: what became of it.
        looked_at: the listing pages on which it was looked for.
    """
    canary = found.canary
    lacks = [
        "its page is not read as that round any more" if found.is_read is False else "",
        "no listing names it any more" if found.is_listed is False else "",
    ]
    return Suspicion(
        MISSING,
        f"round {canary.round} of {canary.series}: {' and '.join(filter(None, lacks))}",
        {"page": found.why or "as ever", "listing pages looked at": ", ".join(looked_at) or "none"},
        "open its address in a browser; if the page is well, teach the reader (CONTRIBUTING); if "
        "it is gone for good, close the issue",
    )
