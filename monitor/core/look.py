"""The circumstances under which pages are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

READER = "2"
"""The version of the reader: raised when it comes to understand pages differently. A page that an
older reader understood is fetched anew rather than taken as unchanged."""


@dataclass(frozen=True, slots=True)
class Look:
    """The circumstances of a look: may it announce, and is it of what the first one named?"""

    today: date
    quiet: bool
    first: bool
