"""The archive: pages as they were, the releases they are, and the rounds those report.

snapshot ──< sighting >── revision >── release
                              └──< readout ──< mention
                                      └── comparison
                   release ─── words
"""

from storage.archive.comparisons import comparison_for, comparisons_for, replace_comparison
from storage.archive.readings import FiledReading, file_reading
from storage.archive.readouts import (
    current_readouts,
    file_readout,
    file_readouts,
    filed_at,
    latest_readout,
    readout_of_round,
    readouts_ever,
    round_numbers,
    series_known,
)
from storage.archive.releases import (
    Judged,
    ReportedRound,
    adopt_address,
    count_releases,
    known_keys,
    latest_releases,
    name_releases,
    postpone,
    read_again,
    release_by_id,
    release_by_key,
    releases_by_id,
    reported_rounds,
    wanted_releases,
)
from storage.archive.search import Found, Texts, file_words, find_words, texts_of, without_words
from storage.archive.sightings import (
    count_revisions,
    origins_of,
    revisions_behind,
    revisions_of,
    sightings_of,
)
from storage.archive.snapshots import (
    body_of,
    count_snapshots,
    file_snapshot,
    latest_snapshot,
    packed_behind,
    snapshot_of,
    snapshots,
    understood,
)
from storage.archive.stamps import stamp
from storage.archive.topics import (
    drop_topic_link,
    file_topic_link,
    name_topics_anew,
    topic_links_of,
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
    "count_releases",
    "count_revisions",
    "count_snapshots",
    "current_readouts",
    "drop_topic_link",
    "file_reading",
    "file_readout",
    "file_readouts",
    "file_snapshot",
    "file_topic_link",
    "file_words",
    "filed_at",
    "find_words",
    "known_keys",
    "latest_readout",
    "latest_releases",
    "latest_snapshot",
    "name_releases",
    "name_topics_anew",
    "origins_of",
    "packed_behind",
    "postpone",
    "read_again",
    "readout_of_round",
    "readouts_ever",
    "release_by_id",
    "release_by_key",
    "releases_by_id",
    "replace_comparison",
    "reported_rounds",
    "revisions_behind",
    "revisions_of",
    "round_numbers",
    "series_known",
    "sightings_of",
    "snapshot_of",
    "snapshots",
    "stamp",
    "texts_of",
    "topic_links_of",
    "understood",
    "wanted_releases",
    "without_words",
]
