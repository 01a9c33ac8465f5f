"""What a poll, a digest and a page cost, by followed series and by releases on file.

Each case is a process of its own on a SQLite file: a copy of the program with 1, 10 or 100 series
files, an archive with 10, 1,000 or 100,000 releases about something else and four rounds of twenty
topics. Its source is a press site on loopback, which publishes a round when it is told to. Time is
CPU time of the process that is measured, in ms, the median of several turns; memory its peak.

    python -m bench.growth [PICTURE.svg]
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import httpx
from sqlalchemy import update

from bench.archives import file_statement, fill
from bench.growth_picture import picture
from bench.newsroom import Newsroom
from bench.samples import held_by
from monitor.bootstrap import Service
from monitor.entrypoints.web.app import pages
from monitor.journeys.readers.orders import Order, subscribe
from monitor.journeys.search import index_the_rest
from monitor.journeys.sending.announce import announce
from monitor.series import edition, followed
from monitor.settings import load
from storage import outbox
from storage.schema import revisions

ROOT = Path(__file__).parent.parent
SERIES = (1, 10, 100)
RELEASES = (10, 1_000, 100_000)
TURNS, NEW_ROUNDS, OLD_ROUNDS = 11, 5, 4
AT_MOST = 3.0
"""How many times as much the most releases, or the most series, may cost as the fewest."""

PAGES = {
    "latest page": "/",
    "page of a round": "/rounds/3",
    "list of releases": "/releases",
    "a word of few": "/search?q=labor",
    "a word of all": "/search?q=wood",
    "metrics": "/metrics",
}

_BEGINS = datetime(2024, 8, 27, 13, 0, tzinfo=UTC)
_LIKE = "us-uk-tiwg"


@dataclass(frozen=True, slots=True)
class Case:
    """How many series are followed, and how many releases are on file."""

    series: int
    releases: int


def program(folder: Path, series: int) -> Path:
    """A copy of the program that follows so many series; those that are made up are like one."""
    copy = folder / f"program-{series}"
    for name in ("monitor", "storage", "notifiers", "bench", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    home = copy / "monitor" / "series"
    files = sorted(home.glob("*.toml"), key=lambda file: "partnership" not in file.name)
    for file in files[series:]:
        file.unlink()
    text = (ROOT / "monitor" / "series" / f"{_LIKE}.toml").read_text("utf-8")
    for number in range(len(files), series):
        (home / f"talks-{number}.toml").write_text(_made_up(text, number), "utf-8")
    return copy


def _made_up(text: str, number: int) -> str:
    """The facts of a series that nobody has heard of."""
    name = f"Trade and Investment Forum {number}"
    return (
        text.replace(f'"{_LIKE}"', f'"talks-{number}"')
        .replace("Trade and Investment Working Group", name)
        .replace('["TIWG", "Working Group"]', f'["Forum {number}"]')
        .replace("uk trade and investment working group", name.lower())
        .replace('"uk trade and"', f'"forum {number} trade and"')
    )


def measured(case: Case, folder: Path) -> dict[str, float]:
    """All figures of a case, from a process of its own."""
    file = folder / f"case-{case.series}-{case.releases}.db"
    shutil.copy(folder / f"{case.releases}.db", file)
    with Newsroom() as newsroom:
        words = [str(file), newsroom.base_url, str(case.series)]
        argv = [sys.executable, "-m", "bench.growth", "measure", *words]
        clean = {k: v for k, v in os.environ.items() if not k.startswith("ROUNDWATCH_")}
        with subprocess.Popen(
            argv,
            cwd=folder / f"program-{case.series}",
            env=clean | {"HOME": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin
            assert process.stdout
            for line in process.stdout:
                if line != "publish\n":
                    found: dict[str, float] = json.loads(line)
                    continue
                newsroom.publish()
                process.stdin.write("\n")
                process.stdin.flush()
    file.unlink()
    if process.returncode != 0:
        raise RuntimeError(f"{case} ended with {process.returncode}")
    return found


class Measuring:
    """One case, in the process that is measured."""

    def __init__(self, file: str, source: str) -> None:
        self._present = _BEGINS
        settings = {
            "DATABASE_URL": f"sqlite:///{file}",
            "SOURCE_URL": source,
            "SMTP_URL": "file:///nowhere",
            "MAX_REQUESTS_PER_SECOND": "1000",
            "PUBLIC_URL": "https://watch.example.org",
            "SECRET_KEY": "a key for the bench, and for nothing else",
        }
        environment = {f"ROUNDWATCH_{name}": value for name, value in settings.items()}
        self._made = Service(load(environment, Path("none")), now=lambda: self._present)
        with self._made.database.transaction() as tx:  # as if this program had read them
            tx.execute(update(revisions).values(reader=edition()))
        order = Order("reader@example.org")
        subscribe(order, database=self._made.database, now=self._present)
        self._app = httpx.AsyncClient(
            transport=httpx.ASGITransport(pages(self._made)), base_url="http://127.0.0.1:8000"
        )
        self._chance = random.Random(11)
        self._statements = 1_000_000

    def figures(self) -> Iterator[tuple[str, float]]:
        """Measure one thing after the other."""
        for _ in range(2):
            self._look()
        yield "unchanged look", median(self._timed(self._look) for _ in range(TURNS))
        yield "digest", median(self._timed(self._digest(n)) for n in range(1, OLD_ROUNDS + 1))
        yield "look with a round", median(self._timed(self._round) for _ in range(NEW_ROUNDS))
        alarms: Callable[[], object] = self._made.sound_alarms
        yield "alarms", median(self._timed(alarms) for _ in range(TURNS))
        with asyncio.Runner() as runner:
            for name, path in PAGES.items():
                turn = lambda path=path: runner.run(self._page(path))  # noqa: E731
                turn()
                yield name, median(self._after_a_change(turn) for _ in range(TURNS))
        held = held_by(os.getpid())
        yield "peak, MB", held.peak if held else 0.0
        self._made.close()

    def _timed(self, act: Callable[[], object]) -> float:
        started = time.process_time()
        act()
        return (time.process_time() - started) * 1000

    def _look(self) -> None:
        self._present += timedelta(minutes=5)
        polled = self._made.look()
        if polled.problems:
            raise RuntimeError(f"a look went wrong: {polled.problems}")

    def _round(self) -> None:
        print("publish", flush=True)
        sys.stdin.readline()
        self._present += timedelta(minutes=5)
        polled = self._made.look()
        if len(polled.announced) != 1 or polled.problems:
            raise RuntimeError(f"a round was not announced: {polled.problems}")

    def _digest(self, number: int) -> Callable[[], None]:
        def act() -> None:
            made, now = self._made, self._present
            with made.database.transaction() as tx:
                announce(tx, followed()[0], number, kind="news", settings=made.settings, now=now)
            lease = timedelta(minutes=1)
            with made.database.transaction() as tx:
                (mail,) = outbox.claim(tx, owner="bench", now=now, lease=lease, limit=9)
            if not made.drafts.parcel(mail, now).content:
                raise RuntimeError("the mail is empty")

        return act

    def _after_a_change(self, turn: Callable[[], None]) -> float:
        """What a page costs once something was filed."""
        self._statements += 1
        with self._made.database.transaction() as tx:
            file_statement(tx, self._statements, self._chance)
        return self._timed(turn)

    async def _page(self, path: str) -> None:
        answer = await self._app.get(path)
        answer.raise_for_status()


def measure(file: str, source: str, series: str) -> None:
    """Be the process that is measured."""
    if len(followed()) != int(series):
        raise RuntimeError(f"{len(followed())} series are followed, not {series}")
    print(json.dumps(dict(Measuring(file, source).figures())), flush=True)


def prepare(folder: Path) -> None:
    """Programs and archives."""
    for series in SERIES:
        program(folder, series)
    for releases in RELEASES:
        file, started = folder / f"{releases}.db", time.perf_counter()
        settings = load({"ROUNDWATCH_DATABASE_URL": f"sqlite:///{file}"}, folder / "none")
        with closing(Service(settings, now=lambda: _BEGINS)) as made:
            fill(made, range(1, OLD_ROUNDS + 1), releases)
            index_the_rest(made.database)
        size = file.stat().st_size / 1e6
        print(
            f"{releases:,} releases filed in {time.perf_counter() - started:.0f} s: {size:.0f} MB"
        )


def table(found: dict[Case, dict[str, float]]) -> None:
    """Print the figures as a Markdown table."""
    names = list(next(iter(found.values())))
    print(f"| series | releases | {' | '.join(names)} |\n|---|---|{'---|' * len(names)}")
    for case, figures in found.items():
        row = " | ".join(f"{figures[name]:.1f}" for name in names)
        print(f"| {case.series} | {case.releases:,} | {row} |")


def too_steep(found: dict[Case, dict[str, float]]) -> Iterator[str]:
    """What costs more than it may with the most releases, each number of series by itself."""
    for series in SERIES:
        few, many = found[Case(series, RELEASES[0])], found[Case(series, RELEASES[-1])]
        for name, cost in many.items():
            if cost > AT_MOST * few[name]:
                yield f"{name} with {series} series: {few[name]:.1f}, then {cost:.1f}"


def main() -> None:
    """Measure, print, draw; or be the process that is measured."""
    if sys.argv[1:2] == ["measure"]:
        measure(*sys.argv[2:])
        return
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        cases = [Case(series, releases) for series in SERIES for releases in RELEASES]
        found = {case: measured(case, folder) for case in cases}
    table(found)
    if sys.argv[1:]:
        drawn = {(case.series, case.releases): figures for case, figures in found.items()}
        Path(sys.argv[1]).write_text(picture(drawn), "utf-8")
    if steep := list(too_steep(found)):
        raise SystemExit("\n".join(["grows with the releases on file:", *steep]))


if __name__ == "__main__":
    main()
