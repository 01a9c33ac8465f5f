"""What is past: named by the first look, or published long before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.core.look import is_past
from storage.records import Poll

BEGUN = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
LATER = BEGUN + timedelta(minutes=5)
NEWEST = date(2026, 5, 19)


SHOWN = Poll(1, "a source", BEGUN, BEGUN, "read", 2, 20, 0, None, newest=date(2026, 5, 20))
OLD_COPY = replace(SHOWN, newest=date(2022, 3, 1))
WITHOUT_DAYS = replace(SHOWN, newest=None)


@pytest.mark.parametrize(
    ("named_at", "published", "first", "past"),
    [
        (BEGUN, date(2026, 5, 20), SHOWN, True),
        (LATER, date(2026, 5, 20), SHOWN, False),
        (LATER, None, SHOWN, False),
        (LATER, date(2026, 5, 13), SHOWN, False),
        (LATER, date(2026, 5, 12), SHOWN, True),
        (LATER, date(2022, 3, 20), OLD_COPY, False),
        (LATER, date(2022, 2, 20), OLD_COPY, True),
        (LATER, date(2026, 5, 12), WITHOUT_DAYS, False),
        (LATER, date(2026, 5, 20), None, True),
    ],
)
def test_a_release_is_past_if_the_first_look_named_it_or_was_shown_what_came_a_week_later(
    named_at: datetime, published: date | None, first: Poll | None, past: bool
) -> None:
    assert is_past(named_at=named_at, published=published, first=first) is past
