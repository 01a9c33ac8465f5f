"""The whole job on show, with nothing of the user's touched.

The bundled press pages are served on loopback with four rounds published. They are taken into a
throw-away archive; then the fifth is published, a poll finds it, and its digest goes out.
"""

from __future__ import annotations

import socket
import tempfile
from contextlib import ExitStack, suppress
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import click

from monitor.bootstrap import Service, service
from monitor.entrypoints.counting import counted, rounds_told
from monitor.errors import Unreachable
from monitor.journeys.readers.orders import Order, subscribe
from monitor.pressroom import PressRoom, rounds
from monitor.settings import Settings

_READER = "reader@example.org"
_REQUESTS_PER_SECOND = 200.0  # the pages are our own, on this machine: no need to wait
_PORT = 8000


def demonstrate(*, mail_folder: Path | None, stay: bool) -> None:
    """Play the job through, telling each step.

    Args:
        mail_folder: where the mail goes; a temporary folder by default, which stays.
        stay: keep the pages up until a signal comes.
    """
    published = rounds()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="roundwatch-demo-")))
        mail = (mail_folder or Path(tempfile.mkdtemp(prefix="roundwatch-mail-"))).resolve()
        eve = published[5] - timedelta(days=1)
        room = stack.enter_context(PressRoom(through=eve, home="/about-us"))
        office = stack.enter_context(service(_settings(scratch, mail, room.base_url)))
        click.echo(f"1. The bundled press pages are up at {room.base_url}, as of {eve}.")
        click.echo("   Real facts, wording of our own: each page says so.")
        _take_the_past_in(office)
        subscribe(Order(_READER), database=office.database, now=office.now())
        click.echo(f"3. {_READER} subscribes.")
        _look(office, "4. A look at the listing")
        room.publish(published[5])
        click.echo(f"5. The fifth round is published ({published[5]}).")
        _look(office, "6. A look at the listing")
        _send(office, mail)
        if stay:
            _stay(office)


def _settings(scratch: Path, mail: Path, source: str) -> Settings:
    listen = f"127.0.0.1:{_free_port()}"
    return Settings(
        database_url=f"sqlite:///{scratch / 'demo.db'}",
        source_url=source,
        smtp_url=mail.as_uri(),
        public_url=f"http://{listen}",
        listen=listen,
        max_requests_per_second=_REQUESTS_PER_SECOND,
    )


def _free_port() -> int:
    """The usual port, or any other where somebody has that one."""
    for port in (_PORT, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise Unreachable("no port is free on this machine", todo="close a program that serves")


def _take_the_past_in(office: Service) -> None:
    done = office.take_past_in()
    click.echo(
        f"2. The past is taken in: {done.pages} listing pages name {done.named} releases, "
        f"{done.read + len(done.failed)} could be a readout and were read; "
        f"rounds {rounds_told(done.rounds)} are on file."
    )


def _look(office: Service, what: str) -> None:
    polled = office.look()
    asked = counted(polled.requests, "request")
    news = "; ".join(f"round {rounds_told(t.rounds)} is news" for t in polled.taken if t.rounds)
    new = "1 release is new" if polled.new == 1 else f"{polled.new} releases are new"
    found = (
        f"{new}{'; ' if news else ''}{news}" if polled.outcome == "read" else "nothing has changed"
    )
    click.echo(f"{what} ({asked}): {found}.")


def _send(office: Service, mail: Path) -> None:
    done = office.drain()
    if done.problem:
        raise Unreachable(done.problem.summary, todo="give another folder with --to")
    click.echo(f"7. {done.sent} digest is sent, as an .eml file in {mail}:")
    for path in sorted(mail.glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        click.echo(f"   {path.name}")
        click.echo(f"   Subject: {message['subject']}")


def _stay(office: Service) -> None:
    from monitor.entrypoints.running import run_service

    def begun(address: str) -> None:
        click.echo(f"8. The latest round is served at {address} until you press Ctrl-C.")
        click.echo(f"   Subscribe at {address}subscribe: the letter comes into the same folder.")

    run_service(office, begun)
