"""Trying again: how often, after how long, and after which failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from monitor.errors import ServerFault, SourceError, TooManyRequests, Unreachable

T = TypeVar("T")

# A Retry-After up to here is waited out on the spot. Past it the process has better things to do:
# the host is left alone until then, and the next look comes by itself.
LONGEST_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Retries:
    """How often one request is tried, and the seconds between.

    Three tries: a hiccup is over by the third, and a server that is really down is asked again at
    the next poll. The wait doubles from `wait_initial` and gets up to `wait_jitter` on top, so
    that many clients set back by one failure do not return together.
    """

    attempts: int = 3
    wait_initial: float = 1.0
    wait_max: float = 10.0
    wait_jitter: float = 1.0


def worth_another_try(error: Exception) -> bool:
    """Whether the same request may do better in a moment.

    A time-out is not: it has cost its whole deadline already, and a server that cannot answer in
    time is not helped by being asked three times.
    """
    if isinstance(error, TooManyRequests):
        return error.retry_after <= LONGEST_WAIT
    return isinstance(error, Unreachable | ServerFault)


def patiently(ask: Callable[[], T], retries: Retries) -> T:
    """Ask, and after a failure that may pass, ask again.

    Raises:
        SourceError: the last failure, its evidence telling how many attempts there were.
    """
    try:
        return ask()
    except SourceError as error:
        if retries.attempts < 2 or not worth_another_try(error):
            raise
        return _again(ask, error, retries)


def _again(ask: Callable[[], T], first: SourceError, retries: Retries) -> T:
    # Imported here, after a first failure: 7 ms and 1 MB that a poll without trouble is spared.
    import stamina

    # Its default hooks load structlog or prometheus where they are installed, and log the error
    # with its address, tokens included. What we have to say stands in the evidence.
    stamina.instrumentation.set_on_retry_hooks(())
    attempts = 1
    try:
        for attempt in stamina.retry_context(
            on=_another_wait,
            attempts=retries.attempts,
            timeout=None,
            wait_initial=retries.wait_initial,
            wait_max=retries.wait_max,
            wait_jitter=retries.wait_jitter,
        ):
            with attempt:
                attempts = attempt.num
                if attempt.num == 1:
                    raise first
                return ask()
    except SourceError as error:
        error.evidence["attempts"] = str(attempts)
        raise
    raise AssertionError("a retry context ends in a return or an error")


def _another_wait(error: Exception) -> bool | float:
    """Stamina's question after a failure: again or not, or again after this many seconds.

    Where the server named the wait, the host's pace already holds the next request back for
    exactly that long, so nothing is added here.
    """
    if isinstance(error, TooManyRequests):
        return 0.0 if worth_another_try(error) else False
    return worth_another_try(error)
