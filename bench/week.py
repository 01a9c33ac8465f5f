"""A week of looks, with the clock handed in: memory day by day, and what a year adds to the file.

The press site is the bundled one with two more releases a working day, the fifth round among them.
Each tick of the rhythm is what the service does: a look, the outbox, the alarms; once a day the
housekeeping. `make bench` runs it; `python -m bench.week DAYS` takes another length.
"""

from __future__ import annotations

import gc
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from monitor.bootstrap import Service
from monitor.core.schedule import next_due
from monitor.entrypoints.scheduler import Ticks
from monitor.entrypoints.work import Work
from monitor.journeys.readers.orders import Order, subscribe
from monitor.pressroom.content import PressRelease, releases
from monitor.pressroom.server import PressRoom
from monitor.settings import load

ROOT = Path(__file__).parent.parent
BEGINS = date(2024, 7, 28)  # a Sunday; the readout of the fifth round came out on the Wednesday
READERS = 20
DAYS = 7
_YEAR = 365
_WEEKEND = 5
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Day:
    """How things stand when a simulated day is over: looks so far, memory in MiB, file in KiB."""

    number: int
    looks: int
    memory: float
    file: float


def published(days: int) -> tuple[PressRelease, ...]:
    """The bundled releases until the last day, and two more on each working day; newest first."""
    last = BEGINS + timedelta(days=days)
    like = next(r for r in releases() if r.kind == "ordinary" and r.listed)
    folder = like.address.rpartition("/")[0]
    made = [
        PressRelease(
            title=f"{like.title}: notice {number} of {day:%B %d}",
            published=day,
            address=f"{folder}/notice-{day:%Y-%m-%d}-{number}",
            kind="ordinary",
            body=like.body,
        )
        for day in (BEGINS + timedelta(days=ahead) for ahead in range(1, days + 1))
        if day.weekday() < _WEEKEND
        for number in (1, 2)
    ]
    bundled = [release for release in releases() if release.published <= last]
    return tuple(sorted([*made, *bundled], key=lambda r: (r.published, r.path), reverse=True))


def simulated(days: int, work: Path) -> Iterator[Day]:
    """Run the service in a process of its own for some days, and give how each of them ended."""
    with PressRoom(BEGINS, everything=published(days)) as room:
        call = [sys.executable, "-m", "bench.week", str(days), room.base_url, str(work)]
        with subprocess.Popen(
            call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        ) as process:
            assert process.stdin
            assert process.stdout
            for line in process.stdout:
                number, looks, memory, file = line.split()
                yield Day(int(number), int(looks), float(memory), float(file))
                room.publish(BEGINS + timedelta(days=int(number) + 1))
                process.stdin.write("\n")
                process.stdin.flush()
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(call)} ended with {process.returncode}")


def live_through(days: int, source: str, work: Path) -> None:
    """Be the service for some days; after each, say how things stand and wait for a line."""
    database = work / "roundwatch.db"
    settings = load(
        {
            "ROUNDWATCH_SOURCE_URL": source,
            "ROUNDWATCH_DATABASE_URL": f"sqlite:///{database}",
            "ROUNDWATCH_MAX_REQUESTS_PER_SECOND": "1000",
            "ROUNDWATCH_OPERATOR_EMAIL": "operator@example.org",
        }
    )
    present = [datetime.combine(BEGINS, time(12), UTC)]
    service = Service(settings, now=lambda: present[0])
    for number in range(READERS):
        order = Order(f"reader{number}@example.org")
        subscribe(order, database=service.database, now=service.now())
    ticks, looks = Ticks(service, Work(service)), 0
    for day in range(1, days + 1):
        ends = datetime.combine(BEGINS + timedelta(days=day), time(12), UTC)
        while (due := next_due(present[0], settings.rhythm)) <= ends:
            present[0] = due
            looks += 1
            for act in (ticks.poll, ticks.deliver, ticks.check):
                act()
        ticks.housekeep()
        gc.collect()
        print(day, looks, _memory(), database.stat().st_size / 1024, flush=True)
        sys.stdin.readline()
    service.close()


def _memory() -> float:
    """What this process holds in memory now, in MiB."""
    resident = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return resident * _PAGE_BYTES / 2**20


def growth(file: Path) -> Mapping[str, int]:
    """How many bytes the rows of each table and its indexes take, the most first."""
    query = (
        "select m.tbl_name, sum(s.pgsize) from dbstat s join sqlite_master m on m.name = s.name"
        " group by m.tbl_name order by 2 desc"
    )
    with closing(sqlite3.connect(file)) as database:
        return dict(database.execute(query).fetchall())


def main() -> None:
    """Measure and print; with more arguments than the days, be the process that is measured."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else DAYS
    if len(sys.argv) > 2:
        live_through(days, sys.argv[2], Path(sys.argv[3]))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(f"{days} days of looks; Python {platform.python_version()}, {os.cpu_count()} cores")
        print("| day | looks | memory, MiB | database, KiB |\n|---|---|---|---|")
        ended = []
        for day in simulated(days, Path(folder)):
            ended.append(day)
            print(f"| {day.number} | {day.looks} | {day.memory:.1f} | {day.file:.0f} |", flush=True)
        a_day = (ended[-1].file - ended[0].file) / max(1, days - 1)
        print(f"a year at this rate: {a_day * _YEAR / 1024:.0f} MiB; where it lies:")
        for table, size in list(growth(Path(folder) / "roundwatch.db").items())[:8]:
            print(f"  {table}: {size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
