"""A line to a server on loopback that can be cut, fall silent, and be mended.

    with cutting_line(server.port) as line:
        ...  # connect to 127.0.0.1, line.port
        line.cut()      # every connection is reset, and none is taken
        line.mend()
        line.silence()  # bytes are swallowed both ways, and nobody is told
        line.mend()     # what was silent is reset, as by a router that has forgotten it

Its own kernel still answers for a silent connection, as that of a load balancer that hangs does:
what a cable without a plug is like, only `tests.servers.apart` can show.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

LOOPBACK = "127.0.0.1"
AT_A_TIME = 65536


class Line:
    """What goes to a port of its own goes to a server's, and back.

    Args:
        to: the server's port.
    """

    def __init__(self, to: int) -> None:
        self._to = to
        self._listener = socket.create_server((LOOPBACK, 0), backlog=100)
        self.port = int(self._listener.getsockname()[1])
        self._is_cut = False
        self._speaks = True
        self._ends: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._done = asyncio.Event()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(self._serve(),), daemon=True
        )
        self._thread.start()

    def cut(self) -> None:
        """Reset every connection, and each new one."""
        self._is_cut = True
        self._do(self._reset)

    def silence(self) -> None:
        """Swallow what comes, from both sides."""
        self._speaks = False

    def mend(self) -> None:
        """Carry again what comes over new connections; those that were silent are reset."""
        if not self._speaks:
            self._do(self._reset)
        self._is_cut, self._speaks = False, True

    def close(self) -> None:
        """End the line."""
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(10)
        self._loop.close()

    def _do(self, act: object) -> None:
        assert callable(act)
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (act(), done.set()))
        assert done.wait(10)

    def _reset(self) -> None:
        for end in self._ends:
            _hang_up(end)

    async def _serve(self) -> None:
        serving = await asyncio.start_server(self._carry, sock=self._listener)
        await self._done.wait()
        serving.close()
        self._reset()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            _hang_up(writer)
            return
        try:
            there, back = await asyncio.open_connection(LOOPBACK, self._to)
        except OSError:
            _hang_up(writer)
            return
        ends = {writer, back}
        self._ends |= ends
        try:
            await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer))
        finally:
            self._ends -= ends
            for end in ends:
                end.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(AT_A_TIME):
                if self._speaks:
                    writer.write(piece)
                    await writer.drain()
        writer.close()


def _hang_up(end: asyncio.StreamWriter) -> None:
    """Reset a connection, so that the other side hears of it at once."""
    link = end.get_extra_info("socket")
    with contextlib.suppress(OSError):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.transport.abort()


@contextlib.contextmanager
def cutting_line(to: int) -> Iterator[Line]:
    """A line for the length of a block."""
    line = Line(to)
    try:
        yield line
    finally:
        line.close()
