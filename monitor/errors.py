"""Everything that can go wrong, drawn as a tree.

    RoundwatchError                 what, why, what to do; `kind` names it in the list of issues
    ├── SettingsError               exit 2: every fault of the settings at once
    ├── UsageError                  exit 2: the command's words are off
    ├── NotFound                    exit 1: no such round, not a readout
    ├── TokenRefused                exit 1: a link of a mail that does not count; `kind` says why
    │   ├── TokenBroken             not whole, not signed by us, or signed for something else
    │   ├── TokenExpired            its time is over
    │   └── TokenSuperseded         of a mail to an address that the reader has left, or erased
    ├── ChoiceRefused               exit 2: `faults` says which preferences cannot be kept, and why
    ├── ReaderHasGone               exit 1: unsubscribed or suppressed, and not asked back
    ├── AddressTaken                exit 1: another reader has the address
    ├── ReportedAsSpam              exit 1: our mail was; only the operator can lift that
    ├── SourceError                 exit 3: the page could not be had
    │   ├── Unreachable             no connection, the name not resolved, the connection cut
    │   ├── TimedOut                no answer in time, or a body that drips past the deadline
    │   ├── Forbidden               403, 401, 451: we are not wanted
    │   ├── ForbiddenByRobots       robots.txt says no, or could not be read
    │   ├── Gone                    404, 410
    │   ├── NotNow                  the host is to be left alone for `retry_after` seconds
    │   │   ├── TooManyRequests     429 (and 503 with Retry-After), or too soon after one
    │   │   └── HostAtRest          it failed too often in a row; nothing was asked
    │   ├── ServerFault             any other 5xx
    │   ├── OddStatus               any other status that is no page
    │   ├── RedirectedElsewhere     a redirect that leaves the source's hosts, or never ends
    │   ├── RedirectedAway          a release's address that leads to the front page or a listing
    │   ├── TooLarge                past the cap, as sent or unpacked (a compression bomb)
    │   ├── OddEncoding             a Content-Encoding we did not ask for, or one that is broken
    │   ├── BrokenWarc              a WARC that breaks off, or is none
    │   └── DamagedRecord           a record of a WARC whose bytes are not those it vouches for
    ├── DamagedSnapshot             exit 1: what is stored is not what was stored
    ├── Unexpected                  exit 3: a page failed in a way that nobody foresaw
    └── ReadingError                exit 3: the page was had but not understood
        ├── NotHtml                 another media type
        ├── Undecodable             bytes that are not in the encoding they claim
        ├── EmptyPage               nothing in it
        ├── BlockedPage             a wall ("Access Denied") that answers 200 all the same
        ├── HalfLoaded              the page breaks off before its end
        ├── UnknownLayout           no landmark was found, or two where one must be
        ├── EmptyListing            a listing that names no release
        ├── AnotherPage             not the page that the listing names ("not found" with 200)
        ├── UnknownCaptures         the Internet Archive's index is not what it should be
        ├── NoGoodCapture           none of a release's captures shows it
        └── UnknownSeries           a series file is faulty or missing

The database's own errors are `storage.errors`, the mail server's `notifiers.message.SendError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class RoundwatchError(Exception):
    """Base of all errors raised by `monitor`.

    Args:
        summary: one sentence: what happened and to what.
        evidence: what was seen (status, headers, the first words of a page), for the record.
        todo: what the person at the command line can do about it.
    """

    kind: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(
        self, summary: str, *, evidence: Mapping[str, str] | None = None, todo: str = ""
    ) -> None:
        super().__init__(summary)
        self.summary = summary
        self.evidence: dict[str, str] = dict(evidence or {})
        self.todo = todo


class SettingsError(RoundwatchError):
    """The settings are faulty; the summary lists every fault."""

    kind = "settings"
    exit_code = 2


class UsageError(RoundwatchError):
    """A command was given words it cannot use."""

    kind = "usage"
    exit_code = 2


class NotFound(RoundwatchError):
    """The thing asked about is not there, or not so."""

    kind = "not-found"


class TokenRefused(RoundwatchError):
    """The token of a link does not count."""

    kind = "token-refused"


class TokenBroken(TokenRefused):
    """A token that is not whole, was not signed by us, or was signed for something else."""

    kind = "token-broken"


class TokenExpired(TokenRefused):
    """A token whose time is over."""

    kind = "token-expired"


class TokenSuperseded(TokenRefused):
    """A token of a mail to an address that the reader has left, or of a reader who was erased."""

    kind = "token-superseded"


class ChoiceRefused(RoundwatchError):
    """What a reader wants cannot be kept: `faults` says of each thing why."""

    kind = "choice-refused"
    exit_code = 2

    def __init__(self, faults: Mapping[str, str]) -> None:
        told = "; ".join(f"{name}: {why}" for name, why in faults.items())
        super().__init__(told, todo="correct what is named; nothing was changed")
        self.faults = dict(faults)


class AddressTaken(RoundwatchError):
    """A reader cannot move to an address that is another reader's."""

    kind = "address-taken"


