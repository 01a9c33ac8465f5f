"""Where Procrastinate's jobs are done: any number of workers, on any number of machines.

A worker has three hands, so that nothing urgent waits for something long: one for mail, one for
looks and the care of the service, one for backfills. Each does one job after the other, the most
urgent first. What a job is lies in `monitor.entrypoints.work`; that it runs twice does no harm, so
a job whose worker is gone is simply put back. A database that is away is waited for, and told of
once.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition

from monitor.bootstrap import Service
from monitor.entrypoints import pulse
from monitor.entrypoints.work import Stopped, Work
from monitor.errors import UsageError
from storage import queue
from storage.records import Task

_log = logging.getLogger("roundwatch")

HANDS: Iterable[tuple[str, ...]] = (("letters", "digests"), ("looks", "care"), ("past",))
"""The queues that each hand serves."""

_HEARTBEAT = 5.0
"""Seconds between two signs of life."""

_LOOK_UP = 5.0
"""Seconds after which a hand looks for jobs, whether or not it was told of one."""

_OF_THE_DRIVER = ("psycopg", "psycopg.pool")
_OF_THE_QUEUE = ("procrastinate.worker", "procrastinate.worker.worker", "procrastinate.utils")
"""Those who log a lost connection each in its way."""

_AGAIN = procrastinate.RetryStrategy(wait=1, retry_exceptions=[Stopped])

_PAUSE = 2.0
"""Seconds before a hand that lost the database tries again."""

_PATIENCE = 5.0
"""Seconds that a hand waits for a connection."""


class Worker:
    """Does jobs until it is told to stop.

    Args:
        service: whose jobs they are.
        work: what is done for each task.
        queues: those to serve; all by default.

    Raises:
        UsageError: the database has no queue, or there is no queue of that name.
    """

    def __init__(self, service: Service, work: Work, queues: Collection[str] = ()) -> None:
        self._database = service.database
        self._work = work
        self._hands = _hands_for(service, queues)
        self._pulse = service.settings.pulse_file
        self._stopping = threading.Event()

    def run(self) -> None:
        """Do jobs, in this thread and others, until `stop`; what is begun is brought to its end."""
        with asyncio.Runner() as runner, _silent_about_lost_connections(runner.get_loop()):
            runner.run(self._main())

    def run_once(self) -> None:
        """Do what waits, and what comes of it, and end.

        Raises:
            StorageError: the queue cannot be read.
        """
        while self._waits():
            with asyncio.Runner() as runner:
                runner.run(self._do_what_waits())
            if self._work.is_stopping:
                return

    @property
    def queues(self) -> list[str]:
        """Those that it serves, the most urgent first."""
        return [queue for hand in self._hands for queue in hand]

    def stop(self) -> None:
        """Take no more jobs, and end what runs after the piece it is at; from any thread."""
        self._work.stop()
        self._stopping.set()

    @contextmanager
    def beside(self) -> Iterator[None]:
        """A block beside which jobs are done, in a thread of their own."""
        thread = threading.Thread(target=self.run, name="worker")
        thread.start()
        try:
            yield
        finally:
            self.stop()
            thread.join()

    async def _main(self) -> None:
        hands = [asyncio.create_task(self._hand(queues)) for queues in self._hands]
        hands.append(asyncio.create_task(self._beat()))
        await asyncio.to_thread(self._stopping.wait)
        for hand in hands:
            hand.cancel()
        await asyncio.gather(*hands, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            pulse.beat(self._pulse)
            await asyncio.sleep(pulse.EVERY.total_seconds())

    async def _do_what_waits(self) -> None:
        for queues in self._hands:
            await self._do_jobs(queues, wait=False)

    def _waits(self) -> bool:
        with self._database.reading() as tx:
            return queue.waits(tx, self.queues)

    async def _hand(self, queues: tuple[str, ...]) -> None:
        while True:
            try:
                await self._until_the_database_answers()
                await self._do_jobs(queues, wait=True)
            except Exception as fault:  # noqa: BLE001 - whatever it was, the hand goes on
                if not _is_of_the_connection(fault):
                    _log.exception("worker: a hand failed in a way nobody expected")
            await asyncio.sleep(_PAUSE)

    async def _until_the_database_answers(self) -> None:
        """Ask until it does."""
        while not await asyncio.to_thread(self._work.contact.answers):
            await asyncio.sleep(_PAUSE)

    async def _do_jobs(self, queues: tuple[str, ...], *, wait: bool) -> None:
        async with _opened(self._app()) as app:
            await app.run_worker_async(
                queues=list(queues),
                wait=wait,
                fetch_job_polling_interval=_LOOK_UP,
                delete_jobs=DeleteJobCondition.SUCCESSFUL,
                install_signal_handlers=False,
                update_heartbeat_interval=_HEARTBEAT,
                stalled_worker_timeout=queue.SIGN_OF_LIFE,
            )

    def _do(self, task: Task, trace: str | None = None) -> None:
        """Do one job.

        Raises:
            Stopped: the end of the service, or the loss of the database, cut it short; the library
                puts it back, or, where it cannot, whoever rescues it.
        """
        if not self._work.do(task, trace):
            raise Stopped

    def _app(self) -> procrastinate.App:
        address = self._database.driver_address
        app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=address, min_size=1, max_size=4, timeout=_PATIENCE
            )
        )
        for task in self._work.tasks:
            app.task(name=task, retry=_AGAIN)(partial(self._do, task))
        app.task(name="rescue", pass_context=True)(_rescue)
        return app


@asynccontextmanager
async def _opened(app: procrastinate.App) -> AsyncIterator[procrastinate.App]:
    """A block with the way to the queue open.

    Its connections are not cut short while they are made: parts of them would never end.
    """
    opening = asyncio.ensure_future(app.connector.open_async())
    try:
        await asyncio.shield(opening)
        yield app
    finally:
        await asyncio.wait([opening])
        await app.close_async()


async def _rescue(context: procrastinate.JobContext, trace: str | None = None) -> None:
    """Put back the jobs whose worker shows no sign of life."""
    jobs = context.app.job_manager
    await jobs.prune_stalled_workers(queue.SIGN_OF_LIFE)
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=queue.SIGN_OF_LIFE):
        await jobs.retry_job(job)
        _log.warning("worker: a %s job was left by a worker that is gone", job.task_name)


@contextmanager
def _silent_about_lost_connections(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """A block in which only the hands tell of a lost database, not every part of the libraries."""

    def is_news(record: logging.LogRecord) -> bool:
        if record.name in _OF_THE_DRIVER:  # it warns of connections that are made anew
            return record.levelno > logging.WARNING
        return not (record.exc_info and _is_of_the_connection(record.exc_info[1]))

    def tell(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not _is_of_the_connection(context.get("exception")):
            loop.default_exception_handler(context)

    loop.set_exception_handler(tell)
    talkative = [logging.getLogger(name) for name in (*_OF_THE_DRIVER, *_OF_THE_QUEUE)]
    for logger in talkative:
        logger.addFilter(is_news)
    try:
        yield
    finally:
        for logger in talkative:
            logger.removeFilter(is_news)


def _is_of_the_connection(fault: BaseException | None) -> bool:
    return isinstance(fault, ConnectorException | psycopg.Error)


def _hands_for(service: Service, queues: Collection[str]) -> list[tuple[str, ...]]:
    if service.database.on_sqlite:
        raise UsageError(
            f"{service.database} has no queue: on SQLite `roundwatch run` does all the work",
            todo="set ROUNDWATCH_DATABASE_URL to a PostgreSQL database, or start `roundwatch run`",
        )
    known = [queue for hand in HANDS for queue in hand]
    if unknown := [queue for queue in queues if queue not in known]:
        raise UsageError(f"there is no queue {unknown[0]}", todo=f"queues are: {', '.join(known)}")
    wanted = queues or known
    hands = [tuple(queue for queue in hand if queue in wanted) for hand in HANDS]
    return [hand for hand in hands if hand]
