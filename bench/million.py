"""A digest to a million readers by three workers on PostgreSQL, next to one worker.

A server of the bench's own, on the disk and durable. Readers of 500 choices of topics are filed,
and copied inside the database as often as it takes. One process announces the round, in one commit,
which puts in the jobs; then workers do them, each a process. Where only the outbox is measured they
are our workers with a way out that counts each delivery and sends nothing: claimed, drafted and
settled is all of it. By SMTP they are the command `roundwatch worker`, and postfix's smtp-sink
counts. Every ten seconds jobs that are missing are added, as the scheduler's tick does. It is
checked that each delivery came once, and that the books balance.

    python -m bench.million [DELIVERIES] [BY_SMTP]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg

from bench.mail_sink import sink
from bench.postgres import Postgres, postgres
from bench.queueing import CHOICES, office, prepare, queue
from bench.quick import end_with_parent
from bench.samples import held_by, stored_at
from monitor.bootstrap import Service, service
from monitor.entrypoints.running import run_worker
from monitor.entrypoints.scheduler import add_chunks
from monitor.settings import load
from notifiers.message import Notifier, Settle, Take
from storage import outbox
from storage import queue as queue_of_jobs
from storage.schema import subscribers

ROOT = Path(__file__).parent.parent
DELIVERIES, BY_SMTP = 1_000_000, 50_000
MANY = 3
CONNECTIONS = 50
"""Of each worker: as who has a million readers would set it."""

ONE_FOR = 60.0
"""Seconds that the one worker is given of the million; what it did by then tells its rate."""

_OWN = ("id", "address", "address_key")
_ADD_EVERY, _LOOK_EVERY = 10.0, 0.5  # seconds
_COMMAND = "from monitor.entrypoints.cli import main; main()"


class Counting:
    """A way out that counts each delivery by its number, and sends nothing."""

    lanes = CONNECTIONS

    def __init__(self, highest: int) -> None:
        self.counts = bytearray(highest + 1)

    def carry(self, take: Take, settle: Settle) -> None:
        """Count what there is."""
        while (parcel := take(True)) is not None:
            self.counts[parcel.delivery_id] += 1
            settle(parcel, None)

    def close(self) -> None:
        """Nothing is held."""


class CountingService(Service):
    """A service whose mail is counted alone."""

    @cached_property
    def notifier(self) -> Notifier:
        """The way out that counts."""
        with self.database.reading() as tx:
            highest = tx.exec_driver_sql("select max(id) from deliveries").scalar_one()
        return Counting(highest)


def count(file: str) -> None:
    """Be a worker that counts, until told to end; then write the counts down."""
    end_with_parent()
    made = CountingService(load())
    try:
        run_worker(made, ())
        counting = made.notifier
        assert isinstance(counting, Counting)
        Path(file).write_bytes(bytes(counting.counts))
    finally:
        made.close()


@dataclass(frozen=True, slots=True)
class Sent:
    """How sending went: mails and seconds, each worker's peak of memory in MB, mails a second."""

    mails: int
    seconds: float
    peaks: tuple[float, ...]
    pace: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.mails / self.seconds


