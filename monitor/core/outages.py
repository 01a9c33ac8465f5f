"""How long a host is left alone that fails, one time after the other (a circuit breaker)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

IN_A_ROW = 5
"""So many failures with no answer between, and the host rests. One look at a dead source makes two
(the listing and the feed), so its first two looks still name what is wrong."""

FIRST_REST = timedelta(minutes=5)
LONGEST_REST = timedelta(hours=1)
"""A readout must not be missed for longer, once the host is well."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a host has fared of late.

    Attributes:
        failures: how often in a row it failed.
        rests_until: until when it is left alone for that (UTC).
    """

    failures: int = 0
    rests_until: datetime | None = None


WELL = Standing()
"""The standing of a host that answers, or was never asked."""


class Admission(Enum):
    """Whether a host may be asked: as usual, not at all, or once, to see whether it is back."""

    OPEN = "open"
    RESTING = "resting"
    TRIAL = "trial"


def admission(standing: Standing, now: datetime) -> Admission:
    """Whether a host of this standing may be asked.

    A rest longer than the longest was set by a clock that has gone back since: it is over.
    """
    if standing.rests_until is None:
        return Admission.OPEN
    left = standing.rests_until - now
    return Admission.RESTING if timedelta(0) < left <= LONGEST_REST else Admission.TRIAL


def after_failure(standing: Standing, now: datetime) -> Standing:
    """The standing of a host that failed once more."""
    failures = standing.failures + 1
    if failures < IN_A_ROW:
        return Standing(failures)
    # Past ten doublings nothing grows any more, and 2**n would.
    doublings = min(failures - IN_A_ROW, 10)
    return Standing(failures, now + min(FIRST_REST * 2**doublings, LONGEST_REST))


def on_trial(standing: Standing, now: datetime) -> Standing:
    """The standing while one request is let through: everybody else is still kept away.

    Whoever made that request may be killed; then the next one has its turn a first rest later.
    """
    return Standing(standing.failures, now + FIRST_REST)
