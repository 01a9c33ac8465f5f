"""Servers that are not ours to hold: stopped even when the tests are killed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path


def stopper(folder: Path, command: list[str]) -> Callable[[], None]:
    """Return what stops a server by a command and removes its folder.

    A process of its own does both once nobody holds the other end of its pipe: so also when the
    tests are killed, and no server is left behind.
    """
    watcher = subprocess.Popen(
        ["sh", "-c", 'read -r never; "$@"; rm -rf "$0"', str(folder), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )

    def stop() -> None:
        watcher.communicate(timeout=60)

    return stop
