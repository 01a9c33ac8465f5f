"""Sending one digest to 5,000 readers: Roundwatch beside other senders, into the same smtp-sink.

They take turns; each sends the same words, 15 KB in two parts, over ten connections (Django has
one). Ratios are to `smtp-source -s 10`, which composes nothing and keeps no books. Run it with
`make bench`, or with a number of readers: `python -m bench.sending 1000`.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.mail_sink import LOOPBACK, Sink, far_away, sink, tool
from bench.rivals import LOCKS, installed

ROOT = Path(__file__).parent.parent
CACHE = ROOT / "var" / "bench"
READERS, TURNS, FAR = 5000, 3, 0.020
MODEL = "smtp-source -s 10"
AIMS = ((MODEL, 0.5), ("nodemailer, composing", 2.0), ("Django send_messages", 4.0))


@dataclass(frozen=True, slots=True)
class Sender:
    """One who sends: a command by port, and whether it prints the seconds itself."""

    name: str
    argv: Callable[[int], list[str]]
    prints: bool = True


def own(how: str, readers: int) -> Callable[[int], list[str]]:
    """The call of our own side."""
    return lambda port: [sys.executable, "-m", "bench.own_sending", how, str(port), str(readers)]


def source(readers: int, size: int, *options: str) -> Callable[[int], list[str]]:
    """The call of postfix's generator."""
    addresses = ["-f", "digests@example.org", "-t", "reader@example.com"]
    amount = ["-l", str(size), "-m", str(readers)]
    program = tool("smtp-source")
    return lambda port: [
        program, "-s", "10", *options, *amount, *addresses, f"{LOOPBACK}:{port}"
    ]  # fmt: skip


def nodemailer() -> Path:
    """The folder of nodemailer, installed from its lock if need be."""
    files = LOCKS / "nodemailer"
    ours = b"".join(file.read_bytes() for file in sorted(files.iterdir()))
    home = CACHE / f"nodemailer-{hashlib.sha256(ours).hexdigest()[:12]}"
    if not (home / "node_modules" / "nodemailer").exists():
        shutil.copytree(files, home, dirs_exist_ok=True)
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(["npm", "ci", *quiet], cwd=home, check=True)
    return home


def senders(readers: int, mail: Path) -> list[Sender]:
    """All that can be had here; who is left out is said."""
    size = len(json.loads(mail.read_text("utf-8"))["raw"])
    found = [
        Sender(MODEL, source(readers, size), prints=False),
        Sender(f"{MODEL} -d (keeps its connections)", source(readers, size, "-d"), prints=False),
        Sender("Roundwatch, everything counted", own("all", readers)),
        Sender("Roundwatch, composing and handing over alone", own("lanes", readers)),
    ]
    if shutil.which("node") and shutil.which("npm"):
        script = str(nodemailer() / "send.js")
        found += [
            Sender(f"nodemailer, {how}", node_call(script, how, readers, mail))
            for how in ("composing", "ready")
        ]
    else:
        print("nodemailer is left out: there is no node and npm here", file=sys.stderr)
    python = str(installed("django", CACHE) / "python")
    script = str(LOCKS / "django" / "send.py")
    call = lambda port: [python, script, str(port), str(readers), str(mail)]  # noqa: E731
    return [*found, Sender("Django send_messages", call)]


def node_call(script: str, how: str, readers: int, mail: Path) -> Callable[[int], list[str]]:
    """The call of nodemailer's side."""
    return lambda port: ["node", script, how, str(port), str(readers), str(mail)]


def seconds_of(sender: Sender, port: int) -> float:
    """What one turn takes. Where the sender prints no time, that of its whole process."""
    started = time.perf_counter()
    done = subprocess.run(
        sender.argv(port), stdout=subprocess.PIPE, check=True, cwd=ROOT, text=True
    )
    whole = time.perf_counter() - started
    return float(json.loads(done.stdout)) if sender.prints else whole


def turn(sender: Sender, to: Sink, readers: int, port: int | None = None) -> float:
    """Messages a second in one turn, all of which arrived.

    Raises:
        RuntimeError: not all of them did.
    """
    before = to.taken()
    rate = readers / seconds_of(sender, port or to.port)
    if to.taken() - before != readers:
        raise RuntimeError(f"{sender.name}: {to.taken() - before} of {readers} arrived")
    return rate


def measure(readers: int, mail: Path) -> dict[str, float]:
    """Everybody's messages a second, median of their turns."""
    contenders = senders(readers, mail)
    rates: dict[str, list[float]] = {each.name: [] for each in contenders}
    with sink() as to:
        for _ in range(TURNS):
            for each in contenders:
                rates[each.name].append(turn(each, to, readers))
    return {name: median(found) for name, found in rates.items()}


def from_afar(readers: int) -> float:
    """Our own messages a second, everything counted, with 20 ms to the server and back."""
    with sink() as to, far_away(to.port, FAR) as port:
        ours = Sender("Roundwatch", own("all", readers))
        return median(turn(ours, to, readers, port) for _ in range(TURNS))


def report(rates: dict[str, float]) -> None:
    """Print the figures as a Markdown table, and what became of the aims."""
    ours = rates["Roundwatch, everything counted"]
    print("| sender | messages a second | ratio | Roundwatch to it |\n|---|---|---|---|")
    for name, rate in rates.items():
        print(f"| {name} | {rate:.0f} | {rate / rates[MODEL]:.2f} | {ours / rate:.2f} |")
    print()
    for name, aim in AIMS:
        if name in rates:
            print(f"- {ours / rates[name]:.2f} of {name}; the aim is {aim}")


def main() -> None:
    """Measure, and print."""
    readers = int(sys.argv[1]) if len(sys.argv) > 1 else READERS
    try:
        tool("smtp-sink")
    except RuntimeError as missing:
        sys.exit(str(missing))
    with tempfile.TemporaryDirectory() as folder:
        mail = Path(folder) / "mail.json"
        subprocess.run([*own("lanes", 0)(0), str(mail)], check=True, cwd=ROOT)
        size = len(json.loads(mail.read_text("utf-8"))["raw"])
        print(
            f"{readers} readers, {size} bytes, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}\n"
        )
        report(measure(readers, mail))
    print(f"- {from_afar(readers):.0f} a second with {FAR * 1000:.0f} ms to the server and back")


if __name__ == "__main__":
    main()
