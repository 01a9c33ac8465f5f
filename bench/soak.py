"""A soak: the service of several machines, twenty times as quick, while everything goes wrong.

Two schedulers, three workers and the pages as processes on a PostgreSQL server of their own; a
press site where rounds come out and are corrected; a mail server that counts; readers who come and
leave. A seed decides when the source, the mail server, the database or a process fails. Every 20
s it is noted what the processes and the database hold. Then the faults stop, and it is asked
whether all came right: nothing open, nothing lost, nothing twice, nothing that grew.

    python -m bench.soak [MINUTES] [SEED]

Ends with 1 where something does not hold. `bench.quick` says what is quick and what is not.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sqlalchemy import text

from bench.chaos import Agenda, Chaos
from bench.crew import PARTS, SPARED, Crew, crew
from bench.newsroom import Newsroom
from bench.postgres import postgres
from bench.quick import SPEED, QuickTime
from bench.samples import Held, Stored, held_by, stored_at
from monitor.bootstrap import Service
from monitor.journeys.readers.orders import Order, subscribe
from monitor.journeys.readers.subscribe import Wish, ask
from monitor.series import followed
from monitor.settings import load
from storage import journal, subscribers
from storage.errors import StorageError
from tests.servers.counting_smtp import CountingServer, counting_server

MINUTES, SEED = 30, 7
SAMPLE_EVERY = 20.0  # seconds
CALM = 60.0
"""Seconds without faults at the beginning; what is open then, is so without any."""
SETTLING, LONGEST_SETTLING = 120.0, 900.0
"""Seconds that are left to it at the end: at least, and at most."""
MORE_MEMORY, MORE_OTHERS = 1.10, 3
"""What the second half may have of memory, and how many more files, sockets or threads, before it
counts as growth."""
WARM_UP = 0.2
"""The part of the time that counts for neither half: what is loaded when it is first used."""

_READERS = 150
_DOMAINS = (
    *("plain.example", "other.example", "third.example"),
    *("greylist.example", "drop-before.example", "450-420-at-end.example"),
)
_PAGES = (
    "",
    "us-japan-partnership-on-trade/topics",
    "series",
    "releases",
    "search?q=labor",
    "metrics",
    "readyz",
)


@dataclass
class Noted:
    """What was seen: at each sample the seconds, the database, and each process that was up."""

    seconds: list[float] = field(default_factory=list)
    stored: list[Stored | None] = field(default_factory=list)
    held: list[dict[str, Held]] = field(default_factory=list)


class Soak:
    """One soak, with all its parts running.

    Args:
        made: a service of the bench's own on the same database, for readers and for questions.
        address: the database, as psycopg takes it.
        chance: the seed.
    """

    def __init__(
        self, made: Service, address: str, crew: Crew, newsroom: Newsroom, mail: CountingServer
    ) -> None:
        self.made = made
        self.address = address
        self.crew = crew
        self.newsroom = newsroom
        self.mail = mail
        self.began = time.monotonic()
        self.noted = Noted()
        self.known_issues: set[tuple[str, str | None]] = set()
        self.pages: Counter[str] = Counter()
        self.is_over = False
        self._asked = 0

    def enter_readers(self) -> None:
        """Those who stay from the beginning to the end."""
        for number in range(_READERS):
            order = Order(f"reader{number}@{_DOMAINS[number % len(_DOMAINS)]}")
            subscribe(order, database=self.made.database, now=self.made.now())

    def come_and_go(self) -> None:
        """Somebody asks at the form, another is entered, a third leaves."""
        if self.is_over:
            return
        self._asked += 1
        database, now = self.made.database, self.made.now()
        with suppress(StorageError):
            ask(
                Wish(f"asks{self._asked}@plain.example", (followed()[0],)),
                database=database,
                settings=self.made.settings,
                now=now,
            )
            entered = subscribe(
                Order(f"comes{self._asked}@other.example"), database=database, now=now
            )
            if self._asked % 2:
                with database.transaction() as tx:
                    subscribers.unsubscribe(tx, entered.reader.id, now)

    def publish(self) -> None:
        """A round comes out; who puts strangers off, does so once more."""
        if not self.is_over:
            self.mail.tries.clear()
            self.newsroom.publish()

    def correct(self) -> None:
        """The latest round's page is corrected."""
        if not self.is_over:
            self.newsroom.correct("Said again")

    def visit(self) -> None:
        """Somebody looks at a page."""
        page = _PAGES[sum(self.pages.values()) % len(_PAGES)]
        address = f"http://{self.made.settings.listen}/{page}"
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                answer.read()
                self.pages[str(answer.status)] += 1
        except urllib.error.HTTPError as refused:
            self.pages[str(refused.code)] += 1
        except OSError:
            self.pages["no answer"] += 1

    def sample(self) -> None:
        """Note how things stand, and print it."""
        stored = stored_at(self.address)
        found = {name: held_by(self.crew.pid(name)) for name in PARTS}
        held = {name: each for name, each in found.items() if each}
        self.noted.seconds.append(time.monotonic() - self.began)
        self.noted.stored.append(stored)
        self.noted.held.append(held)
        print(_line(self.noted.seconds[-1], stored, held), flush=True)

    def note_known(self) -> None:
        """What is open without any fault is not theirs."""
        self.known_issues = self._issues()

    def new_issues(self) -> set[tuple[str, str | None]]:
        """What is open and was not at the beginning."""
        return self._issues() - self.known_issues

    def is_settled(self) -> bool:
        """Whether nothing is open, nothing waits and nobody holds anything."""
        with suppress(StorageError):
            return not self.new_issues() and self.made.books().done
        return False

    def _issues(self) -> set[tuple[str, str | None]]:
        with self.made.database.reading() as tx:
            return {(issue.kind, issue.address) for issue in journal.issues(tx)}


