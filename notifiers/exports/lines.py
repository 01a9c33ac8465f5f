"""The lines of the CSV files. The fields of each kind are the columns, in this order.

Texts are verbatim. None is an empty cell. `docs/exports.md` explains every column.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from storage.records import FiledReadout, Strand

SEVERAL = " + "
"""Stands between labels where a topic has several."""


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A topic or bilateral issue as one round names it, and what became of it since the last."""

    series: str
    round: int | None
    held: str
    held_start: date | None
    held_end: date | None
    city: str | None
    published: date | None
    strand: Strand
    position: int
    topic: str
    label: str
    text: str
    compared_with: int | None
    change: str | None
    certainty: str | None
    reason: str | None
    source_address: str | None
    source_fetched_at: datetime
    source_sha256: str


@dataclass(frozen=True, slots=True)
class TopicLine:
    """One topic in one round: what the round says of it, if anything, and what had changed."""

    series: str
    topic: str
    name: str
    round: int | None
    held: str
    held_start: date | None
    held_end: date | None
    strand: Strand | None
    labels: str
    text: str
    change: str | None
    certainty: str | None
    last_seen_round: int | None
    reason: str | None
    page_complete: bool
    source_address: str | None
    source_fetched_at: datetime
    source_sha256: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What became of one topic or bilateral issue between two rounds."""

    series: str
    before_round: int | None
    after_round: int | None
    strand: Strand
    topic: str
    change: str
    certainty: str
    before_labels: str
    after_labels: str
    label_changed: bool
    text_change: str | None
    moved: str | None
    before_text: str
    after_text: str
    redline: str
    words_gone: str
    words_new: str
    last_seen_round: int | None
    reason: str
    before_source_address: str | None
    before_source_fetched_at: datetime
    before_source_sha256: str
    after_source_address: str | None
    after_source_fetched_at: datetime
    after_source_sha256: str


def source_of(filed: FiledReadout) -> tuple[str | None, datetime, str]:
    """Where a round stands: official address, when it was fetched, SHA-256 of the stored page."""
    return filed.release.url or filed.source.address, filed.source.fetched_at, filed.source.sha256
