"""The command `roundwatch` as real processes, and what to do to them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.faults.server import Behaviour, Stage

ROOT = Path(__file__).parents[2]
MAIN = "from monitor.entrypoints.cli import main; main()"


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code (negative: the signal), and what it said."""

    code: int
    said: str
    complained: str


class Roundwatch:
    """The command, with settings of its own and nothing of the machine's.

    Args:
        folder: its working directory and home.
        settings: names without the prefix.
        before: Python to run first in each process, for faults that only the inside can bring.
    """

    def __init__(self, folder: Path, before: str = "", **settings: object) -> None:
        self._folder = folder
        self._program = f"{before}\n{MAIN}"
        own = {f"ROUNDWATCH_{name.upper()}": str(value) for name, value in settings.items()}
        clean = {k: v for k, v in os.environ.items() if not k.startswith("ROUNDWATCH_")}
        self._environment: Mapping[str, str] = {
            **clean,
            **own,
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "NO_PROXY": "*",
        }

    def start(
        self, *words: str, log: Path | None = None, before: tuple[str, ...] = ()
    ) -> subprocess.Popen[str]:
        """Start a command.

        Args:
            words: the command line.
            log: a file for all that it says; a pipe would fill up where nobody reads it.
            before: a program that runs it, with its words.
        """
        with log.open("ab") if log else nullcontext(subprocess.PIPE) as said:
            return subprocess.Popen(
                [*before, sys.executable, "-c", self._program, *words],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT if log else subprocess.PIPE,
                text=True,
            )

    def run(self, *words: str) -> Ended:
        """Run a command to its end."""
        return ended(self.start(*words))


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for a process to end."""
    with process:
        try:
            said, complained = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return Ended(process.returncode, said, complained)


@dataclass(frozen=True)
class Meanwhile:
    """Does something while a request waits for its answer, or right after it was answered."""

    behaviour: Behaviour
    before: Callable[[], None] | None = None
    after: Callable[[], None] | None = None

    def play(self, stage: Stage) -> bool:
        if self.before:
            self.before()
        stays = self.behaviour.play(stage)
        if self.after:
            self.after()
        return stays
