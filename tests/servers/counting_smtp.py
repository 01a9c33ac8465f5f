"""A mail server that counts what it takes and misbehaves on request, by the recipient's domain.

    with counting_server() as server:
        ...  # hand mail to 127.0.0.1, server.port
        assert server.accepted == [("<digest-1.1@example.org>", "a@plain.example")]

As a process of its own, for a test that kills the sender (it ends when its parent does):

    python -m tests.servers.counting_smtp --port-file F --log F [--per-connection 100] ...

The log gets a line `Message-ID recipient` for each message, written right before the yes.

What a domain below `.example` does, by its name (any other takes everything):

| domain | does |
|---|---|
| `450-420`, `421`, `451-430`, `452-453`, `550-511` ... | answers RCPT with that code and status |
| the same with `-at-data` or `-at-end` | answers DATA, or the message's end, so |
| `greylist` | `450 4.2.0` at RCPT |
| `drop-before` | closes after DATA, before the message |
| `drop-after` | takes the message, and closes without a word |
| `drop-lost` | hears the message's end, does not take it, and closes without a word |
| `slow` | takes a minute for each answer after RCPT |

What may pass (4xx, and every drop) happens to each recipient's first `passing` tries; then the mail
is taken. 5xx stays. After 421 the connection is closed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LOOPBACK = "127.0.0.1"
LONGEST = 16_000_000
"""Bytes of a line or a message."""

_REFUSAL = re.compile(r"([45]\d\d)(?:-(\d)(\d)(\d+))?(?:-at-(data|end))?")
_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"<([^>]*)>")


@dataclass
class CountingServer:
    """The server's wishes, and what it saw.

    Args:
        pipelining: whether it offers PIPELINING.
        per_connection: messages after which it answers MAIL with 421 and closes; None: no end.
        passing: tries of a recipient that meet what may pass.
        minute: seconds that a minute takes.
        closed: while set, every connection is greeted with 421.
        log: where a line is written for each message taken.
    """

    pipelining: bool = True
    per_connection: int | None = None
    passing: int = 1
    minute: float = 60.0
    closed: bool = False
    log: Path | None = None
    port: int = 0
    accepted: list[tuple[str, str]] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    open_now: int = 0
    most_open: int = 0
    _log: int | None = None

    def take(self, content: bytes, recipient: str) -> None:
        """Count a message; it is on record when this returns."""
        found = _MESSAGE_ID.search(content)
        message_id = found[1].decode("ascii", "replace") if found else "?"
        self.accepted.append((message_id, recipient))
        if self._log is None and self.log is not None:
            self._log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if self._log is not None:
            os.write(self._log, f"{message_id} {recipient}\n".encode())

    def forget_log(self) -> None:
        """Close the log."""
        if self._log is not None:
            os.close(self._log)
            self._log = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            await _Conversation(self, reader, writer).hold()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, _HangUp):
            pass
        finally:
            self.open_now -= 1
            writer.close()


class _HangUp(Exception):
    """The server closes this connection now."""


class _Conversation:
    def __init__(
        self, server: CountingServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server = server
        self.reader = reader
        self.writer = writer
        self.messages = 0
        self.sender = False
        self.recipients: list[str] = []

    async def hold(self) -> None:
        if self.server.closed:
            await self.say("421 4.3.2 closed for today")
            return
        await self.say("220 counting.example ESMTP")
        while True:
            line = (await self.reader.readuntil(b"\n")).decode("utf-8", "replace").strip()
            verb = line[:4].upper()
            await getattr(self, f"on_{verb.lower()}", self.on_other)(line)

    async def say(self, answer: str) -> None:
        if any(each.partition("@")[2] == "slow.example" for each in self.recipients):
            await asyncio.sleep(self.server.minute)
        self.writer.write(answer.encode() + b"\r\n")
        if answer.startswith(("421", "221")):
            raise _HangUp
        await self.writer.drain()

    async def on_ehlo(self, line: str) -> None:
        offers = ["SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"]
        offers += ["PIPELINING"] if self.server.pipelining else []
        lines = ["counting.example", *offers]
        text = "\r\n".join(f"250-{each}" for each in lines[:-1])
        await self.say(f"{text}\r\n250 {lines[-1]}")

    async def on_other(self, line: str) -> None:
        await self.say("502 5.5.1 not known here")

    async def on_noop(self, line: str) -> None:
        await self.say("250 2.0.0 well")

    async def on_rset(self, line: str) -> None:
        self.sender, self.recipients = False, []
        await self.say("250 2.0.0 forgotten")

    async def on_quit(self, line: str) -> None:
        await self.say("221 2.0.0 bye")

    async def on_mail(self, line: str) -> None:
        if self.messages == self.server.per_connection:
            await self.say("421 4.7.0 enough on one connection")
        if self.sender:
            await self.say("503 5.5.1 one sender at a time")
            return
        self.sender = True
        await self.say("250 2.1.0 ok")

    async def on_rcpt(self, line: str) -> None:
        found = _ADDRESS.search(line)
        if not self.sender or not found:
            await self.say("503 5.5.1 from whom, to whom?")
            return
        recipient = found[1]
        self.server.tries[recipient] += 1
        refusal = self.refusal(recipient, "rcpt")
        if refusal is None:
            self.recipients.append(recipient)
        await self.say(refusal or "250 2.1.5 ok")

    async def on_data(self, line: str) -> None:
        if not self.recipients:
            await self.say("503 5.5.1 to whom?" if not self.sender else "554 5.5.1 to nobody")
            return
        refusal = self.any_refusal("data")
        if refusal is not None:
            await self.say(refusal)
            return
        await self.say("354 go on")
        if any(self.misbehaves(each, "drop-before") for each in self.recipients):
            raise _HangUp
        content = await self.message()
        await self.end(content)

    async def message(self) -> bytes:
        """Up to the final dot, as it came."""
        beginning = await self.reader.readexactly(3)
        if beginning == b".\r\n":
            return b""
        return beginning + (await self.reader.readuntil(b"\r\n.\r\n"))[:-3]

    async def end(self, content: bytes) -> None:
        recipients = self.recipients
        refusal = self.any_refusal("end")
        if any(self.misbehaves(each, "drop-lost") for each in recipients):
            raise _HangUp
        if refusal is None:
            for each in recipients:
                self.server.take(content, each)
        if any(self.misbehaves(each, "drop-after") for each in recipients):
            raise _HangUp
        self.messages += 1
        self.sender = False
        await self.say(refusal or "250 2.0.0 taken")
        self.recipients = []

    def any_refusal(self, step: str) -> str | None:
        found = (self.refusal(each, step) for each in self.recipients)
        return next((each for each in found if each), None)

    def refusal(self, recipient: str, step: str) -> str | None:
        """The no of this recipient's domain at this step, if it is to be said now."""
        name = recipient.partition("@")[2].removesuffix(".example")
        found = _REFUSAL.fullmatch("450-420" if name == "greylist" else name)
        if found is None or (found[5] or "rcpt") != step:
            return None
        if found[1].startswith("4") and self.server.tries[recipient] > self.server.passing:
            return None
        status = f" {found[2]}.{found[3]}.{found[4]}" if found[2] else ""
        return f"{found[1]}{status} as {name} says"

    def misbehaves(self, recipient: str, how: str) -> bool:
        is_named = recipient.partition("@")[2] == f"{how}.example"
        return is_named and self.server.tries[recipient] <= self.server.passing


