"""A host that fails again and again is left alone for a while: the circuit breaker's doors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.core.outages import WELL, Admission, Standing, admission, after_failure, on_trial
from monitor.errors import Forbidden, HostAtRest, ServerFault, SourceError, TimedOut, Unreachable
from monitor.sources.manners import HostMemory

_FAILURES = (Unreachable, TimedOut, ServerFault, Forbidden)
"""What counts against a host. Being refused does: the walls of content networks answer 403, and
those who keep knocking are kept out for longer. "Later, please" does not, as it names its own
time; nor does a page that is gone or odd, since a host that says so is up."""


class Breaker:
    """Says whether a host may be asked, and remembers how that went.

    Args:
        memory: where the standing of hosts is kept.
        now: the time of day in UTC.
    """

    def __init__(self, memory: HostMemory, now: Callable[[], datetime]) -> None:
        self._memory = memory
        self._now = now

    def admit(self, host: str, standing: Standing) -> Standing:
        """Let a request through, or the one that tries whether the host is back.

        Returns:
            The standing it goes out under, to be handed to `told`. `rests_until` is set for the
            one that tries.

        Raises:
            HostAtRest: the host is left alone.
        """
        now = self._now()
        door = admission(standing, now)
        if door is Admission.OPEN:
            return standing
        trial = on_trial(standing, now)
        if door is Admission.TRIAL and self._memory.change_standing(host, standing, trial):
            return trial
        raise _at_rest(host, standing if door is Admission.RESTING else trial, now)

    def told(self, host: str, standing: Standing, fault: SourceError | None) -> None:
        """Remember how a request went that was let through under this standing."""
        if isinstance(fault, _FAILURES):
            self._memory.change_standing(host, standing, after_failure(standing, self._now()))
        elif standing != WELL:
            self._memory.change_standing(host, standing, WELL)


def _at_rest(host: str, standing: Standing, now: datetime) -> HostAtRest:
    until = standing.rests_until or now
    return HostAtRest(
        f"{host} has failed {standing.failures} times in a row and is left alone "
        f"until {until:%Y-%m-%d %H:%M:%S} UTC.",
        retry_after=(until - now).total_seconds(),
        evidence={"address": host, "failures": str(standing.failures)},
        todo="Nothing: it is asked again by itself then. What it failed with is on record: "
        "`roundwatch issues`, `roundwatch requests`.",
    )
