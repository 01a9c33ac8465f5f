"""A sign of life for whoever keeps processes running and cannot ask this one by HTTP.

The scheduler's own rounds and the worker's own loop touch a file, so a process that hangs there
stops doing so. It says nothing of the database or the source: that is what `check` is for.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

EVERY = timedelta(seconds=5)
_LONGEST = timedelta(seconds=30)  # six beats: a machine under load is late, not dead


def beat(pulse: Path | None) -> None:
    """Show a sign of life, where one is wanted; where it cannot be, `alive` says that it is not."""
    if pulse:
        with suppress(OSError):
            pulse.touch(mode=0o600)


def last_beat(pulse: Path) -> datetime | None:
    """When the last sign of life was shown; None before the first."""
    with suppress(OSError):
        return datetime.fromtimestamp(pulse.stat().st_mtime, UTC)
    return None


def is_alive(last: datetime | None, now: datetime) -> bool:
    """Whether a sign of life is recent enough."""
    return last is not None and now - last <= _LONGEST
