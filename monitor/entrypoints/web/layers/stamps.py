"""The archive's stamp, for many who ask at once: one look serves all that came before it began."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fastapi.concurrency import run_in_threadpool


class Stamps:
    """Tells the stamp of the archive as it was asked for, or later.

    Args:
        look: reads the stamp; it may wait for a database.
    """

    def __init__(self, look: Callable[[], str]) -> None:
        self._look = look
        self._running: asyncio.Task[str] | None = None
        self._next: asyncio.Task[str] | None = None

    async def now(self) -> str:
        """The stamp.

        Raises:
            StorageError: the archive cannot be read.
        """
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running))
        return await asyncio.shield(self._next)

    async def _after(self, running: asyncio.Task[str] | None) -> str:
        """Look, once the look that has begun is over: it may not have seen the latest."""
        if running is not None:
            await asyncio.wait([running])
        self._running, self._next = self._next, None
        return await run_in_threadpool(self._look)
