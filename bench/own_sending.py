"""Roundwatch's side of `bench.sending`: one digest to many readers, everything counted or not.

    python -m bench.own_sending all|lanes PORT READERS [MAIL.json]

`all` counts announcing (a row per reader), rendering, claiming, handing over and settling, on an
SQLite file; `lanes` composing, addressing and handing over alone. Prints the seconds it took. With
MAIL.json it writes down what the rivals are to send, and sends nothing.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread

from monitor.bootstrap import Service, service
from monitor.core.look import Look
from monitor.journeys.intake import Arrival, take_in
from monitor.journeys.latest import latest
from monitor.journeys.sending.announce import announce, telling_of
from monitor.series import followed
from monitor.settings import Settings
from notifiers.digest.render import render
from notifiers.mail.parcel import PREFERENCES, UNSUBSCRIBE, Parcel, PersonalLinks, compose
from notifiers.message import SendError
from notifiers.smtp.address import read_address
from notifiers.smtp.notifier import SmtpNotifier
from storage import subscribers
from storage.records import Preferences, Rendering

SENDER = "Roundwatch <digests@example.org>"
BARE = "digests@example.org"
CONNECTIONS = 10
SITE = "https://watch.example.org"
TOKEN = "WzEyMzQ1LDFd.aQxyzw.Vf0mCk1bT9uWq3hJrN8sLzXyPdE"
ADDRESS = (
    "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024/july/first-round"
)
PAGE = (
    "<html><body><article><h1>Readout of the First Round of Meetings under the U.S.-Japan "
    "Partnership on Trade</h1><p>July 31, 2024</p><div class='field--name-body'>"
    "<p>WASHINGTON – The United States and Japan held the first round of meetings under the "
    "U.S.-Japan Partnership on Trade on July 1, 2024.</p><p>In areas where they work together, "
    "they took up several topics, including:</p><p>• Labor: Talked.</p>"
    "<p>Both look forward to the next round.</p><p>###</p></div></article></body></html>"
)


@contextmanager
def office(smtp_url: str, folder: str) -> Iterator[Service]:
    """A service with one round on file, the mail of which has about 15 KB."""
    settings = Settings(
        database_url=f"sqlite:///{folder}/bench.db",
        smtp_url=smtp_url,
        mail_from=SENDER,
        public_url=SITE,
        mail_connections=CONNECTIONS,
        secret_key="a key for the bench, and for nothing else",
    )
    with service(settings) as made:
        now = made.now()
        arrival = Arrival(
            ADDRESS, ADDRESS, "live", now, 200, {"content-type": "text/html"}, PAGE.encode()
        )
        look = Look(now.date(), quiet=True, first=False)
        take_in(arrival, look, database=made.database, settings=settings, now=now)
        yield made


def add_readers(made: Service, readers: int) -> None:
    """Readers of the series, confirmed."""
    with made.database.transaction() as tx:
        for number in range(readers):
            reader, _ = subscribers.add(
                tx,
                address=f"reader{number}@example.com",
                channel="mail",
                domain="example.com",
                state="confirmed",
                preferences=Preferences(),
                now=made.now(),
            )
            subscribers.follow(tx, reader.id, followed()[0].slug, (), made.now())


def everything(smtp_url: str, readers: int) -> float:
    """Announce a digest and send it to all; return the seconds.

    Raises:
        RuntimeError: not all was sent.
    """
    with tempfile.TemporaryDirectory() as folder, office(smtp_url, folder) as made:
        add_readers(made, readers)
        started = time.perf_counter()
        with made.database.transaction() as tx:
            announce(tx, followed()[0], None, kind="news", settings=made.settings, now=made.now())
        done = made.drain()
        seconds = time.perf_counter() - started
        books = made.books()
    if done.sent != readers or books.sent != readers:
        raise RuntimeError(f"{done.sent} of {readers} were sent: {done}")
    return seconds


def digest(folder: str) -> Rendering:
    """The words of the digest."""
    with office("file:///nowhere", folder) as made, made.database.reading() as tx:
        telling = telling_of(latest(tx, followed()[0]), "news", made.now())
    return render([telling], language="en", public_url=SITE)


def parcels(rendering: Rendering, readers: int) -> Iterator[Parcel]:
    """Each reader's, made when it is asked for."""
    from monitor.bootstrap import utc_now

    draft = compose(rendering, sender=SENDER, headers=(("List-Id", "<bench.example.org>"),))
    for number in range(readers):
        links = PersonalLinks(
            f"{SITE}/preferences/{TOKEN}{number}", f"{SITE}/unsubscribe/{TOKEN}{number}"
        )
        recipient, message_id = f"reader{number}@example.com", f"<{number}@example.org>"
        content = draft.addressed(
            recipient=recipient, message_id=message_id, date=utc_now(), links=links
        )
        yield Parcel(
            delivery_id=number,
            sender=BARE,
            recipient=recipient,
            message_id=message_id,
            content=content,
        )


def lanes_alone(smtp_url: str, readers: int) -> float:
    """Compose and hand over, and put nothing on record; return the seconds.

    Raises:
        RuntimeError: something was not taken.
    """
    with tempfile.TemporaryDirectory() as folder:
        rendering = digest(folder)
    started = time.perf_counter()
    ready, lock, faults = parcels(rendering, readers), Lock(), list[SendError]()

    def take(wait: bool) -> Parcel | None:
        with lock:
            return next(ready, None)

    def settle(parcel: Parcel, fault: SendError | None) -> None:
        if fault is not None:
            faults.append(fault)

    notifier = SmtpNotifier(read_address(smtp_url), lanes=CONNECTIONS)
    lanes = [Thread(target=notifier.carry, args=(take, settle)) for _ in range(notifier.lanes)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    if faults:
        raise RuntimeError(f"{len(faults)} were not taken: {faults[0]}")
    return time.perf_counter() - started


def write_mail(file: Path) -> None:
    """What the rivals send: the same words with one personal link, and the bytes ready."""
    with tempfile.TemporaryDirectory() as folder:
        rendering = digest(folder)
    mail = {
        "sender": SENDER,
        "bare": BARE,
        "subject": rendering.subject,
        "text": rendering.text.replace(PREFERENCES, UNSUBSCRIBE),
        "html": (rendering.html or "").replace(PREFERENCES, UNSUBSCRIBE),
        "marker": UNSUBSCRIBE,
        "unsubscribe": f"{SITE}/unsubscribe/{TOKEN}",
        "raw": next(parcels(rendering, 1)).content.decode("ascii"),
    }
    file.write_text(json.dumps(mail), encoding="utf-8")


def main() -> None:
    """Send, or write down what is sent."""
    how, port, readers, *file = sys.argv[1:]
    if file:
        write_mail(Path(file[0]))
        return
    send = everything if how == "all" else lanes_alone
    print(json.dumps(send(f"smtp://127.0.0.1:{port}?starttls=never", int(readers))))


if __name__ == "__main__":
    main()
