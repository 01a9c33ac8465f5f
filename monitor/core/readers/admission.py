"""May a letter that asks for a confirmation go to an address that nobody has confirmed?"""

from __future__ import annotations

from datetime import datetime, timedelta

BETWEEN_LETTERS = timedelta(hours=1)
"""The least time between two letters to one address."""

MOST_LETTERS = 3
"""So many letters an address gets in all while nobody confirms it."""

FORGOTTEN = timedelta(days=30)
"""When so much time has passed since the last letter, the count starts anew.

Somebody who overlooked three letters in spring can still subscribe in summer; a stranger who keeps
at the form sends three letters a month at the most.
"""


def letters_so_far(letters: int, last: datetime | None, now: datetime) -> int:
    """How many letters count: those on record, or none where the last one is forgotten."""
    if last is None or now - last >= FORGOTTEN:
        return 0
    return letters


def may_write(letters: int, last: datetime | None, now: datetime) -> bool:
    """Whether one more letter may go to an address that nobody has confirmed yet.

    Args:
        letters: how many went there since the count last started.
        last: when the last of them was queued, aware; None if there was none.
        now: the time, aware. One that lies before `last` (a clock set back) allows nothing.
    """
    counted = letters_so_far(letters, last, now)
    if counted == 0 or last is None:
        return True
    return counted < MOST_LETTERS and now - last >= BETWEEN_LETTERS
