"""What belongs to the evidence for a round, gathered from the archive without the pages' bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from monitor import __version__
from monitor.core.addresses import canonical, is_release
from monitor.core.captures import original_of, recorded_at
from monitor.journeys.evidence.placing import SOFTWARE
from monitor.journeys.latest import Account
from storage import archive
from storage.database import Transaction
from storage.records import (
    Origin,
    Paragraph,
    Readout,
    Revision,
    Seen,
    Sighting,
    Snapshot,
    Withdrawn,
)

_SUFFIXES = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "txt"}


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """A page as it stands in the manifest: `address` is that of the site, `shown_at` where from.

    `captured_at` is when the Internet Archive captured it, where it did; `fetched_at` is the same
    moment then.
    """

    file: str
    headers_file: str
    address: str
    shown_at: str
    origin: Origin
    fetched_at: datetime
    captured_at: datetime | None
    status: int
    size: int
    sha256: str
    revision: int


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """What pages of one text say: the revision, and the rounds that were read from it."""

    revision: int
    fingerprint: str
    filed_at: datetime
    reader: str | None
    title: str | None
    published: date | None
    paragraphs: tuple[Paragraph, ...]
    readouts: tuple[Readout, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is known of the evidence for a round; `withdrawn` where its page is missing."""

    made_by: str
    made_at: datetime
    series: str
    series_name: str
    round: int | None
    address: str | None
    title: str | None
    published: date | None
    withdrawn: Withdrawn | None
    seen: tuple[Seen, ...]
    pages: tuple[EvidencePage, ...]
    texts: tuple[EvidenceText, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """A manifest, and the snapshots that its pages are, in the same order."""

    manifest: Manifest
    snapshots: tuple[Snapshot, ...]


def gather(tx: Transaction, account: Account, now: datetime) -> Gathered:
    """Gather the evidence for a round: every page on file that shows its release."""
    filed = account.filed
    sightings = archive.sightings_of(tx, filed.release_id)
    led_to = archive.readouts_ever(tx, filed.release_id)
    texts = archive.revisions_of(tx, filed.release_id)
    manifest = Manifest(
        made_by=f"{SOFTWARE} {__version__}",
        made_at=now,
        series=account.series.slug,
        series_name=account.series.name,
        round=filed.readout.round,
        address=filed.release.url,
        title=filed.release.title,
        published=filed.release.published,
        withdrawn=account.whereabouts.withdrawn,
        seen=archive.origins_of(tx, [filed.release_id]).get(filed.release_id, ()),
        pages=tuple(_page(number, one) for number, one in enumerate(sightings, 1)),
        texts=tuple(_text(text, led_to.get(text.id, ())) for text in texts),
    )
    return Gathered(manifest, tuple(one.snapshot for one in sightings))


def _page(number: int, sighting: Sighting) -> EvidencePage:
    page = sighting.snapshot
    name = f"pages/{number:03}-{page.fetched_at:%Y%m%dT%H%M%SZ}-{page.origin}"
    return EvidencePage(
        file=f"{name}.{_suffix(page)}",
        headers_file=f"{name}.headers.json",
        address=site_address(page),
        shown_at=_without_folder(page.address),
        origin=page.origin,
        fetched_at=page.fetched_at,
        captured_at=page.fetched_at if page.origin == "wayback" else None,
        status=page.status,
        size=page.size,
        sha256=page.sha256,
        revision=sighting.revision,
    )


def site_address(page: Snapshot) -> str:
    """The address of a page on the site itself; of a page that was only saved, its file's name."""
    found = original_of(page.address) or recorded_at(page.address) or page.address
    return canonical(found) if is_release(found) else _without_folder(found)


def _without_folder(address: str) -> str:
    """An address; of a file, its name alone: its folders are the operator's own affair."""
    if urlsplit(address).scheme != "file":
        return address
    file, mark, behind = address.partition("#")
    return f"file:///{file.rpartition('/')[2]}{mark}{behind}"


def _suffix(page: Snapshot) -> str:
    media_type = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    return _SUFFIXES.get(media_type, "bin" if media_type else "html")


def _text(text: Revision, readouts: tuple[Readout, ...]) -> EvidenceText:
    return EvidenceText(
        revision=text.number,
        fingerprint=text.fingerprint,
        filed_at=text.filed_at,
        reader=text.reader,
        title=text.title,
        published=text.published,
        paragraphs=text.paragraphs,
        readouts=readouts,
    )