@contextlib.contextmanager
def counting_server(
    *,
    pipelining: bool = True,
    per_connection: int | None = None,
    passing: int = 1,
    minute: float = 60.0,
    log: Path | None = None,
) -> Iterator[CountingServer]:
    """Serve in a thread of this process; see `CountingServer`."""
    listener = socket.create_server((LOOPBACK, 0), backlog=100)
    server = CountingServer(pipelining, per_connection, passing, minute, log=log)
    server.port = listener.getsockname()[1]
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(
        target=loop.run_until_complete, args=(_until(stop, server, listener),), daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
        server.forget_log()


async def _until(stop: asyncio.Event, server: CountingServer, listener: socket.socket) -> None:
    serving = await asyncio.start_server(server.serve, sock=listener, limit=LONGEST)
    await stop.wait()
    serving.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _with_parent(stop: asyncio.Event) -> None:
    """End when the process that started this one is gone."""
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(0.5)
    stop.set()


async def _as_process(server: CountingServer, port_file: Path, port: int) -> None:
    listener = socket.create_server((LOOPBACK, port), backlog=100)
    stop = asyncio.Event()
    watching = asyncio.create_task(_with_parent(stop))  # kept, or it would be forgotten
    draft = port_file.with_suffix(".tmp")
    draft.write_text(str(listener.getsockname()[1]))
    draft.replace(port_file)
    await _until(stop, server, listener)
    assert watching.done()


def _main() -> None:
    parser = argparse.ArgumentParser(description="A mail server that counts, for tests.")
    parser.add_argument("--port-file", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0, help="Any that is free, by default.")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--no-pipelining", action="store_true")
    parser.add_argument("--per-connection", type=int)
    parser.add_argument("--passing", type=int, default=1)
    parser.add_argument("--minute", type=float, default=60.0)
    chosen = parser.parse_args()
    server = CountingServer(
        pipelining=not chosen.no_pipelining,
        per_connection=chosen.per_connection,
        passing=chosen.passing,
        minute=chosen.minute,
        log=chosen.log,
    )
    asyncio.run(_as_process(server, chosen.port_file, chosen.port))


if __name__ == "__main__":
    _main()
