"""What is past: named by the first look, or published long before it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.core.look import is_past

BEGUN = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
LATER = BEGUN + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("named_at", "published", "begun", "past"),
    [
        (BEGUN, date(2026, 5, 20), BEGUN, True),
        (LATER, date(2026, 5, 20), BEGUN, False),
        (LATER, None, BEGUN, False),
        (LATER, date(2026, 5, 13), BEGUN, False),
        (LATER, date(2026, 5, 12), BEGUN, True),
        (LATER, date(2026, 5, 20), None, True),
    ],
)
def test_a_release_is_past_if_the_first_look_named_it_or_came_a_week_after_it(
    named_at: datetime, published: date | None, begun: datetime | None, past: bool
) -> None:
    assert is_past(named_at=named_at, published=published, begun=begun) is past
