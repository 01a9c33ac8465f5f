"""What is past: named by the first look, or published long before it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.core.look import is_past

BEGUN = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
LATER = BEGUN + timedelta(minutes=5)
NEWEST = date(2026, 5, 19)


@pytest.mark.parametrize(
    ("named_at", "published", "begun", "newest", "past"),
    [
        (BEGUN, date(2026, 5, 20), BEGUN, NEWEST, True),
        (LATER, date(2026, 5, 20), BEGUN, NEWEST, False),
        (LATER, None, BEGUN, NEWEST, False),
        (LATER, date(2026, 5, 12), BEGUN, NEWEST, False),
        (LATER, date(2026, 5, 11), BEGUN, NEWEST, True),
        (LATER, date(2001, 5, 11), BEGUN, None, False),
        (LATER, date(2026, 5, 20), None, None, True),
    ],
)
def test_a_release_is_past_if_the_first_look_named_it_or_much_newer_ones(
    named_at: datetime,
    published: date | None,
    begun: datetime | None,
    newest: date | None,
    past: bool,
) -> None:
    found = is_past(named_at=named_at, published=published, begun=begun, newest=newest)
    assert found is past
