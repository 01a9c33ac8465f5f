"""A whole installation on the day of the fifth round: archive, press pages, readers, mail server.

For tests that do things to its processes, and then look whether all is as it should be.
"""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import func, select

from storage import archive
from storage.schema import deliveries, readouts, releases, revisions, subscriptions
from tests.faults.processes import Ended, Roundwatch, ended
from tests.faults.watch import DAY, SERIES, VALIDATORS, Watch, serve
from tests.notifiers.mail_servers import Postbox, mail_server

READERS = 31
_SECONDS_FOR_A_MAIL = 0.01
_TIMES = 40  # how often a command is run again before we say that it does not get done


def with_readers(watch: Watch) -> None:
    """Prepare an archive on the eve: one reader is there already."""
    watch.subscribe(READERS - 1)


def with_news(watch: Watch) -> None:
    """Prepare an archive of the day: the fifth round is on file, and its digest in the outbox."""
    with_readers(watch)
    serve(watch.server, DAY, **VALIDATORS)
    assert len(watch.look().announced) == 1


class Counting(Postbox):
    """Counts what arrives, takes its time, and tells somebody before or after the n-th yes."""

    def __init__(self) -> None:
        super().__init__()
        self._at: int | None = None
        self._tell: Callable[[], object] = lambda: None
        self._after: float | None = None

    def tell(self, who: Callable[[], object], at: int, after: float | None = None) -> None:
        """Have somebody told right before the yes to a mail, or so many seconds after it."""
        self._tell, self._at, self._after = who, at, after

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(_SECONDS_FOR_A_MAIL)
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.mails) == self._at:
            assert server.loop is not None
            if self._after is None:
                self._tell()
            else:
                server.loop.call_later(self._after, self._tell)
        return answer

    def copies(self) -> Counter[str]:
        """How many copies of each message arrived, by Message-ID."""
        return Counter(str(message_from_bytes(mail)["Message-ID"]) for mail in self.mails)


class Scene:
    """The installation, and the process that something is done to."""

    def __init__(
        self, watch: Watch, folder: Path, postbox: Counting, port: int, lease: int
    ) -> None:
        serve(watch.server, DAY, **VALIDATORS)
        self.watch = watch
        self.postbox = postbox
        self.command = Roundwatch(
            folder,
            database_url=watch.settings.database_url,
            source_url=watch.server.base_url,
            smtp_url=f"smtp://127.0.0.1:{port}?starttls=never",
            max_requests_per_second=1000,
            delivery_lease_seconds=lease,
            mail_connections=1,
        )
        self._process: subprocess.Popen[str] | None = None

    def start(self, word: str) -> None:
        """Start the command that may be killed."""
        self._process = self.command.start(word)

    def kill(self) -> None:
        """End its process as `kill -9` does."""
        assert self._process is not None
        self._process.kill()

    def ended(self, within: float | None = None) -> Ended | None:
        """How its process ended, or None if it has not by then."""
        assert self._process is not None
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            return None
        return ended(self._process)

    def until_done(self, word: str, is_done: Callable[[], bool]) -> None:
        """Run a command again and again, as a scheduler would, until all is done."""
        for _ in range(_TIMES):
            end = self.command.run(word)
            assert end.code == 0, end
            if is_done():
                return
            time.sleep(0.1)
        raise AssertionError(f"{word} does not get it done: {self.watch.books()}")

    def all_sent(self) -> bool:
        """Whether every reader's delivery is settled as sent."""
        return self.watch.books().sent == READERS

    def in_flight(self) -> set[str]:
        """The Message-IDs of what the server has, and is not on record as sent."""
        time.sleep(10 * _SECONDS_FOR_A_MAIL)  # what was on its way has arrived by then
        with self.watch.database.reading() as tx:
            sent = select(deliveries.c.message_id).where(deliveries.c.state == "sent")
            return set(self.postbox.copies()) - set(tx.scalars(sent))

    def close(self) -> None:
        """Leave no process behind."""
        if self._process is not None:
            self.kill()
            self.ended()


@contextmanager
def scene(
    watch: Watch, folder: Path, *, postbox: Counting | None = None, lease: int = 1
) -> Iterator[Scene]:
    """Raise the curtain on an archive; claims are held for `lease` seconds."""
    postbox = postbox or Counting()
    with mail_server(postbox) as port:
        made = Scene(watch, folder, postbox, port, lease)
        try:
            yield made
        finally:
            made.close()


def assert_whole(watch: Watch) -> None:
    """All five rounds are on file with all that belongs to them, and told of once."""
    assert watch.rounds() == [1, 2, 3, 4, 5]
    assert [digest.round for digest in watch.digests()] == [5]
    assert watch.issues() == ()
    with watch.database.reading() as tx:
        if watch.database.on_sqlite:
            assert tx.exec_driver_sql("pragma integrity_check").all() == [("ok",)]
            assert tx.exec_driver_sql("pragma foreign_key_check").all() == []
        filed = archive.current_readouts(tx, SERIES.slug)
        compared = [archive.comparison_for(tx, each.id) for each in filed]
        assert [c and (c.before_round, c.after_round) for c in compared] == [
            None,
            *((number, number + 1) for number in range(1, 5)),
        ]
        ours = readouts.c.series == SERIES.slug
        assert tx.scalar(select(func.count()).select_from(readouts).where(ours)) == len(filed)
        wanted = archive.wanted_releases(tx, now=watch.now().replace(year=2100))
        assert [release for release in wanted if release.verdict is None] == []
        read = set(tx.scalars(select(releases.c.id).where(releases.c.verdict.is_not(None))))
        assert read == set(tx.scalars(select(revisions.c.release_id)))
        told = list(tx.scalars(select(deliveries.c.subscription_id)))
        assert sorted(told) == sorted(tx.scalars(select(subscriptions.c.id)))
