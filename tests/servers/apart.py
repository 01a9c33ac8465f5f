"""Processes on the far side of a cable that can be pulled: a network namespace of their own.

    with apart() as cable:
        ...  # a server that listens at cable.here; a process started with cable.there before it
        cable.pull()   # nothing arrives any more, and nobody is told
        cable.plug()

Takes root and Linux (`ip`, `unshare`, `nsenter`); `CannotBeApart` says why where it does not work.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

HERE, THERE, NETWORK = "169.254.77.1", "169.254.77.2", "169.254.77.0/30"


class CannotBeApart(Exception):
    """No namespace can be made here; says why."""


@dataclass(frozen=True)
class Cable:
    """Between this machine (at `here`) and processes that `there` is put before."""

    near: str
    here: str
    network: str
    there: tuple[str, ...]

    def pull(self) -> None:
        """Have it carry nothing."""
        _run("ip", "link", "set", self.near, "down")

    def plug(self) -> None:
        """Have it carry again."""
        _run("ip", "link", "set", self.near, "up")


@contextlib.contextmanager
def apart() -> Iterator[Cable]:
    """A cable for the length of a block. It goes with the process that holds its other end.

    Raises:
        CannotBeApart: we are not root, or something is missing.
    """
    if os.geteuid() != 0:
        raise CannotBeApart("only root may make a network namespace")
    if missing := [each for each in ("ip", "unshare", "nsenter") if not shutil.which(each)]:
        raise CannotBeApart(f"there is no {missing[0]}")
    near, far = f"rw{os.getpid()}n", f"rw{os.getpid()}f"
    # It ends when the tests do: nobody holds the other end of its pipe then.
    with subprocess.Popen(
        ["unshare", "--net", "sh", "-c", "echo ready; read -r never"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        there = ("nsenter", f"--net=/proc/{holder.pid}/ns/net", "--")
        try:
            _run("ip", "link", "add", near, "type", "veth", "peer", "name", far)
            _run("ip", "link", "set", far, "netns", str(holder.pid))
            _run("ip", "addr", "add", f"{HERE}/30", "dev", near)
            _run("ip", "link", "set", near, "up")
            _run(*there, "ip", "link", "set", "lo", "up")
            _run(*there, "ip", "addr", "add", f"{THERE}/30", "dev", far)
            _run(*there, "ip", "link", "set", far, "up")
            yield Cable(near, HERE, NETWORK, there)
        finally:
            holder.kill()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode:
        raise CannotBeApart(f"{' '.join(command)}: {done.stderr.strip()}")
