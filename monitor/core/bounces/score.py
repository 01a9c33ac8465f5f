"""How often a reader's mail came back lately: a score that every soft bounce raises by one.

It halves in thirty days, so that a full mailbox or an outage is forgotten: digests are rare, and a
week would forget each before the next. At five the address counts as given up: that is a sixth
bounce in a row where mail goes out daily, a ninth where it goes out weekly, and never
one a month.
"""

from __future__ import annotations

from datetime import datetime, timedelta

HALF_LIFE = timedelta(days=30)
GIVEN_UP = 5.0
"""The score at which nothing is sent to an address any more."""


def raised(score: float, since: datetime | None, now: datetime) -> float:
    """Return the score after one more soft bounce.

    Args:
        score: as it stood at `since`.
        since: when it was last raised, aware; None where it never was.
        now: the time of this bounce, aware; one before `since` counts as at the same time.
    """
    passed = max(now - since, timedelta()) if since else timedelta()
    return float(score * 0.5 ** (passed / HALF_LIFE)) + 1.0
