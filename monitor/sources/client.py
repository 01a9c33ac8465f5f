"""The polite client: the only one who asks a server for anything.

One request is: leave from robots.txt, a turn from the pace, the exchange, and another try where
that may help. A redirect is one more such request, to an address that must be the source's own.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Lock
from typing import NamedTuple

from monitor.core.turns import is_paced
from monitor.errors import (
    ForbiddenByRobots,
    NotNow,
    RedirectedElsewhere,
    SourceError,
    TimedOut,
    TooManyRequests,
    Unreachable,
)
from monitor.sources.again import Retries, patiently
from monitor.sources.answers import Answer
from monitor.sources.body import CAP_SENT, CAP_UNPACKED, read_whole
from monitor.sources.breaker import Breaker
from monitor.sources.evidence import evidence_of, excerpt, first_bytes
from monitor.sources.hops import authority, is_ours, stays_ours
from monitor.sources.lean_httpx import httpx
from monitor.sources.ledger import Ledger, Unwritten, on_record
from monitor.sources.manners import HostManners, HostMemory, robots_are_fresh, seconds_to_wait
from monitor.sources.pace import Pace
from monitor.sources.refusals import UNSTATED_WAIT, network_failure, refusal, too_many_requests
from monitor.sources.robots import leave, readable
from monitor.sources.wire import Wire

# The whole answer, from the connection to the last byte. A page takes well under a second; half
# a minute leaves room for a slow day and still ends long before the next look (5 minutes).
ANSWER_SECONDS = 30.0

# RFC 9309 section 2.3.1.2 has robots.txt followed over five redirects; a page needs no more.
MAX_REDIRECTS = 5

# A robots.txt may ask for a pause between two requests. Up to here it is kept; past it, a look of
# two or three requests would take longer than the time between two looks, so we stay away.
LONGEST_PAUSE = 120.0

_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, text/plain;q=0.8, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class _Redirect:
    """An answer that names another address."""

    target: httpx.URL
    evidence: dict[str, str]


class _Granted(NamedTuple):
    """Leave to ask for an address: what is known of its host, and the seconds it wants between."""

    manners: HostManners
    pause: float


def _utc_now() -> datetime:
    return datetime.now(UTC)


class PoliteClient:
    """Fetches pages from one source's hosts. Safe to use from several threads; make one, keep it.

    Args:
        user_agent: who we are, `Name/version (contact)`; the contact is an address that a
            webmaster can write to or open.
        hosts: the only hosts that may be asked, as `name` or `name:port`.
        requests_per_second: the most any one host is asked, robots.txt and retries included.
        memory: what is known about a host from earlier runs, shared with other processes.
        ledger: where each request is put on record.
        clock: a clock that never goes back, in seconds; paces the requests.
        sleep: waits for a number of seconds, for the pace.
        now: the time of day in UTC; for records and for Retry-After.
        answer_seconds: the deadline for one whole answer. It is always real time.
        cap_sent: the most bytes taken from a connection for one body.
        cap_unpacked: the most bytes a body is unpacked to.
        retries: how often one request is tried.
        unstated_wait: the seconds a host is left alone that wants fewer requests and names no time.
        chance: a number from 0 to 1, another one each time; for the jitter of the pace.

    Raises:
        ValueError: a user agent without a contact, or a rate that is not above zero.
    """

    def __init__(
        self,
        user_agent: str,
        hosts: frozenset[str],
        requests_per_second: float,
        memory: HostMemory,
        *,
        ledger: Ledger | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = _utc_now,
        answer_seconds: float = ANSWER_SECONDS,
        cap_sent: int = CAP_SENT,
        cap_unpacked: int = CAP_UNPACKED,
        retries: Retries | None = None,
        unstated_wait: float = UNSTATED_WAIT,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._product = _product(user_agent)
        self._hosts = hosts
        self._memory = memory
        self._ledger = ledger or Unwritten()
        self._clock = clock
        self._now = now
        self._answer_seconds = answer_seconds
        self._caps = {"cap_sent": cap_sent, "cap_unpacked": cap_unpacked}
        self._retries = retries or Retries()
        self._unstated_wait = unstated_wait
        self._pace = Pace(
            requests_per_second, memory, clock=clock, sleep=sleep, now=now, chance=chance
        )
        self._breaker = Breaker(memory, now)
        self._robots_lock = Lock()
        self._count_lock = Lock()
        self._requests = 0
        self._http = httpx.Client(
            transport=Wire(),
            timeout=answer_seconds,
            follow_redirects=False,
            headers={"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip"},
        )

    @property
    def requests(self) -> int:
        """How many requests were made so far; robots.txt, redirects and retries count."""
        return self._requests

    def close(self) -> None:
        """Close the connections; what was gathered for the record is put there."""
        self._http.close()
        self.put_on_record()

    def put_on_record(self) -> None:
        """Put there what was gathered for the record so far."""
        self._ledger.flush()

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Answer:
        """Fetch a page, or learn that it has not changed.

        Args:
            url: an http or https address on one of the hosts.
            etag: the ETag of the copy we have; it goes out as If-None-Match.
            last_modified: the Last-Modified of that copy; it goes out as If-Modified-Since.

        Raises:
            SourceError: one of its kinds, with the evidence. `NotNow` comes without any request
                as long as the host wants to be left alone, or is at rest after many failures.
            ValueError: the address is none, or is not on one of the hosts.
        """
        start = _parsed(url)
        if not is_ours(start, self._hosts):
            raise ValueError(f"{url} is not on one of the source's hosts {sorted(self._hosts)}")
        answer = self._follow(start, _validators(etag, last_modified), self._granted)
        return replace(answer, requested=url)

    def _follow(
        self,
        start: httpx.URL,
        validators: Mapping[str, str],
        granted: Callable[[httpx.URL], _Granted],
    ) -> Answer:
        """Ask for an address, and for those it leads to."""
        here = start
        for _ in range(MAX_REDIRECTS + 1):
            step = self._step(here, validators, granted(here))
            if isinstance(step, Answer):
                return step
            if not stays_ours(here, step.target, self._hosts):
                raise _led_astray(f"{here} leads elsewhere, to {step.target}", step.evidence)
            here = step.target
        raise _led_astray(
            f"{start} leads through more than {MAX_REDIRECTS} redirects",
            {"address": str(start), "last": str(here)},
        )

    def _step(
        self, url: httpx.URL, validators: Mapping[str, str], granted: _Granted
    ) -> Answer | _Redirect:
        """Ask for one address, again where that may help, if its host may be asked at all.

        What counts for or against a host is an address that was had or not, however many tries
        that took; one that is asked whether it is back gets a single one.
        """
        host = authority(url)
        self._respect_wish(host, granted.manners)
        standing = self._breaker.admit(host, granted.manners.standing)
        retries = replace(self._retries, attempts=1) if standing.rests_until else self._retries
        try:
            step = patiently(partial(self._exchange, url, validators, granted.pause), retries)
        except SourceError as fault:
            self._breaker.told(host, standing, fault)
            raise
        self._breaker.told(host, standing, None)
        return step

    # --- One request ----------------------------------------------------------------------------

    def _exchange(
        self, url: httpx.URL, validators: Mapping[str, str], pause: float
    ) -> Answer | _Redirect:
        """Send one request when it is our turn, and take in the whole answer."""
        request = self._http.build_request("GET", url, headers=validators)
        at_once = is_paced(self._pace.interval(pause))
        with on_record(self._ledger, url, self._clock, at_once=at_once) as entry:
            with self._pace.turn(authority(url), pause):
                entry.begun(self._now(), self._clock())
                response = entry.response = self._sent(request)
            with closing(response):
                return self._taken_in(response, validators)

    def _taken_in(
        self, response: httpx.Response, validators: Mapping[str, str]
    ) -> Answer | _Redirect:
        if response.next_request is not None:
            evidence = evidence_of(response, first_bytes(response))
            return _Redirect(response.next_request.url, evidence)
        if response.status_code == 304 and validators:
            return self._answer(response, first_bytes(response))
        if response.status_code != 200:
            fault = refusal(response, self._now(), self._unstated_wait)
            raise self._noted(fault, authority(response.url))
        return self._answer(response, self._body(response))

    def _sent(self, request: httpx.Request) -> httpx.Response:
        with self._count_lock:
            self._requests += 1
        evidence = {"address": str(request.url)}
        try:
            return self._http.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.InvalidURL, UnicodeError) as error:
            # httpx looks at a Location although it is not to follow it; these are its words for
            # one that it cannot read (the last comes from idna, for a made-up "xn--" name).
            raise _led_astray(
                f"{request.url} leads to no address at all ({error})", evidence
            ) from error
        except httpx.TransportError as error:
            raise network_failure(error, evidence, self._answer_seconds) from error

    def _body(self, response: httpx.Response) -> bytes:
        try:
            return read_whole(response, **self._caps)
        except httpx.TransportError as error:
            raise network_failure(error, evidence_of(response), self._answer_seconds) from error

    def _answer(self, response: httpx.Response, body: bytes) -> Answer:
        url = str(response.url)
        return Answer(url, url, response.status_code, dict(response.headers), body, self._now())

    # --- The host's wishes ----------------------------------------------------------------------

    def _respect_wish(self, host: str, manners: HostManners) -> None:
        """Raise TooManyRequests while the host wants to be left alone."""
        wait = seconds_to_wait(manners, self._now())
        if wait > 0:
            raise too_many_requests(f"{host} was asked too often before", wait, {"address": host})

    def _noted(self, error: SourceError, host: str) -> SourceError:
        """Remember the wait that came with a refusal, for this run and the next."""
        if isinstance(error, TooManyRequests):
            self._pace.hold(host, error.retry_after)
            until = self._now() + timedelta(seconds=error.retry_after)
            self._memory.keep(host, replace(self._known(host), not_before=until))
        return error

    def _known(self, host: str) -> HostManners:
        return self._memory.recall(host) or HostManners()

    # --- robots.txt -----------------------------------------------------------------------------

    def _granted(self, url: httpx.URL) -> _Granted:
        """What is known of the host, if robots.txt lets us have the address, and its pause."""
        with self._robots_lock:
            manners = self._known(authority(url))
            if not robots_are_fresh(manners, self._now()):
                manners = self._ask_robots(url, manners)
        granted = leave(manners.robots_text, str(url), self._product)
        if granted.granted and granted.pause <= LONGEST_PAUSE:
            return _Granted(manners, granted.pause)
        raise _forbidden(url, granted.pause, manners.robots_text or "")

    def _ask_robots(self, url: httpx.URL, known: HostManners) -> HostManners:
        """Fetch robots.txt and remember it; a copy past its time serves while it cannot be had.

        RFC 9309: none there (4xx) allows everything (2.3.1.3), a failing server nothing (2.3.1.4),
        unless there is an older copy (2.4). A failure is not remembered: the next look asks again.
        """
        address = url.copy_with(raw_path=b"/robots.txt", fragment=None)
        try:
            # The pause of the copy at hand, until the new one says otherwise.
            known_pause = leave(known.robots_text, str(url), self._product).pause
            pause = min(known_pause, LONGEST_PAUSE)
            answer = self._follow(
                address, {}, lambda here: _Granted(self._known(authority(here)), pause)
            )
            text, status = readable(answer.body), answer.status
        except NotNow:
            raise
        except SourceError as error:
            status = int(error.evidence.get("status", "0"))
            if not 400 <= status <= 499:
                if known.robots_at is not None:
                    return self._known(authority(url))  # as it fares after this
                raise _unread_robots(address, error) from error
            text = None
        asked = replace(
            self._known(authority(url)),
            robots_text=text,
            robots_status=status,
            robots_at=self._now(),
        )
        self._memory.keep(authority(url), asked)
        return asked


def _product(user_agent: str) -> str:
    """Our product token (RFC 9309 section 2.2.1), the name that robots.txt would call us by."""
    if "@" not in user_agent and "://" not in user_agent:
        raise ValueError(f"the user agent {user_agent!r} names nobody whom a webmaster could ask")
    return user_agent.split("/", 1)[0].strip()


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ValueError(f"{url!r} is no address: {error}") from error


def _validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The headers of a conditional request (RFC 9110 section 13.1).

    A validator that is not plain ASCII cannot be sent back as it came; without it we get the page.
    """
    sent = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {
        name: value
        for name, value in sent.items()
        if value and value.isascii() and value.isprintable()
    }


