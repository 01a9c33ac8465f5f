"""The archive: pages as they were, the releases they are, and the rounds those report.

snapshot ──< sighting >── revision >── release
                              └──< readout ──< mention
                                      └── comparison
                   release ─── words
"""

from storage.archive.comparisons import comparison_for, comparisons_for, replace_comparison
from storage.archive.editions import current_pages, read_by_others, unread_pages
from storage.archive.readings import (
    FiledReading,
    current_page,
    current_revision,
    file_reading,
    see_page,
    shows_current,
)
from storage.archive.readouts import (
    current_readouts,
    file_readout,
    file_readouts,
    filed_at,
    latest_readout,
    readout_of_round,
    readouts_of,
    round_numbers,
    series_known,
)
from storage.archive.releases import (
    Judged,
    ReportedRound,
    adopt_address,
    count_named,
    count_releases,
    days_of_publication,
    days_with_rounds,
    known_keys,
    latest_releases,
    name_releases,
    postpone,
    read_again,
    release_by_id,
    release_by_key,
    releases_by_id,
    reported_rounds,
    unread_releases,
    wanted_releases,
)
from storage.archive.search import Found, Texts, file_words, find_words, texts_of, without_words
from storage.archive.snapshots import (
    body_of,
    file_snapshot,
    latest_snapshot,
    snapshot_by_id,
    snapshots,
)
from storage.archive.stamps import stamp
from storage.archive.topics import (
    drop_topic_link,
    file_topic_link,
    name_topics_anew,
    topic_links_of,
)
from storage.archive.twins import (
    file_twin,
    move_release,
    original_of,
    release_of_text,
    twins_of,
)
from storage.archive.withdrawals import (
    find_release,
    miss_release,
    missing_release,
    missing_releases,
    say_withdrawn,
    withdrawn_releases,
)

__all__ = [
    "FiledReading",
    "Found",
    "Judged",
    "ReportedRound",
    "Texts",
    "adopt_address",
    "body_of",
    "comparison_for",
    "comparisons_for",
    "count_named",
    "count_releases",
    "current_page",
    "current_pages",
    "current_readouts",
    "current_revision",
    "days_of_publication",
    "days_with_rounds",
    "drop_topic_link",
    "file_reading",
    "file_readout",
    "file_readouts",
    "file_snapshot",
    "file_topic_link",
    "file_twin",
    "file_words",
    "filed_at",
    "find_release",
    "find_words",
    "known_keys",
    "latest_readout",
    "latest_releases",
    "latest_snapshot",
    "miss_release",
    "missing_release",
    "missing_releases",
    "move_release",
    "name_releases",
    "name_topics_anew",
    "original_of",
    "postpone",
    "read_again",
    "read_by_others",
    "readout_of_round",
    "readouts_of",
    "release_by_id",
    "release_by_key",
    "release_of_text",
    "releases_by_id",
    "replace_comparison",
    "reported_rounds",
    "round_numbers",
    "say_withdrawn",
    "see_page",
    "series_known",
    "shows_current",
    "snapshot_by_id",
    "snapshots",
    "stamp",
    "texts_of",
    "topic_links_of",
    "twins_of",
    "unread_pages",
    "unread_releases",
    "wanted_releases",
    "withdrawn_releases",
    "without_words",
]
