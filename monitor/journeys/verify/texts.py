"""A text on file and the rounds read from it, held against what its page says when read again."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.core.look import READER
from monitor.core.release import fingerprint, without_marker
from monitor.core.rereading import Account, differences
from monitor.errors import ReadingError
from monitor.journeys.intake import understand
from monitor.journeys.links import reading_as_linked
from monitor.journeys.stored import arrival_of
from monitor.series import edition
from storage import archive
from storage.database import Transaction
from storage.records import Paragraph, Reading, Revision, Snapshot


def is_of_another_reader(text: Revision) -> bool:
    """Whether another version of the reader made a text of its page: not even hashes are alike."""
    return text.reader is not None and text.reader.partition(".")[0] != READER


def misread(tx: Transaction, text: Revision, snapshot: Snapshot, packed: bytes) -> str | None:
    """How a revision and its rounds differ from what its page says now; None if they do not.

    Words and rounds are compared only where this very edition of the reader had read them.
    """
    body = archive.unpacked(packed, snapshot.size) or b""
    try:
        page, reading = understand(arrival_of(snapshot, body))
    except ReadingError as fault:
        return f"revision {text.number} was read from it, and now: {fault.summary}"
    found = fingerprint(page)
    if found != text.fingerprint:
        return (
            f"its text has the fingerprint {found}, revision {text.number} has {text.fingerprint}"
        )
    if text.reader != edition():
        return None
    differing = [*_of_text(text, reading), *_of_rounds(tx, text, reading_as_linked(tx, reading))]
    if not differing:
        return None
    return (
        f"the text on file is not what its page says: revision {text.number}, "
        f"{', '.join(differing)}"
    )


def _of_text(text: Revision, reading: Reading) -> Iterator[str]:
    said = reading.release
    if text.title != (said.title if said else None):
        yield "title"
    if text.published != (said.published if said else None):
        yield "day"
    if _words(text.paragraphs) != _words(said.paragraphs if said else ()):
        yield "paragraphs"


def _words(paragraphs: tuple[Paragraph, ...]) -> list[tuple[str, ...]]:
    """What a fingerprint counts: two pages of one text may differ in spaces and bullets' signs."""
    return [(each.role, *without_marker(each.text).split()) for each in paragraphs]


def _of_rounds(tx: Transaction, text: Revision, reading: Reading) -> Iterator[str]:
    """What differs of the current rounds that were read from a text.

    A page may report more than was filed of it, where another release reports the round. One that
    reports nothing any more keeps its earlier account, which an older edition made.
    """
    filed = archive.readouts_of(tx, text.release_id)
    ours = tuple(each.readout for each in filed if each.revision_id == text.id)
    known = {(each.series, each.round) for each in ours}
    said = tuple(each for each in reading.readouts if (each.series, each.round) in known)
    if not reading.readouts:
        return
    before, after = (Account(None, None, None, rounds) for rounds in (ours, said))
    for found in differences(before, after):
        yield found.what
