"""Where a release was seen, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from notifiers.digest.whereabouts import seen_at
from storage.records import Language, Origin, Seen


def seen(origin: Origin, first: int, last: int) -> Seen:
    return Seen(origin, *(datetime(2023, 2, day, 12, tzinfo=UTC) for day in (first, last)))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "the live page, first February 3, 2023; the Internet Archive, captured February 5, "
            "2023 and last February 9, 2023; a saved copy of February 4, 2023",
        ),
        (
            "ja",
            "公式ページ（初回 2023年2月3日）、インターネット・アーカイブ（2023年2月5日保存、最新は2023年2月9日）、"
            "保存された写し（2023年2月4日）",
        ),
    ],
)
def test_each_origin_is_named_with_its_days(language: Language, told: str) -> None:
    found = (seen("live", 3, 8), seen("wayback", 5, 9), seen("folder", 4, 4))
    assert seen_at(found, language) == told


def test_one_capture_has_one_day() -> None:
    told = seen_at((seen("wayback", 5, 5),), "en")
    assert told == "the Internet Archive, captured February 5, 2023"
    assert seen_at((), "en") == ""
