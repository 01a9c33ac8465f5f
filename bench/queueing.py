"""A digest to 100,000 readers with 500 choices of topics: how long it takes, in how much memory.

Three processes, one after the other, on one SQLite file: one files the readers; one announces the
round (renders it, writes a row for each reader, in one commit); one claims, drafts and settles
every mail as a sender would, and hands it to nobody. The time and the peak of memory of each are
printed; `make bench` fails where one of the last two takes 150 MB or more. The round has 20 topics
with texts of 50 words, all reworded, so that each choice is a digest of its own.

    python -m bench.queueing [READERS]
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.comparing import SUBJECTS, words
from monitor.bootstrap import Service
from monitor.core.look import Look
from monitor.journeys.intake import Arrival, take_in
from monitor.journeys.sending.announce import announce
from monitor.series import followed
from monitor.settings import Settings
from storage import archive, newcomers, outbox
from storage.records import Outcome, Subscriber, Subscription

READERS, CHOICES, TOPICS = 100_000, 500, 20
AIM = 150.0
"""MB of memory (10^6 bytes) that neither process may reach."""

_SERIES = followed()[0]
_BATCH, _LEASE = 200, timedelta(minutes=15)
_NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_PRESS = "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2026/march"


def main() -> None:
    """Prepare, announce and draft, each in a process of its own; print what it took."""
    if len(sys.argv) > 2:
        word, folder, readers = sys.argv[1:]
        print(STEPS[word](office(folder), int(readers)))
        return
    readers = int(sys.argv[1]) if len(sys.argv) == 2 else READERS
    print(f"{readers:,} readers of one digest, {CHOICES} choices of topics")
    with tempfile.TemporaryDirectory() as folder:
        peaks = [_step(word, folder, readers) for word in STEPS]
    if max(peaks[1:]) >= AIM:
        raise SystemExit(f"it should take less than {AIM:.0f} MB")


def _step(word: str, folder: str, readers: int) -> float:
    argv = [sys.executable, "-m", "bench.queueing", word, folder, str(readers)]
    said = subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True).stdout
    what, seconds, peak = said.rsplit(maxsplit=2)
    print(f"  {what:42} {float(seconds):7.1f} s   peak {float(peak):6.1f} MB")
    return float(peak)


def office(folder: str, database_url: str | None = None) -> Service:
    """A service on the file of the bench, or on another database."""
    settings = Settings(
        database_url=database_url or f"sqlite:///{folder}/bench.db",
        smtp_url=Path(folder).as_uri(),
        mail_from="Roundwatch <digests@example.org>",
        public_url="https://watch.example.org",
        secret_key="a key for the bench, and for nothing else",
    )
    return Service(settings, now=lambda: _NOW)


def prepare(made: Service, readers: int) -> str:
    """File two rounds of which nobody is told, and the readers."""
    started, chance = time.perf_counter(), random.Random(7)
    labels = [f"{chosen.title()} Matters" for chosen in chance.sample(SUBJECTS, TOPICS)]
    for number, ordinal in ((1, "first"), (2, "second")):
        body = _page(ordinal, number, [f"{label}: {words(chance)}" for label in labels])
        _take_in(made, number, body)
    choices = _choices(made, chance)
    with made.database.transaction() as tx:
        for start in range(0, readers, 1000):
            numbers = range(start, min(start + 1000, readers))
            newcomers.enter(tx, [_reader(n, choices[n % CHOICES]) for n in numbers])
    return _told("readers filed", started)


def queue(made: Service, readers: int) -> str:
    """Announce the second round."""
    started = time.perf_counter()
    with made.database.transaction() as tx:
        _, queued = announce(tx, _SERIES, 2, kind="news", settings=made.settings, now=made.now())
    if queued != readers:
        raise RuntimeError(f"{queued} of {readers} are queued")
    return _told("announced: rendered, a row for each, commit", started)


def draft(made: Service, readers: int) -> str:
    """Claim, draft and settle every mail."""
    started, sizes, drafts = time.perf_counter(), 0, made.drafts
    while True:
        with made.database.transaction() as tx:
            mails = outbox.claim(tx, owner="w", now=_NOW, lease=_LEASE, limit=_BATCH)
        if not mails:
            break
        sizes += sum(len(drafts.parcel(mail, _NOW).content) for mail in mails)
        with made.database.transaction() as tx:
            outbox.settle(tx, [Outcome(m.id, "sent") for m in mails], owner="w", now=_NOW)
    with made.database.reading() as tx:
        books = outbox.balance(tx)
    if books.sent != readers or not books.balanced:
        raise RuntimeError(f"the books do not balance: {books}")
    return _told(f"claimed, drafted ({sizes / readers / 1000:.1f} KB each), settled", started)


STEPS = {"prepare": prepare, "queue": queue, "draft": draft}


def _told(what: str, started: float) -> str:
    return f"{what} {time.perf_counter() - started} {_peak()}"


def _peak() -> float:
    """The most memory this process had so far, in MB: the kernel's own mark, since its start."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kib) * 1024 / 1e6


def _page(ordinal: str, day: int, bullets: list[str]) -> bytes:
    opening = (
        f"WASHINGTON – The United States and Japan held the {ordinal} round of meetings under the "
        f"U.S.-Japan Partnership on Trade on March {day}, 2026."
    )
    lines = [
        opening,
        "In areas where they work together, they took up several topics, including:",
        *(f"• {bullet}" for bullet in bullets),
        "Both look forward to the next round.",
        "###",
    ]
    text = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<html><body><article><h1>Readout of the {ordinal.title()} Round of Meetings under the "
        f"U.S.-Japan Partnership on Trade</h1><p>March {day}, 2026</p>"
        f"<div class='field--name-body'>{text}</div></article></body></html>"
    ).encode()


def _take_in(made: Service, number: int, body: bytes) -> None:
    address = f"{_PRESS}/round-{number}"
    arrival = Arrival(address, address, "live", _NOW, 200, {"content-type": "text/html"}, body)
    look = Look(_NOW.date(), quiet=True, first=False)
    taken = take_in(arrival, look, database=made.database, settings=made.settings, now=_NOW)
    if [each.number for each in taken.rounds] != [number]:
        raise RuntimeError(f"round {number} was not read")


def _choices(made: Service, chance: random.Random) -> list[tuple[str, ...]]:
    """Different choices of one to five topics of the round."""
    with made.database.reading() as tx:
        filed = archive.readout_of_round(tx, _SERIES.slug, 2)
    if filed is None:
        raise RuntimeError("the second round is not on file")
    topics = sorted({mention.topic for mention in filed.readout.mentions})
    found: set[tuple[str, ...]] = set()
    while len(found) < CHOICES:
        found.add(tuple(sorted(chance.sample(topics, chance.randint(1, 5)))))
    return sorted(found)


def _reader(number: int, topics: tuple[str, ...]) -> Subscriber:
    domain = f"d{number % 300}.example.org"
    return Subscriber(
        id=0,
        address=f"reader{number}@{domain}",
        channel="mail",
        domain=domain,
        state="confirmed",
        created_at=_NOW,
        confirmed_at=_NOW,
        subscriptions=(Subscription(0, _SERIES.slug, topics, _NOW),),
    )


if __name__ == "__main__":
    main()