@contextmanager
def workers(
    many: int, argv: Callable[[int], list[str]], environment: dict[str, str]
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Workers for the length of a block; they are told to end, and waited for."""
    running = [subprocess.Popen(argv(number), cwd=ROOT, env=environment) for number in range(many)]
    try:
        yield running
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(60)


def send(
    address: str,
    many: int,
    argv: Callable[[int], list[str]],
    environment: dict[str, str],
    longest: float = 7200.0,
) -> Sent:
    """Have workers send all there is, or as much as they can in so many seconds."""
    with service(load(environment)) as made:
        before = _open(made)
        left = [before]
        with workers(many, argv, environment) as running:
            while left[-1] == before:  # until the first are done: starting does not count
                time.sleep(_LOOK_EVERY)
                left.append(_open(made))
            began, first, added = time.perf_counter(), left[-1], time.perf_counter()
            marks = [(began, first)]
            while left[-1] and time.perf_counter() - began < longest:
                time.sleep(_LOOK_EVERY)
                if time.perf_counter() - added > _ADD_EVERY:
                    added = time.perf_counter()
                    with made.database.transaction() as tx:
                        add_chunks(tx, made.now())
                left.append(_open(made))
                marks.append((time.perf_counter(), left[-1]))
            seconds = time.perf_counter() - began
            peaks = tuple(held.peak for each in running if (held := held_by(each.pid)))
    return Sent(first - left[-1], seconds, peaks, _pace(marks))


def _pace(marks: list[tuple[float, int]]) -> tuple[float, ...]:
    """Mails a second in each fifth of the work: whether it becomes slower on the way."""
    fifths, whole = [], marks[0][1] - marks[-1][1]
    at, left = marks[0]
    for moment, still in marks:
        if left - still >= whole / 5:
            fifths.append((left - still) / (moment - at))
            at, left = moment, still
    end, rest = marks[-1]
    return (*fifths, (left - rest) / (end - at)) if left > rest else tuple(fifths)


def _open(made: Service) -> int:
    """How many deliveries are open; from the index of those that are, which is asked for alone."""
    with made.database.reading() as tx:
        return int(
            tx.exec_driver_sql(
                "select count(*) from deliveries where state in ('queued', 'sending', 'uncertain')"
            ).scalar_one()
        )


def environment_for(address: str, smtp_url: str, folder: Path) -> dict[str, str]:
    """The settings of the workers."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("ROUNDWATCH_")}
    settings = {
        "database_url": address,
        "smtp_url": smtp_url,
        "mail_from": "Roundwatch <digests@example.org>",
        "public_url": "https://watch.example.org",
        "mail_connections": str(CONNECTIONS),
        "secret_key": "a key for the bench, and for nothing else",
    }
    ours = {f"ROUNDWATCH_{name.upper()}": value for name, value in settings.items()}
    return {**clean, **ours, "HOME": str(folder)}


def filled(server: Postgres, name: str, deliveries: int) -> str:
    """A database with a digest addressed to so many readers; says what that took."""
    address = server.create(name)
    with tempfile.TemporaryDirectory() as folder:
        made = office(folder, address)
        prepare(made, CHOICES)
        made.close()
    multiply(address, deliveries)
    argv = [sys.executable, "-m", "bench.million", "queue", address, str(deliveries)]
    said = subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True, cwd=ROOT).stdout
    what, seconds, peak = said.rsplit(maxsplit=2)
    rate = deliveries / float(seconds)
    print(
        f"  {what} {float(seconds):.1f} s, {rate:,.0f} a second; peak {float(peak):.1f} MB;"
        f" load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return address


def multiply(address: str, readers: int) -> None:
    """Have the first readers, one for each choice, as often as it takes, at other addresses."""
    times = readers // CHOICES - 1
    columns = [each.name for each in subscribers.c if each.name not in _OWN]
    same = ", ".join(f'"{name}"' for name in columns)
    with psycopg.connect(address) as connection:
        connection.execute(
            f"insert into subscribers (address, address_key, {same})"
            f" select n || '.' || address, n || '.' || address_key, {same}"
            f" from subscribers cross join generate_series(1, {times}) as n order by n, id".encode()
        )
        connection.execute(
            b"insert into subscriptions (subscriber_id, series, created_at, topics)"
            b" select copy.id, like_it.series, like_it.created_at, like_it.topics"
            b" from subscribers as copy join subscribers as first"
            b" on first.address = substr(copy.address, strpos(copy.address, '.') + 1)"
            b" join subscriptions as like_it on like_it.subscriber_id = first.id"
            b" where copy.address <> first.address order by copy.id"
        )
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("analyze")


def by_the_outbox(server: Postgres, deliveries: int, folder: Path) -> None:
    """All of them without SMTP: three workers to the end, one for a minute."""
    print(f"{deliveries:,} deliveries, the outbox alone")
    address = filled(server, "many", deliveries)
    _tell_stored(address)
    _tell_questions(environment_for(address, "file:///nowhere", folder))
    for many, longest in ((1, ONE_FOR), (MANY, 7200.0)):
        name = f"many{many}"
        copy = server.create(name, like="many")
        environment = environment_for(copy, "smtp://127.0.0.1:9?starttls=never", folder)
        files = [str(folder / f"counts-{many}-{number}") for number in range(many)]
        done = send(copy, many, lambda n, f=files: _counting(f[n]), environment, longest)
        _tell(many, done)
        _tell_stored(copy)
        if longest > ONE_FOR:
            _check_books(copy, environment, deliveries)
            _check_counts(files, deliveries)
        server.drop(name)
    server.drop("many")


def by_smtp(server: Postgres, deliveries: int, folder: Path) -> None:
    """As many by SMTP into a sink: one worker, then three."""
    print(f"{deliveries:,} deliveries by SMTP, {CONNECTIONS} connections for each worker")
    filled(server, "mails", deliveries)
    for many in (1, MANY):
        copy = server.create(f"mails{many}", like="mails")
        with sink() as to:
            url = f"smtp://127.0.0.1:{to.port}?starttls=never"
            environment = environment_for(copy, url, folder)
            done = send(copy, many, lambda _: _worker(), environment)
            if to.taken() != deliveries:
                raise RuntimeError(f"{to.taken()} of {deliveries} arrived")
        _tell(many, done)
        _check_books(copy, environment, deliveries)
        server.drop(f"mails{many}")


def _counting(file: str) -> list[str]:
    return [sys.executable, "-m", "bench.million", "count", file]


def _worker() -> list[str]:
    return [sys.executable, "-c", _COMMAND, "worker"]


def _tell(many: int, done: Sent) -> None:
    peaks = ", ".join(f"{peak:.0f}" for peak in done.peaks)
    pace = ", ".join(f"{rate:,.0f}" for rate in done.pace)
    print(
        f"  {many} worker{'s' * (many > 1)}: {done.mails:,} mails in {done.seconds:.1f} s,"
        f" {done.rate:,.0f} a second (by fifths: {pace}); peaks {peaks} MB;"
        f" load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def _tell_stored(address: str) -> None:
    stored = stored_at(address)
    assert stored is not None
    sizes = ", ".join(f"{name} {size:.0f}" for name, size in stored.tables.items() if size >= 1)
    print(f"  database {stored.size:,.0f} MB ({sizes}), {stored.jobs:,} jobs", flush=True)


def _tell_questions(environment: dict[str, str]) -> None:
    """What is asked of the outbox by ticks, checks and metrics, while all of it waits."""
    with service(load(environment)) as made, made.database.reading() as tx:
        now, most = made.now(), 100_000
        questions: dict[str, Callable[[], object]] = {
            "count_due": lambda: outbox.count_due(tx, now, most=most, letters_alone=False),
            "oldest_due": lambda: outbox.oldest_due(tx, now),
            "oldest_slot": lambda: outbox.oldest_slot(tx),
            "waiting": lambda: queue_of_jobs.waiting(tx),
            "balance": lambda: outbox.balance(tx),
        }
        took = []
        for name, ask in questions.items():
            started = time.perf_counter()
            ask()
            took.append(f"{name} {(time.perf_counter() - started) * 1000:.1f} ms")
    print(f"  asked while all wait: {', '.join(took)}", flush=True)


def _check_books(address: str, environment: dict[str, str], deliveries: int) -> None:
    with service(load(environment)) as made, made.database.reading() as tx:
        books = outbox.balance(tx)
    if books.sent != deliveries or not books.balanced:
        raise RuntimeError(f"the books do not balance: {books}")
    print(f"  books: {books.candidates:,} addressed, {books.sent:,} sent, balanced", flush=True)


def _check_counts(files: list[str], deliveries: int) -> None:
    counts = [Path(file).read_bytes() for file in files]
    times = [sum(each) for each in zip(*counts, strict=True)]
    if sum(times) != deliveries or max(times) != 1:
        raise RuntimeError(f"{sum(times)} were counted, one of them {max(times)} times")
    print(f"  counted: {sum(times):,}, each once", flush=True)


def main() -> None:
    """Measure and print; or be one of the processes that are measured."""
    match sys.argv[1:]:
        case ["count", file]:
            count(file)
        case ["queue", address, readers]:
            with tempfile.TemporaryDirectory() as folder:
                made = office(folder, address)
                print(queue(made, int(readers)))
                made.close()
        case numbers:
            deliveries, mails = [*map(int, numbers), *(DELIVERIES, BY_SMTP)[len(numbers) :]]
            print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
            with tempfile.TemporaryDirectory() as folder, postgres() as server:
                by_the_outbox(server, deliveries, Path(folder))
                by_smtp(server, mails, Path(folder))


if __name__ == "__main__":
    main()
