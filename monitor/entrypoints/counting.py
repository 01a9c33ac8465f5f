"""Numbers of things in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from monitor.series import DEFAULT

if TYPE_CHECKING:
    from monitor.journeys.intake import RoundOf


def counted(number: int, thing: str) -> str:
    """`1 request`, `2 requests`, `0 requests`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def rounds_told(rounds: Iterable[RoundOf]) -> str:
    """Rounds by number, the default series' first and the others behind their slug; "none"."""
    numbers: dict[str, set[int]] = {DEFAULT: set()}
    for series, number in rounds:
        if number is not None:
            numbers.setdefault(series, set()).add(number)
    told = {slug: ", ".join(map(str, sorted(found))) for slug, found in numbers.items() if found}
    return "; ".join(w if slug == DEFAULT else f"{slug} {w}" for slug, w in told.items()) or "none"
