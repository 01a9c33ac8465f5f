"""Every kind of bad input, served in place of the listing, of a new round's page, of the feed.

Each is a named problem, on record with its evidence; nothing else on file changes, nobody is
mailed, and the next look at a server that is well again finds the round and tells of it once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest

from monitor.core.addresses import FEED_PATH, canonical
from storage import archive
from storage.records import Issue
from tests.faults.server import (
    Behaviour,
    Bomb,
    Cut,
    Drip,
    Flood,
    HangUp,
    Page,
    Raw,
    Silence,
    busy,
    redirect,
)
from tests.faults.watch import (
    DAY,
    FIFTH,
    FIFTH_PATH,
    LISTING,
    OTHER_LISTING,
    VALIDATORS,
    Watch,
    bytes_of,
    good,
    misbehaving,
    page,
    serve,
)

SHORT = 0.3  # seconds for an answer that will not come
LONG = 20.0  # seconds for one that comes, on a busy machine

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n\x00\x01\x02"
JSON = b'{"releases": [], "message": "try the other endpoint"}'
WALL = (
    "<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>"
    "<p>You don't have permission to access this page. Reference #18.abc</p></body></html>"
)
NOT_FOUND = "<html><main><h1>Page not found</h1><p>We are sorry about that.</p></main></html>"
DISMANTLED = re.compile(r"</?(?:main|article|h1|ul|li|time|table|div)\b[^>]*>|20\d\d-\d\d-\d\d")


@dataclass(frozen=True)
class Fault:
    """One way to go wrong, made from the page that should have come; the kind of issue it is."""

    name: str
    kind: str
    made: Callable[[bytes], Behaviour]
    patience: float = LONG

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def html(body: bytes) -> Page:
    return Page(body)


def of_type(body: bytes, content_type: str | None) -> Page:
    return Page(body, content_type=content_type)


def half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def in_western(body: bytes) -> bytes:
    return body.decode().encode("windows-1252", "replace")


def dismantled(body: bytes) -> bytes:
    """The same text and links, without any landmark or date."""
    return DISMANTLED.sub("", body.decode()).encode()


# The server names a time, or we have one for it, which goes for all that it serves.
TO_BE_LEFT_ALONE = (
    Fault("429", "too-many-requests", lambda _: busy()),
    Fault("429 with a short Retry-After", "too-many-requests", lambda _: busy("2")),
    Fault("429 with a long Retry-After", "too-many-requests", lambda _: busy("240")),
    Fault("503 with Retry-After", "too-many-requests", lambda _: busy("240", 503)),
)
# Each in place of a page, whichever it is.
EVERYWHERE = (
    *TO_BE_LEFT_ALONE,
    Fault("nothing at all", "empty-page", lambda _: html(b"")),
    Fault("white space alone", "empty-page", lambda _: html(b" \r\n\t\n")),
    Fault("a frame without text", "empty-page", lambda _: html(b"<html><body></body></html>")),
    Fault("a wall that says 200", "blocked-page", lambda _: Page(WALL)),
    Fault("the first half, as if whole", "half-loaded", lambda b: html(half(b))),
    Fault("all but the last tag", "half-loaded", lambda b: html(b.replace(b"</html>", b""))),
    Fault("the first half, then cut", "unreachable", lambda b: Cut(b, len(b) // 2)),
    Fault("a chunk, then cut", "unreachable", lambda b: Cut(b, 999, chunked=True)),
    Fault("another layout", "unknown-layout", lambda b: html(dismantled(b))),
    Fault("a PDF", "not-html", lambda _: of_type(PDF, "application/pdf")),
    Fault("a PDF that says HTML", "undecodable", lambda _: html(PDF)),
    Fault("JSON", "not-html", lambda _: of_type(JSON, "application/json")),
    Fault("JSON that says HTML", "unknown-layout", lambda _: html(JSON)),
    Fault("windows-1252 that says UTF-8", "undecodable", lambda b: html(in_western(b))),
    Fault(
        "UTF-8 that says ISO 8859-1",
        "undecodable",
        lambda b: of_type(b, "text/html; charset=iso-8859-1"),
    ),
    Fault(
        "UTF-16 that says UTF-8",
        "undecodable",
        lambda b: html(b.decode().encode("utf-16-le", "replace")),
    ),
    Fault(
        "an encoding nobody knows",
        "undecodable",
        lambda b: of_type(b, "text/html; charset=x-klingon"),
    ),
    Fault("50 MB", "too-large", lambda _: Flood(50)),
    Fault("50 MB, announced", "too-large", lambda _: Flood(50, announced=True)),
    Fault("a compression bomb", "too-large", lambda _: Bomb(200)),
    Fault("a bomb in a bomb", "undecodable", lambda _: Bomb(200, layers=2)),
    Fault("a bomb packed twice", "odd-encoding", lambda _: Bomb(200, 2, "gzip, gzip")),
    Fault("brotli, unasked", "odd-encoding", lambda _: Bomb(1, encoding="br")),
    Fault("304, unasked", "odd-status", lambda _: Page(status=304)),
    Fault("403", "forbidden", lambda _: Page(WALL, status=403)),
    Fault("404", "gone", lambda _: Page("not here", status=404)),
    Fault("410", "gone", lambda _: Page("not any more", status=410)),
    Fault("500", "server-fault", lambda _: Page("oops", status=500)),
    Fault("silence", "timed-out", lambda _: Silence(), SHORT),
    Fault("a dripping body", "timed-out", lambda _: Drip(), SHORT),
    Fault("a dripping head", "timed-out", lambda _: Drip(in_head=True), SHORT),
    Fault("a closed door", "unreachable", lambda _: HangUp()),
    Fault("a slammed door", "unreachable", lambda _: HangUp(reset=True)),
    Fault("no HTTP", "unreachable", lambda _: Raw(b"220 mail.example.org ready\r\n")),
    Fault(
        "a redirect elsewhere", "redirected-elsewhere", lambda _: redirect("http://example.com/")
    ),
    Fault("a redirect without end", "redirected-elsewhere", lambda _: redirect("?again")),
)
LISTINGS = (
    *EVERYWHERE,
    Fault(
        "a listing that names nothing",
        "empty-listing",
        lambda _: Page("<html><body><h1>Press Releases</h1><ul></ul></body></html>"),
    ),
)
PAGES = (
    *EVERYWHERE,
    Fault("an error page that says 200", "another-page", lambda _: Page(NOT_FOUND)),
    Fault("the listing in its place", "another-page", lambda _: page(DAY, LISTING)),
    Fault(
        "an article without a body",
        "empty-page",
        lambda _: Page("<html><main><h1>A title</h1></main><p>A footer.</p></html>"),
    ),
)


@pytest.mark.parametrize("fault", LISTINGS, ids=str)
def test_a_bad_listing_is_on_record_and_the_next_look_finds_the_round(
    watch: Watch, fault: Fault
) -> None:
    publish(watch)
    watch.server.set(FEED_PATH, Page("no feed today", status=404))
    bad = misbehaving(fault.made(bytes_of(good(LISTING))))
    watch.server.set(LISTING, bad)
    before, kept = watch.on_file(), watch.snapshots()

    polled = watch.look(fault.patience)

    assert [problem.kind for problem in polled.problems] == [fault.kind]
    assert polled.outcome == "failed"
    assert watch.on_file() == before
    issue = the_issue(watch, fault.kind)
    assert issue.address in {watch.server.base_url + path for path in (LISTING, OTHER_LISTING)}
    assert_evidence(watch, issue, bad, kept)
    assert_nothing_told(watch)

    watch.later(minutes=10)
    watch.server.set(LISTING, good(LISTING))
    assert_told_once(watch)


@pytest.mark.parametrize("fault", PAGES, ids=str)
def test_a_bad_page_of_a_new_round_is_on_record_and_the_next_look_reads_it(
    watch: Watch, fault: Fault
) -> None:
    publish(watch)
    bad = misbehaving(fault.made(bytes_of(good(FIFTH_PATH))))
    watch.server.set(FIFTH_PATH, bad)
    before, kept = watch.on_file(), watch.snapshots()

    polled = watch.look(fault.patience)

    assert [problem.kind for problem in polled.problems] == [fault.kind]
    assert polled.outcome == "read"
    assert without_listings(watch.on_file()) == without_listings(before)
    issue = the_issue(watch, fault.kind)
    assert issue.address == canonical(FIFTH.address)
    assert_evidence(watch, issue, bad, kept)
    assert_nothing_told(watch)

    watch.later(minutes=10)
    watch.server.set(FIFTH_PATH, good(FIFTH_PATH))
    assert_told_once(watch)


@pytest.mark.parametrize("fault", [f for f in PAGES if f.name != "304, unasked"], ids=str)
def test_a_bad_page_at_a_second_look_changes_nothing_of_what_is_on_file(
    watch_on_a_file: Watch, fault: Fault
) -> None:
    """A readout is looked at again, since it may be corrected; then 304 is a good answer."""
    watch = watch_on_a_file
    publish(watch)
    watch.server.set(FIFTH_PATH, good(FIFTH_PATH))
    assert_told_once(watch)
    watch.server.set(FIFTH_PATH, fault.made(bytes_of(good(FIFTH_PATH))))
    before = watch.on_file()

    watch.later(hours=21)
    polled = watch.look(fault.patience)

    assert [problem.kind for problem in polled.problems] == [fault.kind]
    assert the_issue(watch, fault.kind).address == canonical(FIFTH.address)
    assert told_and_known(watch.on_file()) == told_and_known(before)

    watch.later(hours=21)
    watch.server.set(FIFTH_PATH, good(FIFTH_PATH))
    assert watch.look().problems == ()
    assert watch.issues() == ()
    assert told_and_known(watch.on_file()) == told_and_known(before)


@pytest.mark.parametrize("fault", [f for f in EVERYWHERE if f not in TO_BE_LEFT_ALONE], ids=str)
def test_a_bad_feed_is_a_hint_less_and_no_problem(watch_on_a_file: Watch, fault: Fault) -> None:
    watch = watch_on_a_file
    publish(watch)
    watch.server.set(FEED_PATH, misbehaving(fault.made(bytes_of(good(FEED_PATH)))))

    polled = watch.look(fault.patience)

    assert polled.problems == ()
    assert watch.issues() == ()
    assert_told_once(watch, polled.announced)


@pytest.mark.parametrize("fault", TO_BE_LEFT_ALONE, ids=str)
def test_a_feed_that_asks_for_patience_puts_the_round_off(watch: Watch, fault: Fault) -> None:
    publish(watch)
    watch.server.set(FEED_PATH, fault.made(b""))

    assert [problem.kind for problem in watch.look().problems] == [fault.kind]
    assert FIFTH_PATH not in watch.server.paths
    assert_nothing_told(watch)

    watch.later(minutes=10)
    assert_told_once(watch)


def test_a_listing_that_asks_for_fewer_requests_gets_no_others_instead(watch: Watch) -> None:
    publish(watch)
    watch.server.set(FIFTH_PATH, Page(status=500))
    watch.look()
    watch.later(minutes=10)
    watch.server.requests.clear()
    watch.server.set(LISTING, busy())

    polled = watch.look()

    assert [problem.kind for problem in polled.problems] == ["too-many-requests"]
    assert set(watch.server.paths) == {LISTING}


def test_a_feed_tells_of_the_round_while_the_listing_is_bad(watch: Watch) -> None:
    publish(watch)
    watch.server.set(LISTING, Page(WALL))

    polled = watch.look()

    assert [problem.kind for problem in polled.problems] == ["blocked-page"]
    assert len(polled.announced) == 1
    watch.later(minutes=10)
    watch.server.set(LISTING, good(LISTING))
    assert watch.look().announced == ()
    assert_told_once(watch, polled.announced)


# --- What is looked at ------------------------------------------------------------------------


def publish(watch: Watch) -> None:
    """The day of the fifth round has come."""
    serve(watch.server, DAY, **VALIDATORS)


def the_issue(watch: Watch, kind: str) -> Issue:
    """The one open issue, which must be of this kind."""
    (issue,) = watch.issues()
    assert issue.kind == kind
    assert issue.summary
    assert issue.times == 1
    return issue


def assert_evidence(
    watch: Watch, issue: Issue, bad: Behaviour, kept: dict[int, tuple[object, ...]]
) -> None:
    """A page that came whole is on file as it came; of any other there is what was seen of it."""
    now = watch.snapshots()
    assert kept.items() <= now.items()
    if issue.snapshot_id is None:
        assert issue.evidence["address"].startswith(watch.server.base_url)
        return
    assert issue.snapshot_id in now.keys() - kept.keys()
    with watch.database.reading() as tx:
        body = archive.body_of(tx, issue.snapshot_id)
    if isinstance(bad, Page):
        assert body == bytes_of(bad)


def assert_nothing_told(watch: Watch) -> None:
    assert watch.rounds() == [1, 2, 3, 4]
    assert watch.digests() == ()
    assert watch.books().queued == 0


def assert_told_once(watch: Watch, told: tuple[str, ...] | None = None) -> None:
    """The next look tells of the fifth round, the one after has nothing to do."""
    if told is None:
        polled = watch.look()
        assert polled.problems == ()
        told = polled.announced
    assert len(told) == 1
    assert watch.rounds() == [1, 2, 3, 4, 5]
    assert [digest.round for digest in watch.digests()] == [5]
    assert watch.books().queued == 1
    assert watch.issues() == ()

    watch.later(minutes=10)
    again = watch.look()
    assert (again.outcome, again.requests, again.problems) == ("unchanged", 1, ())
    assert len(watch.digests()) == 1
    assert watch.books().queued == 1


def told_and_known(on_file: dict[str, list[tuple[object, ...]]]) -> dict[str, object]:
    """What is known of the rounds and was told of them; not when anybody looked."""
    tables = "revisions readouts mentions comparisons digests deliveries subscriptions".split()
    return {name: [without_times(row) for row in on_file[name]] for name in tables}


def without_times(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(value for value in row if not isinstance(value, datetime))


def without_listings(on_file: dict[str, list[tuple[object, ...]]]) -> dict[str, object]:
    """All that is on file but the validators of listings, which were understood."""
    fetches = [row for row in on_file["fetches"] if LISTING not in str(row[0])]
    return {**on_file, "fetches": fetches}
