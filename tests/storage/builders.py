"""Records for the storage tests, with only the interesting words given."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from typing import TypeVar

from storage import archive, outbox
from storage.database import Database, Transaction
from storage.records import (
    Change,
    Comparison,
    Delegation,
    DelegationChange,
    Lead,
    Mention,
    Named,
    Paragraph,
    Piece,
    Reading,
    Readout,
    Release,
    RenderedDigest,
    Snapshot,
    Span,
)

SERIES = "us-japan-partnership-on-trade"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
T = TypeVar("T")
ROOT = Path(__file__).parents[2]


def span(text: str = "June 2", start: date | None = date(2025, 6, 2)) -> Span:
    return Span(text, start, start, "day" if start else "unstated", "Japan time")


def readout(round: int | None = 4, **changes: object) -> Readout:
    values: dict[str, object] = {
        "series": SERIES,
        "round": round,
        "held": span(),
        "held_elsewhere": (span("June 1", date(2025, 6, 1)),),
        "city": "Tokyo",
        "delegations": (
            Delegation("Japan", (Lead("A. Envoy", "Deputy Minister"), Lead("B. Envoy", None))),
        ),
        "mentions": (
            Mention("common-interest", "agriculture", "Agriculture", "Rules for “fresh” fruit —"),
            Mention("bilateral", "beef", "beef grading", "beef grading"),
        ),
        "next_round": None,
        "complete": True,
        **changes,
    }
    return Readout(**values)  # type: ignore[arg-type]


def reading(text: str = "The round was held.", *readouts: Readout) -> Reading:
    release = Release("A title", date(2025, 6, 3), None, (Paragraph("opening", text),))
    evidence = ("the title says “round”",)
    return Reading("readout" if readouts else "related", evidence, release, readouts)


def comparison(after: int = 4) -> Comparison:
    change = Change(
        change="continued",
        before=("Farming",),
        after=("Agriculture",),
        topic="agriculture",
        label_changed=True,
        text_change="extended",
        moved=None,
        words_gone=(),
        words_new=("fresh",),
        certainty="likely",
        reason="Both speak of fruit.",
        last_seen_round=None,
        redline=(Piece("keep", "Rules for "), Piece("insert", "fresh "), Piece("keep", "fruit")),
    )
    leads = DelegationChange("Japan", ("A. Envoy",), ("A. Envoy", "B. Envoy"))
    return Comparison(SERIES, after - 1, after, (2, 3), (change,), (), (leads,))


def named(key: str, published: date | None = None) -> Named:
    return Named(key, f"https://example.org/{key}", f"About {key}", published)


def snapshot(
    tx: Transaction,
    body: bytes = b"<p>A page</p>",
    address: str = "https://example.org/a",
    at: datetime = NOON,
) -> Snapshot:
    return archive.file_snapshot(
        tx,
        address=address,
        origin="live",
        fetched_at=at,
        status=200,
        headers={"content-type": "text/html", "etag": '"é"'},
        body=body,
    )


def file(
    tx: Transaction,
    text: str = "The round was held.",
    *readouts: Readout,
    key: str = "a",
    at: datetime = NOON,
) -> archive.FiledReading:
    """File a page that says `text`, as a revision of the release `key`."""
    page = snapshot(tx, text.encode(), f"https://example.org/{key}", at)
    return archive.file_reading(
        tx,
        release_key=key,
        address=page.address,
        reading=reading(text, *readouts),
        fingerprint=f"fingerprint of {text}",
        snapshot_id=page.id,
        now=at,
    )


def file_round(
    tx: Transaction, said: Readout, key: str = "a", at: datetime = NOON
) -> tuple[archive.FiledReading, int]:
    """File a page and the round it reports; return where, and the readout's id."""
    filed = file(tx, f"The page of {key}", said, key=key, at=at)
    readout_id = archive.file_readout(
        tx, release_id=filed.release_id, revision_id=filed.revision_id, readout=said, now=at
    )
    return filed, readout_id


def rendered(**changes: object) -> RenderedDigest:
    values: dict[str, object] = {
        "series": SERIES,
        "round": 4,
        "kind": "news",
        "subject": "Round 4",
        "text": "What changed",
        "html": "<p>What changed</p>",
        **changes,
    }
    return RenderedDigest(**values)  # type: ignore[arg-type]


def enqueue(
    tx: Transaction, filed: archive.FiledReading, readout_id: int, **changes: object
) -> tuple[int, int]:
    return outbox.enqueue(
        tx,
        digest=rendered(**changes),
        readout_id=readout_id,
        revision_id=filed.revision_id,
        now=NOON,
        message_id_domain="example.org",
    )


def at_once(times: int, work: Callable[[int], T]) -> list[T]:
    """Run `work(0)`, `work(1)`, ... in so many threads, started together."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(work, range(times)))


def in_processes(times: int, script: str, *arguments: str) -> list[str]:
    """Run a script in so many processes at once; return what each printed.

    The script finds `database`, `arguments` and `NOON`, and waits for the common start.
    """
    prelude = (
        "import sys, time\n"
        "from storage.database import Database\n"
        "from tests.storage.builders import *\n"
        "start, url, *arguments = sys.argv[1:]\n"
        "database = Database(url)\n"
        "time.sleep(max(0, float(start) - time.time()))\n"
    )
    command = [sys.executable, "-c", prelude + script, str(time.time() + 1.2), *arguments]
    running = [Popen(command, stdout=PIPE, stderr=PIPE, text=True, cwd=ROOT) for _ in range(times)]
    outcomes = [(process.communicate(timeout=60), process.returncode) for process in running]
    assert [code for _, code in outcomes] == [0] * times, outcomes
    return [printed for (printed, _), _ in outcomes]


def rows(database: Database, tables: Sequence[str]) -> dict[str, int]:
    """Count the rows of some tables."""
    with database.reading() as tx:
        count = "select count(*) from {}"
        return {t: int(tx.exec_driver_sql(count.format(t)).scalar_one()) for t in tables}
