"""Write the evidence for a round: a folder, a WARC, or both, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from monitor.errors import DamagedSnapshot
from monitor.journeys.evidence.gathered import EvidencePage, Gathered, gather
from monitor.journeys.evidence.placing import (
    MANIFEST,
    SUMS,
    put_in_place,
    refuse_folder,
    refuse_warc,
)
from monitor.journeys.latest import Account
from monitor.sources.warc import Recorded, WarcFile
from storage import archive
from storage.database import Database
from storage.documents import to_document
from storage.records import Snapshot

_README = """\
Evidence for {what}

{withdrawn}Each file in `pages` is a page as it was fetched, byte for byte, and beside it the
headers that came with it. `manifest.json` says of each where and when it was fetched, with its
SHA-256; which text of the release it shows; and what was read from that text. Nothing was changed
or left out: these are all pages on file that show this release.

`sha256sum -c SHA256SUMS` checks the files, and `roundwatch verify` of this folder checks them
against the manifest as well.

Origins: `live` is the site itself; `wayback` the Internet Archive, where `captured_at` is the
time of its capture, and `fetched_at` the same; `folder` a page that somebody had saved. The pages
are those of {publisher}; this folder was made by {made_by} on
{made_at:%Y-%m-%d}.
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many pages, from which origins, and where."""

    pages: int
    origins: tuple[str, ...]
    folder: str | None
    warc: str | None


def export_evidence(
    account: Account,
    *,
    database: Database,
    now: datetime,
    folder: Path | None = None,
    warc: Path | None = None,
    force: bool = False,
) -> Exported:
    """Write the evidence for a round.

    Args:
        account: the round.
        database: the archive.
        now: the present.
        folder: the folder to make, if one is wanted.
        warc: the WARC to make, if one is wanted; packed if its name ends in .gz.
        force: replace what an earlier export left there, and nothing else.

    Raises:
        UsageError: something is there already, or there is nowhere to write.
        DamagedSnapshot: a stored page is not what was stored; nothing was written.
    """
    if folder is not None:
        refuse_folder(folder, force=force)
    if warc is not None:
        refuse_warc(warc, force=force)
    with database.reading() as tx:
        gathered = gather(tx, account, now)
    with ExitStack() as stack:
        if folder is not None:
            _write_folder(stack.enter_context(put_in_place(folder)), account, gathered, database)
        if warc is not None:
            made = stack.enter_context(put_in_place(warc))
            _write_warc(made, warc.name, account, gathered, database)
    return Exported(
        pages=len(gathered.snapshots),
        origins=tuple(seen.origin for seen in gathered.manifest.seen),
        folder=str(folder) if folder else None,
        warc=str(warc) if warc else None,
    )


def _write_folder(folder: Path, account: Account, gathered: Gathered, database: Database) -> None:
    (folder / "pages").mkdir(parents=True)
    sums = []

    def write(name: str, content: bytes) -> None:
        (folder / name).write_bytes(content)
        sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")

    for page, snapshot, body in _pages(gathered, database):
        write(page.file, body)
        write(page.headers_file, _json(dict(snapshot.headers)))
    write(MANIFEST, _json(to_document(gathered.manifest)))
    write("README.txt", _readme(account, gathered).encode())
    (folder / SUMS).write_text("".join(sums), "utf-8")


def _write_warc(
    path: Path, name: str, account: Account, gathered: Gathered, database: Database
) -> None:
    manifest = gathered.manifest
    info = {
        "software": manifest.made_by,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": f"Evidence for {_what(account)}",
    }
    with path.open("wb") as out:
        file = WarcFile(out, name, info)
        for page, snapshot, body in _pages(gathered, database):
            record_id = uuid5(
                NAMESPACE_URL, f"{page.shown_at} {page.fetched_at.isoformat()} {page.sha256}"
            ).urn
            add = file.add_resource if page.address.startswith("file:") else file.add_response
            add(
                Recorded(page.address, page.fetched_at, page.status, snapshot.headers, body),
                record_id=record_id,
                shown_at=page.shown_at,
            )
        about = manifest.address or "urn:roundwatch:manifest"
        file.add_metadata(_json(to_document(manifest)), about=about, now=manifest.made_at)


def _pages(
    gathered: Gathered, database: Database
) -> Iterator[tuple[EvidencePage, Snapshot, bytes]]:
    """Each page with its bytes, one in memory at a time.

    Raises:
        DamagedSnapshot: the bytes are not those that were stored.
    """
    for page, snapshot in zip(gathered.manifest.pages, gathered.snapshots, strict=True):
        with database.reading() as tx:
            body = archive.unpacked(archive.packed_body(tx, snapshot.id), snapshot.size)
        if body is None or hashlib.sha256(body).hexdigest() != snapshot.sha256:
            raise DamagedSnapshot(
                f"the page of {page.fetched_at:%Y-%m-%d} from {page.shown_at} is not what was "
                "stored; nothing was written",
                evidence={"sha256": snapshot.sha256, "snapshot": str(snapshot.id)},
                todo="`roundwatch verify` says what else is damaged; restore a copy of the archive",
            )
        yield page, snapshot, body


def _what(account: Account) -> str:
    number = account.filed.readout.round
    which = "a round" if number is None else f"round {number}"
    return f"{which} of the {account.series.name}"


def _readme(account: Account, gathered: Gathered) -> str:
    return _README.format(
        what=_what(account),
        withdrawn=_withdrawn(account),
        publisher=account.series.publisher,
        made_by=gathered.manifest.made_by,
        made_at=gathered.manifest.made_at,
    )


def _withdrawn(account: Account) -> str:
    """What a README says first of a round whose page is missing."""
    gone = account.whereabouts.withdrawn
    if gone is None:
        return ""
    return (
        "Its page can no longer be found at its address: first missed on "
        f"{gone.first_missed:%Y-%m-%d},\nlast looked for on {gone.last_looked:%Y-%m-%d}, "
        f"missing on {gone.days} days.\n\n"
    )


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
