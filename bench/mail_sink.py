"""Where the benched mail goes: postfix's smtp-sink, and a way to it that takes its time."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"
PLACES = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
"""Debian puts the two programs where a person's PATH may not look."""


def tool(name: str) -> str:
    """The path of smtp-sink or smtp-source.

    Raises:
        RuntimeError: it is not installed.
    """
    found = shutil.which(name, path=PLACES)
    if found is None:
        raise RuntimeError(f"{name} is not here: as root, setup/bench.sh installs it")
    return found


class Sink:
    """A running smtp-sink. It takes every message and forgets it."""

    def __init__(self, port: int, counts: Path) -> None:
        self.port = port
        self._counts = counts

    def taken(self) -> int:
        """How many messages it has taken so far, by its own count."""
        time.sleep(0.3)  # it writes the count after each message, through a buffer of the system
        found = re.findall(rb"mesg=(\d+)", self._counts.read_bytes()[-200:])
        return int(found[-1]) if found else 0


@contextmanager
def sink() -> Iterator[Sink]:
    """Run an smtp-sink on loopback for the length of a block."""
    port = _free_port()
    # As root it wants to be somebody else.
    who = ["-u", "nobody"] if os.geteuid() == 0 else []
    argv = [tool("smtp-sink"), *who, "-c", f"{LOOPBACK}:{port}", "1000"]
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "counts").open("wb") as counts:
        process = subprocess.Popen(argv, stdout=counts)
        try:
            _wait_for(port)
            yield Sink(port, Path(folder) / "counts")
        finally:
            process.terminate()
            process.wait()


@contextmanager
def far_away(port: int, round_trip: float) -> Iterator[int]:
    """A way to `port` on which a round trip takes so many seconds; yields the port to use."""
    loop = asyncio.new_event_loop()
    listener = socket.create_server((LOOPBACK, 0), backlog=100)
    stop = asyncio.Event()
    thread = threading.Thread(
        target=loop.run_until_complete, args=(_relay(listener, port, round_trip / 2, stop),)
    )
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


async def _relay(listener: socket.socket, port: int, delay: float, stop: asyncio.Event) -> None:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(LOOPBACK, port)
        with suppress(OSError):
            await asyncio.gather(_carry(reader, back, delay), _carry(there, writer, delay))

    server = await asyncio.start_server(meet, sock=listener)
    await stop.wait()
    server.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Hand on what comes, each piece so much later; the pieces do not wait for one another."""
    loop = asyncio.get_running_loop()
    while piece := await reader.read(65536):
        loop.call_later(delay, writer.write, piece)
    loop.call_later(delay, writer.close)


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as free:
        return int(free.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        with suppress(OSError), socket.create_connection((LOOPBACK, port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("smtp-sink did not start")
