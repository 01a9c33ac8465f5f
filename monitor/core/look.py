"""The circumstances under which pages are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

READER = "2"
"""The version of the reader: raised when it comes to understand pages differently. A page that an
older reader understood is fetched anew rather than taken as unchanged."""

QUIET = timedelta(days=21)
"""A listing may name nothing new for so long before anybody wonders. USTR publishes some 40
releases a month."""


@dataclass(frozen=True, slots=True)
class Look:
    """The circumstances of a look: may it announce, and is it of what the first one named?"""

    today: date
    quiet: bool
    first: bool
