"""The service as the processes of several machines, in quick time; each can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent

PARTS: Mapping[str, str] = {
    "schedule 1": "schedule",
    "schedule 2": "schedule",
    "worker 1": "worker",
    "worker 2": "worker",
    "worker 3": "worker",
    "pages": "serve",
}
SPARED = ("schedule 1", "worker 1", "pages")
"""They live from the beginning to the end, so that it shows whether they grow."""


class Crew:
    """The processes by their names.

    Args:
        folder: where each has its log.
        began: when quick time began to run, in seconds since 1970.
        environment: the settings.
    """

    def __init__(self, folder: Path, began: float, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._began = began
        clean = {k: v for k, v in os.environ.items() if not k.startswith("ROUNDWATCH_")}
        self._environment = {**clean, **environment}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start a process."""
        argv = [sys.executable, "-m", "bench.quick", PARTS[name], str(self._began)]
        with self.log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                argv, cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )

    def kill(self, name: str) -> None:
        """Kill a process as `kill -9` does."""
        self._running[name].kill()
        self._running[name].wait()

    def pid(self, name: str) -> int:
        """The number of the process that has a name now."""
        return self._running[name].pid

    def fallen(self) -> list[str]:
        """Those that have ended by themselves."""
        return [name for name, each in self._running.items() if each.poll() not in {None, -9}]

    def log(self, name: str) -> Path:
        """Where a process says what it does."""
        return self._folder / f"{name}.log"

    def end(self) -> None:
        """Ask all of them to end; who takes longer than ten seconds is killed."""
        for each in self._running.values():
            each.terminate()
        for each in self._running.values():
            try:
                each.wait(10)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()


@contextmanager
def crew(folder: Path, began: float, environment: Mapping[str, str]) -> Iterator[Crew]:
    """All of them for the length of a block."""
    made = Crew(folder, began, environment)
    try:
        for name in PARTS:
            made.start(name)
        yield made
    finally:
        made.end()
