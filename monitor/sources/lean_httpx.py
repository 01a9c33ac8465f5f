"""The one place where httpx and httpcore are imported: lean, with their loggers turned down.

Importing httpx also imports its command line (`httpx._main`) wherever click, rich and pygments
happen to be installed, and rich is one of our own dependencies. Measured on Python 3.11 with
httpx 0.28: 40 ms of CPU and 6 MB for a command that we never run, which is a third of what one
unchanged poll may cost. httpx falls back to a stub of its own when that import fails, so it is
made to fail, and only while httpx itself is being imported: the module stays importable later.
The same goes for anyio, which only the asynchronous half of httpcore needs: 2 MB.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _not_importable(name: str) -> Iterator[None]:
    """Make `import name` fail inside the block, unless it has been imported already."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how the import system is told "no"
    try:
        yield
    finally:
        del sys.modules[name]


with _not_importable("httpx._main"), _not_importable("anyio"):
    import httpcore
    import httpx

__all__ = ["httpcore", "httpx"]

# Both log whole addresses, tokens included: httpx at INFO, httpcore at DEBUG.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)
