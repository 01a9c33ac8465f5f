"""Which error an answer that is no page stands for."""

from __future__ import annotations

from datetime import datetime

from monitor.errors import (
    Forbidden,
    Gone,
    OddStatus,
    ServerFault,
    SourceError,
    TimedOut,
    TooManyRequests,
    Unreachable,
)
from monitor.sources.evidence import evidence_of, first_bytes
from monitor.sources.lean_httpx import httpx
from monitor.sources.manners import retry_after

UNSTATED_WAIT = 60.0
"""Seconds a host is left alone that wants fewer requests and does not say when to come back."""


def refusal(response: httpx.Response, now: datetime, unstated_wait: float) -> SourceError:
    """The error for an answer that is neither a page, nor "not modified", nor a redirect.

    Args:
        response: the answer; the beginning of its body is read for the evidence.
        now: the time that a Retry-After date is counted from.
        unstated_wait: the seconds to wait where the server wants fewer requests and names no time.
    """
    from monitor.core.walls import network_of  # looks without a refusal are spared its loading

    body = first_bytes(response)
    evidence = evidence_of(response, body)
    status, said = response.status_code, f"{response.url} answered {response.status_code}"
    if network := network_of(response.headers, body.decode("utf-8", errors="replace")):
        evidence["network"] = network
        said += f", a wall of {network}"
    wait = retry_after(response.headers.get("retry-after"), now)
    if status == 429 and wait is None:
        unstated = f"{said}: too many requests, and does not say until when"
        return too_many_requests(unstated, unstated_wait, evidence)
    if wait is not None and status in (429, 503):
        return too_many_requests(f"{said}: too many requests", wait, evidence)
    if status in (401, 403, 451):
        return Forbidden(
            f"{said}: we are not wanted there.",
            evidence=evidence,
            todo="Open the address in a browser. If it works there, the site turns programs "
            "away: ask its webmaster, naming our user agent.",
        )
    if status in (404, 410):
        return Gone(
            f"{said}: there is no such page.",
            evidence=evidence,
            todo="If this is the listing, it has moved: set ROUNDWATCH_SOURCE_URL, or see the "
            "runbook in CONTRIBUTING.md.",
        )
    if status >= 500:
        return ServerFault(
            f"{said}: the server failed.",
            evidence=evidence,
            todo="Nothing; the next look tries again.",
        )
    return OddStatus(
        f"{said}, which is no page.",
        evidence=evidence,
        todo="Open the address in a browser and see what stands there now.",
    )


def too_many_requests(summary: str, wait: float, evidence: dict[str, str]) -> TooManyRequests:
    """The error for "later, please".

    Args:
        summary: what was said, without a full stop.
        wait: the seconds to wait.
        evidence: what was seen.
    """
    return TooManyRequests(
        f"{summary}; it is left alone for {wait:.0f} s.",
        retry_after=wait,
        evidence=evidence,
        todo="Wait. If it comes back often, lower ROUNDWATCH_MAX_REQUESTS_PER_SECOND.",
    )


def network_failure(
    error: httpx.TransportError, evidence: dict[str, str], deadline: float
) -> SourceError:
    """The error for a connection that failed.

    Args:
        error: what httpx said.
        evidence: what was seen until then; at least the address.
        deadline: the seconds the whole answer was allowed.
    """
    cause = str(error).rstrip(".")
    evidence = evidence | {"cause": cause}
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(
            f"{evidence['address']} gave no whole answer within {deadline:g} s ({cause}).",
            evidence=evidence,
            todo="Nothing, if it passes. If not, see whether a browser on this machine gets "
            "the page.",
        )
    return Unreachable(
        f"The connection to {evidence['address']} failed ({cause}).",
        evidence=evidence,
        todo="See whether this machine has a connection, and whether the address is right.",
    )
