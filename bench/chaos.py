"""What goes wrong in a soak, drawn by a seed: source, mail server, processes and database."""

from __future__ import annotations

import heapq
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable

from bench.crew import PARTS, SPARED, Crew
from bench.newsroom import MOODS, Newsroom
from bench.postgres import Postgres
from tests.servers.counting_smtp import CountingServer


class Agenda:
    """What is to be done, and when, in seconds of the monotonic clock."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Have something done in so many seconds."""
        heapq.heappush(self._waiting, (time.monotonic() + seconds, next(self._numbers), act))

    def every(self, seconds: float, act: Callable[[], None], *, first: float = 0.0) -> None:
        """Have something done again and again."""

        def again() -> None:
            act()
            self.after(seconds, again)

        self.after(first, again)

    def work_off(self, until: float, done: Callable[[], bool] = lambda: False) -> None:
        """Do what is due, until a time or until something is reached."""
        while time.monotonic() < until and not done():
            if self._waiting and self._waiting[0][0] <= time.monotonic():
                heapq.heappop(self._waiting)[2]()
            else:
                time.sleep(0.1)


class Chaos:
    """Injects faults, one every few seconds, and ends each of them again."""

    def __init__(
        self,
        agenda: Agenda,
        *,
        newsroom: Newsroom,
        mail: CountingServer,
        crew: Crew,
        server: Postgres,
        chance: random.Random,
    ) -> None:
        self._agenda = agenda
        self._newsroom = newsroom
        self._mail = mail
        self._crew = crew
        self._server = server
        self._chance = chance
        self._over = False
        self._down: set[str] = set()
        self._stopped = False
        self.told: Counter[str] = Counter()

    def begin(self) -> None:
        """From now on something goes wrong every few seconds."""
        if self._over:
            return
        kinds = (self._source, self._mail_shut, self._mail_short, self._process, self._database)
        self._chance.choices(kinds, weights=(5, 2, 2, 4, 1))[0]()
        self._agenda.after(self._chance.uniform(6, 16), self.begin)

    def end(self) -> None:
        """No fault begins any more; those that last end at their time."""
        self._over = True

    def _source(self) -> None:
        mood = self._chance.choice(sorted(MOODS))
        self.told[f"source {mood}"] += 1
        self._newsroom.be(mood)
        self._agenda.after(self._chance.uniform(4, 15), lambda: self._newsroom.be(None))

    def _mail_shut(self) -> None:
        self.told["mail server shut"] += 1
        self._mail.closed = True
        self._agenda.after(self._chance.uniform(4, 15), self._open_mail)

    def _open_mail(self) -> None:
        self._mail.closed = False

    def _mail_short(self) -> None:
        self.told["mail server closes after three mails"] += 1
        self._mail.per_connection = 3
        self._agenda.after(self._chance.uniform(4, 15), self._lengthen_mail)

    def _lengthen_mail(self) -> None:
        self._mail.per_connection = None

    def _process(self) -> None:
        up = [each for each in PARTS if each not in (*SPARED, *self._down)]
        if not up:
            return
        name = self._chance.choice(up)
        self._down.add(name)
        self.told[f"{PARTS[name]} killed"] += 1
        self._crew.kill(name)
        self._agenda.after(self._chance.uniform(1, 5), lambda: self._replace(name))

    def _replace(self, name: str) -> None:
        self._down.discard(name)
        self._crew.start(name)

    def _database(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        how = self._chance.choice(("fast", "immediate"))
        self.told[f"PostgreSQL stopped ({how})"] += 1
        self._server.halt(how)
        self._agenda.after(self._chance.uniform(0.5, 3), self._start_database)

    def _start_database(self) -> None:
        self._server.start()
        self._stopped = False