def judged(soak: Soak, chaos: Chaos) -> Iterator[tuple[bool, str]]:
    """All that must hold at the end, each with what was seen."""
    issues = soak.new_issues()
    yield not issues, f"open issues that were not there before: {sorted(issues) or 'none'}"
    books = soak.made.books()
    says = f"books: {books.candidates} addressed, {books.sent} sent, {books.suppressed} suppressed"
    ended = books.balanced and books.done and not books.failed
    yield ended, f"{says}, {books.failed} failed, {books.abandoned} abandoned"
    yield _everybody(soak)
    yield _nothing_lost(soak, chaos)
    unexpected = [
        f"{name}: {line}"
        for name in PARTS
        for line in soak.crew.log(name).read_text("utf-8", "replace").splitlines()
        if "nobody expected" in line or line.startswith("Traceback")
    ]
    yield not unexpected, f"faults in the logs that nobody expected: {len(unexpected)}"
    yield not soak.crew.fallen(), f"processes that ended by themselves: {soak.crew.fallen() or 0}"
    yield from _growth(soak.noted)


def _everybody(soak: Soak) -> tuple[bool, str]:
    """Each digest that was news must have been sent to each reader who was there all the time."""
    query = text(
        "select digests.id, count(*) filter (where deliveries.state = 'sent') from digests"
        " join deliveries on deliveries.digest_id = digests.id"
        " join subscriptions on subscriptions.id = deliveries.subscription_id"
        " join subscribers on subscribers.id = subscriptions.subscriber_id"
        " where digests.kind in ('news', 'correction') and subscribers.address like 'reader%'"
        " group by digests.id order by digests.id"
    )
    with soak.made.database.reading() as tx:
        sent = {row[0]: row[1] for row in tx.execute(query)}
    rounds = soak.newsroom.rounds - 5
    well = set(sent.values()) == {_READERS} and len(sent) >= rounds
    return (
        well,
        f"{len(sent)} digests of {rounds} rounds, each to {_READERS}: {sorted(set(sent.values()))}",
    )


def _nothing_lost(soak: Soak, chaos: Chaos) -> tuple[bool, str]:
    """What the books call sent is at the mail server, once but where something broke just then."""
    with soak.made.database.reading() as tx:
        sent = set(
            tx.scalars(
                text("select message_id from deliveries where state = 'sent' and bundle_id is null")
            )
        )
    here = Counter(message for message, _ in soak.mail.accepted)
    lost, copies = len(sent - here.keys()), sum(here.values()) - len(here)
    workers = sum(part == "worker" for part in PARTS.values())
    stops = sum(times for kind, times in chaos.told.items() if "PostgreSQL" in kind)
    breaks = chaos.told["worker killed"] + stops * workers
    most = soak.made.settings.mail_connections * breaks
    says = (
        f"{len(here)} mails at the server, {lost} lost, {copies} copies under the same Message-ID"
    )
    return not lost and copies <= most, f"{says} (at most {most} by what broke)"


