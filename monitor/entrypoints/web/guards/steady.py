"""An answer that takes the same time whatever there was to do, so that the time tells nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from math import floor

from fastapi.concurrency import run_in_threadpool

MOMENT = 0.25
"""Seconds after which the answer is given; or a multiple of it where the work takes longer."""


async def steadily(work: Callable[[], None], moment: float = MOMENT) -> None:
    """Do the work, then wait for the next fixed moment since the beginning.

    Args:
        work: what is to be done; what it raises is raised at that moment too.
        moment: seconds.
    """
    begun = time.monotonic()
    try:
        await run_in_threadpool(work)
    finally:
        taken = time.monotonic() - begun
        await asyncio.sleep((floor(taken / moment) + 1) * moment - taken)
