"""How long a receiving domain is left alone that put us off."""

from __future__ import annotations

from datetime import datetime, timedelta

_MINUTES = (1, 5, 15, 30, 60, 120, 240)

IN_A_ROW = 100
"""So many put off one by one, with none taken between, and the whole domain is left alone.

Not at the first: greylisting puts off each reader once, and takes the mail a few minutes later
(RFC 6647); a domain that rested at each would never get through its readers.
"""


def next_rest(now: datetime, failures: int) -> datetime:
    """Until when a domain rests that put us off so often in a row."""
    return now + timedelta(minutes=_MINUTES[min(failures, len(_MINUTES)) - 1])
