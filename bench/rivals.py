"""The other monitors: how each is installed, set up for the press listing, and called."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.whole_process import Command

LOCKS = Path(__file__).parent / "rivals"

# Each watches the same thing we do: the releases that the listing names, not the whole page.
JOB = """\
name: press releases
url: {listing}
filter:
  - xpath: //a[contains(@href, "/press-releases/")]
  - html2text: {to_text}
"""


@dataclass(frozen=True, slots=True)
class Rival:
    """What differs between the two: names of options, and of the plain way to make text."""

    name: str
    jobs_option: str
    archive_option: str
    to_text: str


URLWATCH = Rival("urlwatch", "--urls", "--cache", "re")
WEBCHANGES = Rival("webchanges", "--jobs", "--database", "strip_tags")


def installed(name: str, cache: Path) -> Path:
    """Return the folder of the programs of rival `name`, installing it from its lock if need be."""
    lock = LOCKS / f"{name}.lock"
    fingerprint = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    home = cache / f"{name}-{fingerprint}"
    done = home / "installed"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "install", "--no-deps", "--require-hashes", "-r", str(lock)], check=True
        )
        done.touch()
    return home / "bin"


def command(rival: Rival, listing: str, cache: Path, work: Path) -> Command:
    """Return the call of `rival`, told to watch `listing` and to keep its state in `work`."""
    program = installed(rival.name, cache) / rival.name
    jobs, settings = work / f"{rival.name}-jobs.yaml", work / f"{rival.name}.yaml"
    jobs.write_text(JOB.format(listing=listing, to_text=rival.to_text), encoding="utf-8")
    settings.write_text("report: {stdout: {enabled: true, color: false}}\n", encoding="utf-8")
    argv = (
        str(program),
        *(rival.jobs_option, str(jobs), "--config", str(settings)),
        *(rival.archive_option, str(work / f"{rival.name}.db")),
        *("--hooks", str(work / "no-hooks.py")),
    )
    return Command(rival.name, argv, {"HOME": str(work), "PATH": os.defpath})
