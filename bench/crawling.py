"""Twenty-five years of a press office: Roundwatch beside Scrapy, on one site in the same run.

Two jobs, the delay at nought. "Everything": each of 12,000 releases fetched, read and kept; Scrapy
goes along the pager, writes what it reads as JSON lines, and keeps the page in a SQLite file, a
commit for each, as we do; beside it, Scrapy without keeping the page. "All Partnership readouts":
ours, Scrapy told nothing (it takes everything, to be sifted later), and Scrapy told to fetch only
titles that name the Partnership. Requests are counted by the site. `make bench` runs it;
`python -m bench.crawling RELEASES` takes a smaller site.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from bench.rivals import installed
from bench.whole_process import Command, Cost, cost_of

ROOT = Path(__file__).parent.parent
CACHE = ROOT / "var" / "bench"
SPIDER = Path(__file__).parent / "rivals" / "scrapy" / "press_spider.py"
LISTING = "/about-us/policy-offices/press-office/press-releases"
RELEASES = 12_000
SERIES = "partnership on trade"


@dataclass(frozen=True, slots=True)
class Crawled:
    """How one run went: what it took, by the wall too, and the requests by kind."""

    cost: Cost
    seconds: float
    requests: Mapping[str, int]

    @property
    def asked(self) -> int:
        """All requests together."""
        return sum(self.requests.values())

    @property
    def pages(self) -> int:
        """The releases that were fetched."""
        return self.requests.get("release", 0)


@contextmanager
def press_office(releases: int) -> Iterator[str]:
    """Serve the site from a process of its own; yields its base address."""
    call = [sys.executable, "-m", "tests.servers.big_site", "--releases", str(releases)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        try:
            yield (server.stdout.readline() if server.stdout else "").strip()
        finally:
            server.terminate()


def roundwatch(site: str, work: Path, *options: str) -> Command:
    """Return `roundwatch backfill`, into an archive of its own that is there and empty."""
    environment = {
        "PATH": os.defpath,
        "HOME": str(work),
        "ROUNDWATCH_SOURCE_URL": site,
        "ROUNDWATCH_DATABASE_URL": f"sqlite:///{work}/roundwatch{''.join(options)}.db",
        "ROUNDWATCH_MAX_REQUESTS_PER_SECOND": "1000",
    }
    program = str(ROOT / ".venv" / "bin" / "roundwatch")
    subprocess.run([program, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    return Command(
        f"roundwatch backfill {' '.join(options)}".strip(),
        (program, "backfill", *options),
        environment,
    )


def scrapy(name: str, site: str, work: Path, **arguments: str) -> Command:
    """Return Scrapy with our spider, its arguments as `-a`."""
    given = [f"{key}={value}" for key, value in {"start": site + LISTING, **arguments}.items()]
    return Command(
        name,
        (
            str(installed("scrapy", CACHE) / "scrapy"),
            *("runspider", str(SPIDER), "-O", f"{work / name.replace(' ', '-')}.jsonl"),
            *(part for argument in given for part in ("-a", argument)),
        ),
        {"HOME": str(work), "PATH": os.defpath},
    )


def crawled(command: Command, site: str) -> Crawled:
    """Run a command once, and ask the site how often it was asked."""
    _counts(site)
    began = time.perf_counter()
    cost = cost_of(command)
    return Crawled(cost, time.perf_counter() - began, _counts(site))


def _counts(site: str) -> Mapping[str, int]:
    """What the site was asked since the last time, by kind."""
    with urlopen(f"{site}/-/counts", timeout=10) as answer:
        counts: dict[str, int] = json.load(answer)
    return counts


def everything(site: str, work: Path) -> None:
    """Measure and print the job "everything"."""
    commands = (
        roundwatch(site, work, "--all"),
        scrapy("scrapy, pages kept", site, work, keep=str(work / "pages.db")),
        scrapy("scrapy, text alone", site, work),
    )
    print("| everything | releases | requests | CPU s | pages a CPU s | peak MiB | seconds |")
    print("|---|---|---|---|---|---|---|")
    own: Crawled | None = None
    for command in commands:
        run = crawled(command, site)
        own = own or run
        print(
            f"| {command.name} | {run.pages} | {run.asked} | {run.cost.cpu:.1f} "
            f"| {run.pages / run.cost.cpu:.0f} ({_ratio(own, run):.2f} x) | {run.cost.memory:.0f} "
            f"({own.cost.memory / run.cost.memory:.2f}) | {run.seconds:.0f} |",
            flush=True,
        )
    print("(in brackets: ours to theirs)")


def _ratio(own: Crawled, run: Crawled) -> float:
    return (own.pages / own.cost.cpu) / (run.pages / run.cost.cpu)


def readouts(site: str, work: Path) -> None:
    """Measure and print the job "all Partnership readouts"."""
    commands = (
        roundwatch(site, work),
        scrapy("scrapy, all to be sifted", site, work),
        scrapy("scrapy, titles sifted", site, work, wanted=SERIES),
    )
    print("| all Partnership readouts | requests | of them releases | CPU s | seconds |")
    print("|---|---|---|---|---|")
    own: Crawled | None = None
    for command in commands:
        run = crawled(command, site)
        own = own or run
        print(
            f"| {command.name} | {run.asked} ({own.asked / run.asked:.4f}) | {run.pages} "
            f"| {run.cost.cpu:.1f} | {run.seconds:.1f} |",
            flush=True,
        )


def main() -> None:
    """Measure and print."""
    releases = int(sys.argv[1]) if len(sys.argv) > 1 else RELEASES
    print(f"{releases} releases; Python {platform.python_version()}, {os.cpu_count()} cores")
    with press_office(releases) as site, tempfile.TemporaryDirectory() as folder:
        everything(site, Path(folder))
        readouts(site, Path(folder))


if __name__ == "__main__":
    main()