class ReaderHasGone(RoundwatchError):
    """A reader unsubscribed, or nothing can be sent there: not taken back without being asked."""

    kind = "reader-has-gone"


class ReportedAsSpam(RoundwatchError):
    """Our mail to this address was reported as spam: nothing is sent to it on anybody's word."""

    kind = "reported-as-spam"


class SourceError(RoundwatchError):
    """A page could not be had from the source."""

    kind = "source"
    exit_code = 3


class Unreachable(SourceError):
    """No connection to the server, or one that was cut."""

    kind = "unreachable"


class TimedOut(SourceError):
    """No answer within the time allowed, or a body that outlasted the deadline."""

    kind = "timed-out"


class Forbidden(SourceError):
    """The server refuses us (401, 403, 451)."""

    kind = "forbidden"


class ForbiddenByRobots(SourceError):
    """robots.txt forbids the address, or could not be read (RFC 9309 section 2.3.1.4)."""

    kind = "forbidden-by-robots"


class Gone(SourceError):
    """There is no such page (404, 410)."""

    kind = "gone"


class NotNow(SourceError):
    """The host is to be left alone for `retry_after` seconds; whatever is wanted of it has to wait.

    Args:
        summary, evidence, todo: as for every error.
        retry_after: seconds from now.
    """

    kind = "not-now"

    def __init__(
        self,
        summary: str,
        *,
        retry_after: float,
        evidence: Mapping[str, str] | None = None,
        todo: str = "",
    ) -> None:
        super().__init__(summary, evidence=evidence, todo=todo)
        self.retry_after = retry_after


class TooManyRequests(NotNow):
    """The server asks for fewer requests."""

    kind = "too-many-requests"


class HostAtRest(NotNow):
    """The host failed too often in a row and is left alone for a while; nothing was asked."""

    kind = "host-at-rest"


class ServerFault(SourceError):
    """The server failed (5xx)."""

    kind = "server-fault"


class OddStatus(SourceError):
    """A status that is neither a page nor any of the refusals above."""

    kind = "odd-status"


class RedirectedElsewhere(SourceError):
    """A redirect that leaves the source's hosts, or a chain that does not end."""

    kind = "redirected-elsewhere"


class RedirectedAway(SourceError):
    """A release's address that leads to the front page or to a listing of the same site."""

    kind = "redirected-away"


class TooLarge(SourceError):
    """A body past the cap, as sent or once unpacked."""

    kind = "too-large"


class OddEncoding(SourceError):
    """A Content-Encoding that was not asked for, or packed bytes that do not unpack."""

    kind = "odd-encoding"


class BrokenWarc(SourceError):
    """A WARC that breaks off before its end, or is no WARC."""

    kind = "broken-warc"


class DamagedRecord(SourceError):
    """A record of a WARC whose bytes have another hash than the one it states."""

    kind = "damaged-record"


class DamagedSnapshot(RoundwatchError):
    """Stored bytes, or a text read from them, that have another hash than the one on file."""

    kind = "damaged-snapshot"


class Unexpected(RoundwatchError):
    """One page could not be taken in for a reason that nobody foresaw; the evidence names it."""

    kind = "unexpected"
    exit_code = 3


class ReadingError(RoundwatchError):
    """A page was had but not understood."""

    kind = "reading"
    exit_code = 3


class NotHtml(ReadingError):
    """A page of another media type."""

    kind = "not-html"


class Undecodable(ReadingError):
    """Bytes that are not in the character encoding the page claims."""

    kind = "undecodable"


class EmptyPage(ReadingError):
    """A page with nothing in it."""

    kind = "empty-page"


class BlockedPage(ReadingError):
    """A wall in front of the page that answers as if it were the page."""

    kind = "blocked-page"


class HalfLoaded(ReadingError):
    """A page that breaks off before its end."""

    kind = "half-loaded"


class UnknownLayout(ReadingError):
    """A page without a known landmark, or with two where one must be."""

    kind = "unknown-layout"


class EmptyListing(ReadingError):
    """A listing page that names no release."""

    kind = "empty-listing"


class AnotherPage(ReadingError):
    """A page that cannot be the one asked for, though the server says that it is."""

    kind = "another-page"


class UnknownCaptures(ReadingError):
    """The Internet Archive's index of captures is not whole, or says what cannot be."""

    kind = "unknown-captures"


class NoGoodCapture(ReadingError):
    """The Internet Archive has captures of a release, and none of them shows it."""

    kind = "no-good-capture"


class UnknownSeries(ReadingError):
    """A series file is missing or faulty."""

    kind = "unknown-series"
    exit_code = 2
