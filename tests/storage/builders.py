"""Records for the storage tests, with only the interesting words given."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any, TypeVar

from storage import archive, newcomers, outbox, subscribers
from storage.database import Database, Transaction
from storage.records import (
    Addressed,
    Background,
    Change,
    Comparison,
    Delegation,
    DelegationChange,
    DigestKind,
    Lead,
    Mention,
    Named,
    Paragraph,
    Piece,
    Preferences,
    Reading,
    Readout,
    Release,
    Snapshot,
    SourceOf,
    Span,
    Subscriber,
    SubscriberState,
    Subscription,
    Summary,
    Telling,
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
        reader="1",
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


def telling(said: Readout, kind: DigestKind = "news") -> Telling:
    """The facts of a digest that tells of a round."""
    release = Release("A title", date(2025, 6, 3), None, ())
    source = SourceOf(None, "https://example.org/a", "live", NOON, "00", 1)
    return Telling(
        kind=kind,
        series_name="A series",
        summary=Summary(release, said, None, source),
        background=Background(),
        before=None,
        made_at=NOON,
    )


def digest(
    tx: Transaction, round: int | None = 4, kind: DigestKind = "news", series: str = SERIES
) -> int:
    """File a page, the round it reports and a digest of it, for nobody yet; return its id."""
    said = readout(round, series=series)
    filed, readout_id = file_round(tx, said, key=f"{series}-{round}")
    return outbox.file_digest(
        tx,
        telling(said, kind),
        readout_id=readout_id,
        revision_id=filed.revision_id,
        subject=f"Round {round}",
        now=NOON,
    )[0]


def reader(
    tx: Transaction,
    name: str = "reader",
    *series: str,
    topics: tuple[str, ...] = (),
    state: SubscriberState = "confirmed",
    domain: str = "example.org",
    **preferences: Any,
) -> Subscriber:
    """File a reader who follows some series: SERIES by default."""
    found, _ = subscribers.add(
        tx,
        address=f"{name}@{domain}",
        channel="mail",
        domain=domain,
        state=state,
        preferences=Preferences(**preferences),
        now=NOON,
    )
    for slug in series or (SERIES,):
        subscribers.follow(tx, found.id, slug, topics, NOON)
    on_file = subscribers.of_id(tx, found.id)
    assert on_file is not None
    return on_file


def crowd(tx: Transaction, readers: int, *, domains: int = 1) -> None:
    """File so many confirmed readers of SERIES in a few statements; domains go round."""
    for start in range(0, readers, 1000):
        numbers = range(start, min(start + 1000, readers))
        newcomers.enter(tx, [_one_of_many(n, f"d{n % domains}.example.org") for n in numbers])


def _one_of_many(number: int, domain: str) -> Subscriber:
    return Subscriber(
        id=0,
        address=f"{number}@{domain}",
        channel="mail",
        domain=domain,
        state="confirmed",
        created_at=NOON,
        confirmed_at=NOON,
        subscriptions=(Subscription(0, SERIES, (), NOON),),
    )


def address(
    tx: Transaction,
    digest_id: int,
    due_at: datetime | None = NOON,
    *,
    series: str = SERIES,
    only: Collection[int] | None = None,
    gathered: bool = False,
    reason: str | None = None,
) -> int:
    """Address a digest to all of its series, or to some; return how many wait to be sent."""
    queued = 0
    for piece in outbox.candidates(tx, series, only):
        addressed = [Addressed(each, due_at, reason, gathered) for each in piece]
        words = {"now": NOON, "message_id_domain": "example.org"}
        queued += outbox.address(tx, digest_id, addressed, **words)  # type: ignore[arg-type]
    return queued


def letter(tx: Transaction, to: str, subscriber_id: int | None = None) -> int:
    """Queue a letter; return its delivery's id."""
    return outbox.queue_letter(
        tx,
        "confirm",
        address=to,
        subscriber_id=subscriber_id,
        language="ja",
        facts={"series": "A series"},
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