def _led_astray(summary: str, evidence: dict[str, str]) -> RedirectedElsewhere:
    return RedirectedElsewhere(
        f"{summary}.",
        evidence=evidence,
        todo="If the site has moved for good, set ROUNDWATCH_SOURCE_URL to its new address.",
    )


def _forbidden(url: httpx.URL, pause: float, robots_text: str) -> ForbiddenByRobots:
    host = authority(url)
    wish = (
        f"wants {pause:g} s between two requests, which is too long to look at it regularly"
        if pause > LONGEST_PAUSE
        else f"forbids {url.path}"
    )
    return ForbiddenByRobots(
        f"robots.txt of {host} {wish}.",
        evidence={"address": str(url), "robots.txt": excerpt(robots_text.encode())},
        todo=f"Ask the webmaster of {host}, naming our user agent. robots.txt is read again "
        "within a day.",
    )


def _unread_robots(address: httpx.URL, error: SourceError) -> SourceError:
    """What to raise when robots.txt cannot be had: nothing may be fetched then.

    A server that cannot be reached at all is called just that: "forbidden" would send people
    looking for a rule that nobody made.
    """
    if isinstance(error, Unreachable | TimedOut):
        return error
    return ForbiddenByRobots(
        f"robots.txt could not be read, so nothing may be fetched: {error.summary}",
        evidence=error.evidence | {"cause": error.kind},
        todo=f"Nothing, if it passes; otherwise look at {address} in a browser.",
    )
