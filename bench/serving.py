"""The latest page and its API under load, beside a static file of the same size.

One uvicorn process serves all of it: the pages as `roundwatch serve` does, and a file by
Starlette's StaticFiles. wrk asks over loopback, plainly, and with the validator of what it has.
Then the same page of an archive with 200 rounds and 10,000 releases, beside one with five rounds.
They take turns; medians are printed. `make bench` fails below half of the static file, or where
the large archive costs more than a tenth. Needs wrk.

    python -m bench.serving [SECONDS]
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from bench.archives import fill, office
from monitor.entrypoints.web.app import pages
from monitor.entrypoints.web.server import address_of, listening

SECONDS, TURNS, CONNECTIONS = 4, 5, 16
ARCHIVES = {"small": (range(196, 201), 0), "large": (range(1, 201), 10_000)}
STATIC = "static"
AT_LEAST, AT_MOST_SLOWER = 0.5, 0.1


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw: answers a second, and within how many milliseconds 99 of 100 came."""

    rate: float
    p99: float


@dataclass(frozen=True, slots=True)
class Target:
    """An address, and whether wrk sends the validator that it has."""

    name: str
    address: str
    known: bool


def main() -> None:
    """Fill, serve, load, print."""
    if sys.argv[1:2] == ["serve"]:
        _serve(*sys.argv[2:])
        return
    seconds = int(sys.argv[1]) if sys.argv[1:] else SECONDS
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not there: `make bench` installs it where root may")
    with tempfile.TemporaryDirectory() as folder:
        for name, (rounds, releases) in ARCHIVES.items():
            with closing(office(f"{folder}/{name}.db")) as made:
                fill(made, rounds, releases)
        with _served(folder, "small") as small, _served(folder, "large") as large:
            _print_cold(small, large)
            _write_static(small, Path(folder) / STATIC / "latest.html")
            _compare(_targets(small, large), seconds)


def _targets(small: str, large: str) -> list[Target]:
    whats = {
        "static file": f"{small}static/latest.html",
        "latest page": small,
        "its API": f"{small}api/v1/latest",
        "latest page, large": large,
        "its API, large": f"{large}api/v1/latest",
    }
    return [Target(what, at, known) for known in (False, True) for what, at in whats.items()]


def _compare(targets: Sequence[Target], seconds: int) -> None:
    loads: dict[Target, list[Load]] = {target: [] for target in targets}
    for _ in range(TURNS):
        for target in targets:
            loads[target].append(_loaded(target, seconds))
    middle = {
        (t.name, t.known): Load(
            statistics.median(each.rate for each in found),
            statistics.median(each.p99 for each in found),
        )
        for t, found in loads.items()
    }
    print(f"{CONNECTIONS} connections, {seconds} s each, medians of {TURNS} turns")
    for (name, known), load in middle.items():
        ratio = load.rate / middle["static file", known].rate
        says = "304" if known else "200"
        print(
            f"  {says}  {name:20} {load.rate:8,.0f} a second  {ratio:5.2f}  p99 {load.p99:6.1f} ms"
        )
    _judge(middle)


def _judge(middle: dict[tuple[str, bool], Load]) -> None:
    static = middle["static file", True].rate
    for name in ("latest page", "its API"):
        small, large = middle[name, True].rate, middle[f"{name}, large", True].rate
        if small < AT_LEAST * static:
            raise SystemExit(f"{name}: less than {AT_LEAST} of the static file")
        if large < (1 - AT_MOST_SLOWER) * small:
            raise SystemExit(f"{name}: more than a tenth slower in the large archive")


def _print_cold(small: str, large: str) -> None:
    """How long the first visitor waits after the archive has changed."""
    for name, address in (("small", small), ("large", large)):
        for what in ("", "api/v1/latest"):
            started = time.perf_counter()
            with urlopen(address + what) as answer:
                size = len(answer.read())
            took = (time.perf_counter() - started) * 1000
            print(f"  made anew, {name} archive, /{what}: {took:.0f} ms, {size / 1000:.1f} KB")


def _write_static(page: str, file: Path) -> None:
    """The latest page as a file."""
    with urlopen(page) as answer:
        file.write_bytes(answer.read())


def _loaded(target: Target, seconds: int) -> Load:
    """Ask for so long, and take wrk's account of it."""
    argv = ["wrk", "--latency", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    if target.known:
        with urlopen(target.address) as answer:
            argv += ["-H", f"If-None-Match: {answer.headers['ETag']}"]
    said = subprocess.run(
        [*argv, target.address], capture_output=True, check=True, text=True
    ).stdout
    if "Non-2xx" in said and not target.known:
        raise RuntimeError(said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    if rate is None or p99 is None:
        raise RuntimeError(said)
    return Load(float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]])


@contextmanager
def _served(folder: str, name: str) -> Iterator[str]:
    argv = [sys.executable, "-m", "bench.serving", "serve", folder, name]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield json.loads(server.stdout.readline()) if server.stdout else ""
        finally:
            server.send_signal(signal.SIGINT)


def _serve(folder: str, name: str) -> None:
    """Serve the pages of an archive, and the latest one as a file."""
    with closing(office(f"{folder}/{name}.db")) as made, listening("127.0.0.1:0") as door:
        static = Path(folder) / STATIC
        static.mkdir(exist_ok=True)
        app = FastAPI(openapi_url=None)
        app.mount("/static", StaticFiles(directory=static))
        app.mount("/", pages(made))
        print(json.dumps(address_of(door)), flush=True)
        with suppress(KeyboardInterrupt):  # how it is told to end
            uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run([door])


if __name__ == "__main__":
    main()