def _growth(noted: Noted) -> Iterator[tuple[bool, str]]:
    """The second half held against the first."""
    whole = noted.seconds[-1]
    first = [n for n, at in enumerate(noted.seconds) if WARM_UP * whole <= at < 0.6 * whole]
    last = [n for n, at in enumerate(noted.seconds) if at >= 0.6 * whole]
    for name in SPARED:
        for what in ("memory", "files", "sockets", "threads"):
            before, after = (
                median(getattr(noted.held[n][name], what) for n in part if name in noted.held[n])
                for part in (first, last)
            )
            most = before * MORE_MEMORY if what == "memory" else before + MORE_OTHERS
            yield after <= most, f"{name}, {what}: {before:.1f} then {after:.1f}"
    before, after = (_connections(noted.stored, part) for part in (first, last))
    yield after <= before + MORE_OTHERS, f"connections to PostgreSQL: {before:.0f} then {after:.0f}"


def _connections(stored: Sequence[Stored | None], part: Sequence[int]) -> float:
    return median(each.connections for n in part if (each := stored[n]))


HEAD = (
    "| seconds | memory of each process, MB | files | sockets | threads | connections | jobs |"
    " open issues | open deliveries | database, MB |\n" + "|---" * 10 + "|"
)


def _line(seconds: float, stored: Stored | None, held: dict[str, Held]) -> str:
    memory = " ".join(f"{held[name].memory:.0f}" if name in held else "-" for name in PARTS)
    sums = [sum(getattr(each, what) for each in held.values()) for what in _SUMMED]
    base = (
        [stored.connections, stored.jobs, stored.issues, stored.open, f"{stored.size:.1f}"]
        if stored
        else ["away"] * 5
    )
    return f"| {seconds:.0f} | {memory} | " + " | ".join(map(str, (*sums, *base))) + " |"


_SUMMED = ("files", "sockets", "threads")


def run(soak: Soak, chaos: Chaos, agenda: Agenda, minutes: float) -> None:
    """Live through it, and let it settle."""
    print(HEAD)
    agenda.every(SAMPLE_EVERY, soak.sample)
    agenda.every(2.0, soak.visit, first=5)
    agenda.every(20.0, soak.come_and_go, first=30)
    agenda.after(CALM, soak.note_known)
    agenda.after(CALM, chaos.begin)
    spacing = max(60.0, minutes * 60 / 12)
    agenda.every(spacing, soak.publish, first=CALM + 5)
    agenda.every(spacing * 2, soak.correct, first=CALM + spacing * 1.5)
    end = soak.began + minutes * 60
    agenda.work_off(end)
    chaos.end()
    soak.is_over = True
    agenda.work_off(end + SETTLING)
    agenda.work_off(end + LONGEST_SETTLING, soak.is_settled)
    print(f"settled {time.monotonic() - end:.0f} s after the end of the faults")


def environment(
    folder: Path, address: str, newsroom: Newsroom, mail: CountingServer
) -> dict[str, str]:
    """The settings of all processes: as anybody would have them, but for the requests a second."""
    settings = {
        "database_url": address,
        "source_url": newsroom.base_url,
        "smtp_url": f"smtp://127.0.0.1:{mail.port}?starttls=never",
        "mail_from": "Roundwatch <digests@example.org>",
        "public_url": "https://watch.example.org",
        "operator_email": "operator@plain.example",
        "secret_key": "a key for the bench, and for nothing else",
        "max_requests_per_second": str(SPEED),
        "listen": "127.0.0.1:18765",
    }
    return {"HOME": str(folder)} | {f"ROUNDWATCH_{k.upper()}": v for k, v in settings.items()}


def main() -> None:
    """Soak, print, and end with 1 where something does not hold."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server, newsroom = stack.enter_context(postgres()), stack.enter_context(Newsroom())
        mail = stack.enter_context(counting_server())
        address = server.create("soak")
        settings = environment(folder, address, newsroom, mail)
        began = time.time()
        made = Service(load(settings, folder / "none"), now=QuickTime(began))
        stack.callback(made.close)
        _ = made.database
        print(f"{minutes:g} minutes, seed {seed}, {os.cpu_count()} cores, load {os.getloadavg()}")
        running = stack.enter_context(crew(folder, began, settings))
        soak, agenda = Soak(made, address, running, newsroom, mail), Agenda()
        chaos = Chaos(
            agenda,
            newsroom=newsroom,
            mail=mail,
            crew=running,
            server=server,
            chance=random.Random(seed),
        )
        soak.enter_readers()
        run(soak, chaos, agenda, minutes)
        tell(soak, chaos)


def tell(soak: Soak, chaos: Chaos) -> None:
    """Print what went wrong, and the verdict."""
    for kind, times in sorted(chaos.told.items()):
        print(f"- {times} times: {kind}")
    print(f"- pages asked for: {dict(sorted(soak.pages.items()))}")
    verdict = list(judged(soak, chaos))
    for well, said in verdict:
        print(f"{'holds' if well else 'DOES NOT HOLD'}: {said}")
    if not all(well for well, _ in verdict):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
