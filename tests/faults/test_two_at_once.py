"""Two processes do the same at the same time: one digest, and each mail once.

They are held at the server until both are there, so that neither can be done before the other has
begun.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor.core.addresses import FEED_PATH
from tests.faults.conftest import Databases, Eves, watching
from tests.faults.processes import Meanwhile, ended
from tests.faults.scenes import (
    READERS,
    Counting,
    assert_whole,
    scene,
    with_news,
    with_readers,
)
from tests.faults.watch import DAY, FIFTH_PATH, LISTING, good, page

PATIENCE = 20.0  # seconds that the first waits for the second


@pytest.mark.parametrize(
    "meet_at", [LISTING, FEED_PATH, FIFTH_PATH], ids=["listing", "feed", "page"]
)
def test_two_polls_at_once_file_the_round_once_and_tell_of_it_once(
    eves: Eves, databases: Databases, tmp_path: Path, meet_at: str
) -> None:
    with watching(eves, databases, with_readers) as watch, scene(watch, tmp_path) as made:
        shown = page(DAY, FEED_PATH) if meet_at == FEED_PATH else good(meet_at)
        both = threading.Barrier(2)
        meeting = Meanwhile(shown, before=meet(both))
        watch.server.set(meet_at, meeting, meeting, shown)
        if meet_at == FEED_PATH:  # who comes to a listing that the other has filed asks for no feed
            start = Meanwhile(good(LISTING), before=meet(threading.Barrier(2)))
            watch.server.set(LISTING, start, start, good(LISTING))

        running = [made.command.start("poll") for _ in range(2)]
        ends = [ended(process) for process in running]

        assert [end.code for end in ends] == [0, 0], ends
        assert not both.broken
        assert sum(end.said.count("digest:") for end in ends) == 1
        assert_whole(watch)
        assert watch.books().queued == READERS


def test_two_delivery_runs_at_once_send_each_mail_once(
    eves: Eves, databases: Databases, tmp_path: Path
) -> None:
    postbox = Meeting()
    with (
        watching(eves, databases, with_news) as watch,
        scene(watch, tmp_path, postbox=postbox, lease=120) as made,
    ):
        running = [made.command.start("deliver") for _ in range(2)]
        ends = [ended(process) for process in running]

        assert [end.code for end in ends] == [0, 0], ends
        assert len(postbox.senders_seen) == 2
        assert made.all_sent()
        assert set(postbox.copies().values()) == {1}
        assert len(postbox.copies()) == READERS
        assert len(set(postbox.recipients)) == READERS
        assert_whole(watch)


def meet(barrier: threading.Barrier) -> Callable[[], None]:
    """Waits for the other one; if it never comes, the barrier says so later."""

    def wait() -> None:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(PATIENCE)

    return wait


class Meeting(Counting):
    """Says yes to nobody before two senders have a mail to hand over."""

    def __init__(self) -> None:
        super().__init__()
        self.senders_seen: set[int] = set()
        self._two = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.senders_seen.add(id(session))
        if len(self.senders_seen) == 2:
            self._two.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._two.wait(), PATIENCE)
        return await super().handle_DATA(server, session, envelope)
