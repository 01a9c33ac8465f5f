"""The walk through the Internet Archive's index of captures: kept page by page, and gone on with.

Each page of the index is kept with the walk's frontier in one commit, so a run that is stopped goes
on where it was, and what was read once is not asked for again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from monitor.core.captures import Capture, CapturePage, Frontier, prefixes, read_captures
from monitor.errors import TooManyRequests, UnknownCaptures
from monitor.journeys.progress import Each
from monitor.sources.answers import Answer
from monitor.sources.wayback import InternetArchive
from storage import archive, walks
from storage.database import Database
from storage.documents import from_document, to_document
from storage.records import Checkpoint

T = TypeVar("T")

# The archive gets new captures every day: a walk that stood still for longer begins anew.
_LONGEST_REST = timedelta(days=7)
# Half an index that was cut on its way is whole the next time, or the archive has trouble.
_TRIES = 3
# A 429 that wants more than this ends the run.
_LONGEST_WAIT = 600.0
_WAITS = 5


class CaptureIndex:
    """The walk through the index of captures, and how far it has come."""

    def __init__(
        self,
        database: Database,
        site: InternetArchive,
        *,
        source: str,
        since: date | None,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._site = site
        self._since = since
        self._now = now
        self._scope = f"captures since {since}" if since else "captures"
        self.notes: list[str] = []
        self._walk = self._begun(source)
        self.frontier = from_document(Frontier, self._walk.frontier)
        self.pages_read = 0
        self._named = self._walk.named

    def _begun(self, source: str) -> Checkpoint:
        """The walk to go on with, or a new one."""
        now = self._now()
        with self._database.transaction() as tx:
            known = walks.unfinished_walk(tx, source, self._scope)
            if known and known.updated_at >= now - _LONGEST_REST:
                self.notes.append(f"going on with a walk begun on {known.started_at:%Y-%m-%d}")
                return known
            if known:
                walks.forget_walk(tx, known.id)
                begun = f"a walk begun on {known.started_at:%Y-%m-%d} stood still too long"
                self.notes.append(f"{begun}: it was begun anew")
            return walks.begin_walk(tx, source=source, scope=self._scope, frontier={}, now=now)

    def walk(self, sleep: Callable[[float], None], page_read: Each) -> None:
        """Read the index to its end, from where the walk stood."""
        beginnings = prefixes()
        while self.frontier.asked < len(beginnings):
            prefix, key = beginnings[self.frontier.asked], self.frontier.resume_key
            ask = partial(self._site.captures, prefix, since=self._since, resume_key=key)
            asked = self._site.requests
            answer, page = self._read(ask, sleep)
            self._named += len(page.captures)
            with self._database.transaction() as tx:
                kept = archive.file_snapshot(
                    tx,
                    address=answer.url,
                    origin="wayback",
                    fetched_at=answer.fetched_at,
                    status=answer.status,
                    headers=answer.headers,
                    body=answer.body,
                )
                self.frontier = self.frontier.behind(page, kept.id)
                walks.keep_walk(
                    tx,
                    self._walk.id,
                    frontier=to_document(self.frontier),
                    way=None,
                    now=self._now(),
                    named=len(page.captures),
                    requests=self._site.requests - asked,
                    finished=False,
                )
            self.pages_read += 1
            page_read(len(self.frontier.pages), self._named)

    def captures(self) -> Iterator[Capture]:
        """Every capture that the index names, from the pages on file."""
        for snapshot_id in self.frontier.pages:
            with self._database.reading() as tx:
                body = archive.body_of(tx, snapshot_id)
            yield from read_captures(body).captures

    def remember_gaps(self, captures: Collection[Capture]) -> None:
        """Do not ask for captures again on this walk."""
        if captures:
            self.frontier = self.frontier.without(captures)
            self._mark(finished=False)

    def finish(self) -> None:
        """All that was wanted of this walk is done."""
        self._mark(finished=True)

    def _mark(self, *, finished: bool) -> None:
        frontier = to_document(self.frontier)
        with self._database.transaction() as tx:
            walks.mark_walk(
                tx, self._walk.id, frontier=frontier, now=self._now(), finished=finished
            )

    def _read(
        self, ask: Callable[[], Answer], sleep: Callable[[float], None]
    ) -> tuple[Answer, CapturePage]:
        for _ in range(_TRIES - 1):
            answer = obeying(ask, sleep)
            try:
                return answer, read_captures(answer.body)
            except UnknownCaptures:
                continue
        answer = obeying(ask, sleep)
        return answer, read_captures(answer.body)


def obeying(ask: Callable[[], T], sleep: Callable[[float], None]) -> T:
    """Ask, and where the answer is "later", wait for as long as was said, and ask again.

    Raises:
        TooManyRequests: the wait is longer than a run should take, or there is no end to it.
        SourceError: whatever else the asking raises.
    """
    for _ in range(_WAITS):
        try:
            return ask()
        except TooManyRequests as busy:
            if busy.retry_after > _LONGEST_WAIT:
                raise
            sleep(busy.retry_after)
    return ask()
