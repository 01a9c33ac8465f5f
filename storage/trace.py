"""By which id the work at hand can be followed: from a look to the mail it led to.

The id goes along with the flow of control (PEP 567), so that nothing has to hand it on: whoever
opens a look, files a digest, queues a letter or puts in a job writes it down. A new thread begins
without one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_AT_HAND: ContextVar[str | None] = ContextVar("trace", default=None)


def current() -> str | None:
    """The id of the work at hand, if it has one."""
    return _AT_HAND.get()


@contextmanager
def following(trace: str) -> Iterator[None]:
    """A block whose work is followed by an id."""
    before = _AT_HAND.set(trace)
    try:
        yield
    finally:
        _AT_HAND.reset(before)
