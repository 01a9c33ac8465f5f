"""One release and its addresses: where it has moved to, and where else its text stands.

A site is rebuilt and its pages stand elsewhere; a release is published in two sections. Neither is
a release of its own: it is known by its text (docs/decisions/0027).
"""

from __future__ import annotations

from datetime import datetime

from monitor.core.addresses import release_key
from monitor.core.decide import can_be_known_by_text, same_text
from monitor.core.release import Page
from monitor.journeys.problems import FATES_OF_A_PAGE, FAULTS_OF_A_PAGE
from storage import archive, journal
from storage.database import Transaction
from storage.records import FiledReadout, FiledRelease, Reading

_OVER = FAULTS_OF_A_PAGE | FATES_OF_A_PAGE | {"moved-address", "same-round-elsewhere"}


def text_on_file(
    tx: Transaction, page: Page, reading: Reading, text: str, known: tuple[FiledReadout, ...]
) -> FiledRelease | None:
    """The release on file whose text a page has, whose address is none of a release that was read.

    Args:
        tx: any transaction.
        page: the page, with its address.
        reading: what it says.
        text: its fingerprint.
        known: the current readouts of the series that it reports.
    """
    if page.url is None or not can_be_known_by_text(page, reading):
        return None
    found = archive.release_of_text(tx, text)
    if found is None and (readout := same_text(known, reading)):
        found = archive.release_by_id(tx, readout.release_id)
    return found


def stands_elsewhere(
    tx: Transaction,
    release: FiledRelease,
    page_url: str,
    snapshot_id: int,
    *,
    is_live: bool,
    now: datetime,
) -> None:
    """File an address at which a release's text was found: as its new one, where the old is gone.

    Otherwise the old one is looked at again: if it is gone by now, the release has moved. Of a page
    of the past nobody knows whether it still stands: its address is one that the release has left.
    """
    key = release_key(page_url)
    archive.see_page(tx, release.id, snapshot_id)
    if is_live and archive.missing_release(tx, release.id):
        _move(tx, release, key, page_url, now)
        return
    archive.file_twin(tx, key=key, address=page_url, twin_of=release.id, stands=is_live, now=now)
    journal.close_issues(tx, address=page_url, now=now, kinds=_OVER)
    if is_live:
        archive.read_again(tx, release.id, now)


def followed(tx: Transaction, left: str, address: str, now: datetime) -> bool:
    """Follow a release from the address asked for to the one that answered.

    Returns:
        Whether what stands there is this release; else another one on file has that address.
    """
    release, there = (archive.release_by_key(tx, release_key(each)) for each in (left, address))
    if release is None or (there and there.id == release.id):
        return True
    original = archive.original_of(tx, there.id) if there else None
    is_free = there is None or (there.verdict is None and original is None)
    if is_free or (original is not None and original.id == release.id):
        _move(tx, release, release_key(address), address, now)
        return True
    if release.verdict is None and there is not None:
        whose = (original or there).id
        archive.file_twin(tx, key=release.key, address=left, twin_of=whose, stands=False, now=now)
        return True
    return False


def moved_to_twin(tx: Transaction, release: FiledRelease, now: datetime) -> bool:
    """Have a release whose own page is missing stand where its text was seen to stand as well.

    It is looked at there at once. Returns whether there is such a place.
    """
    standing = [twin for twin in archive.twins_of(tx, release.id) if twin.stands and twin.address]
    if not standing:
        return False
    _move(tx, release, standing[-1].key, standing[-1].address or "", now)
    archive.read_again(tx, release.id, now)
    return True


def prefers_twin(tx: Transaction, release_id: int, declared: str, now: datetime) -> bool:
    """Have a release stand at the address its page declares, if its text was found there too."""
    release = archive.release_by_id(tx, release_id)
    key = release_key(declared)
    twins = archive.twins_of(tx, release_id)
    if release is None or not any(twin.key == key and twin.stands for twin in twins):
        return any(twin.key == key for twin in twins)
    _move(tx, release, key, declared, now)
    return True


def _move(tx: Transaction, release: FiledRelease, key: str, address: str, now: datetime) -> None:
    archive.move_release(tx, release, key=key, address=address, now=now)
    archive.find_release(tx, release.id, now)
    for name in filter(None, (release.address, address)):
        journal.close_issues(tx, address=name, now=now, kinds=_OVER)
