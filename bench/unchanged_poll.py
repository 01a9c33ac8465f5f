"""One look at an unchanged listing: Roundwatch beside urlwatch and webchanges, on the same page.

Each program has seen the page before, so the server answers 304 and nothing is to be done. That
is what a monitor does nearly always; the figures are those of the whole process, from its start to
its end. Run it with `make bench`.
"""

from __future__ import annotations

import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import rivals
from bench.whole_process import Command, Cost, cost_of, in_turn, spread

ROOT = Path(__file__).parent.parent
CACHE = ROOT / "var" / "bench"
LISTING = "/about/policy-offices/press-office/press-releases"
RUNS = 15


@contextmanager
def press_site() -> Iterator[str]:
    """Serve the bundled press pages from a process of their own; yields their base address."""
    with subprocess.Popen(
        [sys.executable, "-m", "monitor.pressroom"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as server:
        try:
            yield address_in(server.stdout.readline() if server.stdout else "")
        finally:
            server.terminate()


def address_in(line: str) -> str:
    """Return the address that the server's first line names.

    Raises:
        RuntimeError: it names none; the server did not start.
    """
    found = re.search(r"http://[\w.:]+", line)
    if not found:
        raise RuntimeError("the press pages could not be served")
    return found.group()


def roundwatch(site: str, work: Path) -> Command:
    """Return `roundwatch poll`, told to watch the pages at `site`, its archive in `work`."""
    return Command(
        "roundwatch",
        (str(ROOT / ".venv" / "bin" / "roundwatch"), "poll"),
        {
            "PATH": os.defpath,
            "HOME": str(work),
            "ROUNDWATCH_SOURCE_URL": site,
            "ROUNDWATCH_DATABASE_URL": f"sqlite:///{work}/roundwatch.db",
            "ROUNDWATCH_MAX_REQUESTS_PER_SECOND": "1000",
        },
    )


def prime(commands: Sequence[Command]) -> None:
    """Run each command until it has seen the page, and once more to fill the machine's caches."""
    for command in commands:
        for _ in range(3):
            cost_of(command)


def report(costs: Mapping[str, Sequence[Cost]]) -> str:
    """Return the figures as a Markdown table; the ratios are to Roundwatch's medians."""
    own_cpu = spread(cost.cpu for cost in costs["roundwatch"]).median
    own_memory = spread(cost.memory for cost in costs["roundwatch"]).median
    lines = [
        "| program | CPU seconds: median (least to most) | peak memory, MiB | CPU | memory |",
        "|---|---|---|---|---|",
    ]
    for name, known in costs.items():
        cpu, memory = spread(c.cpu for c in known), spread(c.memory for c in known)
        lines.append(
            f"| {name} | {cpu.median:.3f} ({cpu.least:.3f} to {cpu.most:.3f}) "
            f"| {memory.median:.1f} ({memory.least:.1f} to {memory.most:.1f}) "
            f"| {cpu.median / own_cpu:.2f} x | {memory.median / own_memory:.2f} x |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    with press_site() as site, tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        commands = [
            roundwatch(site, work),
            rivals.command(rivals.URLWATCH, site + LISTING, CACHE, work),
            rivals.command(rivals.WEBCHANGES, site + LISTING, CACHE, work),
        ]
        prime(commands)
        costs = in_turn(commands, RUNS)
    print(f"{RUNS} runs each, in turn; Python {platform.python_version()}, {os.cpu_count()} cores")
    print(report(costs))
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"(memory below {floor:.1f} MiB, that of the measuring process, cannot be told apart)")


if __name__ == "__main__":
    main()
