"""Reading a release: Roundwatch beside parsers and extractors, on the same page of 60 KB.

Every contender goes from the bytes to title, date and the paragraphs of the article; then the same
code makes the readout of what it found. `make bench` runs it after the poll.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.rivals import installed

if TYPE_CHECKING:
    from monitor.core.release import Page

ROOT = Path(__file__).parent.parent
CACHE = ROOT / "var" / "bench"
READOUT = "fifth-round-meetings-under-us-japan"
SIZE = 60 * 1024
ROUNDS, SPELL = 9, 0.15  # turns of each contender, and seconds of one


def page() -> bytes:
    """A bundled readout in its frame, its menus filled up to the weight of a real page."""
    from monitor.pressroom.content import releases
    from monitor.pressroom.pages import article

    listed = releases()
    release = next(r for r in listed if READOUT in r.path)
    html = article(release, listed)
    item = (
        '<li class="menu-item"><a href="/issue-areas/{n}" class="menu-link">'
        "Issue area {n}</a></li>\n"
    )
    menu, number = "", 0
    while len((html + menu).encode()) < SIZE - 20:
        menu, number = menu + item.format(n=number), number + 1
    return html.replace("<main", f'<nav class="mega-menu"><ul>{menu}</ul></nav><main', 1).encode()


def rate(task: Callable[[], object]) -> float:
    """How many times a second a task is done, over one spell."""
    gc.collect()
    done, started = 0, time.perf_counter()
    while (spent := time.perf_counter() - started) < SPELL:
        task()
        done += 1
    return done / spent


def differences(one: Page, other: Page) -> list[str]:
    """In what two readings of the page are not the same."""
    found = [f for f in ("title", "published") if getattr(one, f) != getattr(other, f)]
    texts = [[block.text for block in read.blocks] for read in (one, other)]
    return found + (["paragraphs"] if texts[0] != texts[1] else [])


def peak(name: str) -> float:
    """The peak memory, in MiB, of a process that reads the page with one contender alone."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.reading", "--once", name],
        capture_output=True, check=True, cwd=ROOT, text=True,
    )  # fmt: skip
    return float(json.loads(done.stdout))


def once(name: str) -> None:
    """Read the page with one contender, and print the peak of memory in MiB."""
    from bench.rival_readers import contenders

    contenders()[name](page())
    status = Path("/proc/self/status").read_text()
    kibibytes = next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)
    print(json.dumps(kibibytes / 1024))


def measure() -> None:
    """Print the figures as a Markdown table."""
    from bench.rival_readers import contenders
    from monitor.core.readout import read_release
    from monitor.series import followed

    body, series, readers = page(), followed(), contenders()
    own = readers["roundwatch"](body)
    rates: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in readers}
    for _ in range(ROUNDS):
        for name, read in readers.items():
            rates[name][0].append(rate(lambda read=read: read(body)))
            rates[name][1].append(rate(lambda read=read: read_release(read(body), series)))
    release, whole = (median(rates["roundwatch"][i]) for i in (0, 1))
    print(f"{len(body)} bytes, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| reader | releases a second | ratio | with readout | ratio | peak, MiB | differs in |")
    print("|---|---|---|---|---|---|---|")
    for name, (alone, both) in rates.items():
        differs = ", ".join(differences(own, readers[name](body))) or "nothing"
        print(
            f"| {name} | {median(alone):.0f} | {median(alone) / release:.2f} | {median(both):.0f} "
            f"| {median(both) / whole:.2f} | {peak(name):.1f} | {differs} |"
        )


def main() -> None:
    """Measure, in the environment of the rivals."""
    if "--once" in sys.argv:
        once(sys.argv[-1])
    elif "--measure" in sys.argv:
        measure()
    else:
        python = installed("readers", CACHE) / "python"
        subprocess.run([str(python), "-m", "bench.reading", "--measure"], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
