"""A whole installation with a relay: from the form to the digest in readers' real mailboxes."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from monitor.bootstrap import Service, service
from monitor.pressroom import PressRoom
from monitor.series import DEFAULT
from tests.databases import SqliteFiles
from tests.entrypoints.saved import EVE, PUBLISHED
from tests.entrypoints.site import Site, link_to, read_mail, served
from tests.journeys.offices import Clock, add_reader
from tests.relay.checked import has_dkimpy
from tests.relay.manual import main_cf, opendkim_conf
from tests.servers.opendkim import GENKEY, OPENDKIM, Published, opendkim
from tests.servers.postfix import MAY_START, Relay, postfix

READERS = {"reader": "en", "yomite": "ja", "leaver": "en"}
"""Mailboxes at example.org, and the languages that their owners choose."""

GONE = "gone@example.org"
"""A reader whose mailbox is no more."""

MAILBOXES = {f"{name}@example.org": name for name in READERS} | {"@rounds.example.org": "bounces"}
FROM_US = {
    "mail_from": "Roundwatch <digests@rounds.example.org>",
    "bounce_address": "bounces+*@rounds.example.org",
}
# A server that knows its mailboxes refuses others at once; one that passes mail on reports later.
LEARNS_LATER = {"smtpd_reject_unlisted_recipient": "no"}


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Installation:
    """The service behind its pages, its relay, and what the service wrote by Message-ID."""

    site: Site
    relay: Relay
    key: Published
    composed: dict[str, bytes]

    def last(self, name: str, number: int) -> bytes:
        """The newest mail of a mailbox that this many are in."""
        mails = self.relay.arrived(name, number)
        assert len(mails) == number
        return mails[-1]

    def send(self) -> int:
        """Send all that is due; how many. What is written is kept from a run on a copy."""
        with self._copy() as twin:
            wrote = twin.drain()
        for path in self.site.mail.glob("*.eml"):
            content = path.read_bytes()
            self.composed[str(read_mail(content)["Message-ID"])] = content
        sent = self.site.service.drain()
        assert sent.problem is None
        assert sent.sent == wrote.sent
        return sent.sent

    @contextmanager
    def _copy(self) -> Iterator[Service]:
        """The service as it is now, with a copy of the archive, and a folder for a relay."""
        ours = self.site.service
        archive = Path(ours.settings.database_url.removeprefix("sqlite:///"))
        copy = archive.with_suffix(".copy")
        with sqlite3.connect(archive) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        source.close()
        target.close()
        url, folder = f"sqlite:///{copy}", self.site.mail.as_uri()
        changed = replace(ours.settings, database_url=url, smtp_url=folder)
        with service(changed, now=ours.now) as twin:
            yield twin


@pytest.fixture(scope="session")
def programs() -> None:
    """What Debian brings for these tests; without it they are skipped."""
    if not MAY_START:
        pytest.skip("Postfix is not here, or we may not start it")
    if OPENDKIM is None or GENKEY is None:
        pytest.skip("Debian's opendkim or opendkim-tools is not here")
    if not has_dkimpy():
        pytest.skip("Debian's python3-dkim is not here")


@pytest.fixture(scope="module")
def installation(
    programs: None, sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Three readers came by the form and one by the operator, and the fifth round was told."""
    near, signer = free_port(), free_port()
    main = main_cf() | LEARNS_LATER | {"smtpd_milters": f"inet:127.0.0.1:{signer}"}
    words = {"smtp_url": f"smtp://127.0.0.1:{near}?starttls=never", "max_requests_per_second": 1e3}
    with ExitStack() as stack:
        key = stack.enter_context(opendkim(signer, opendkim_conf()))
        relay = stack.enter_context(postfix(f"127.0.0.1:{near}", MAILBOXES, main))
        room = stack.enter_context(PressRoom(through=EVE))
        folder = tmp_path_factory.mktemp("composed")
        url = sqlite_files.ready()
        words |= {"source_url": room.base_url} | FROM_US
        site = stack.enter_context(served(url, folder, now=Clock(), **words))
        made = Installation(site, relay, key, {})
        tell_the_fifth_round(made, room)
        yield made


def tell_the_fifth_round(made: Installation, room: PressRoom) -> None:
    """From an empty archive to the digests of a round that readers waited for."""
    watch = made.site.service
    assert watch.secret_key  # made now, so that a copy of the archive has it too
    watch.take_past_in()
    watch.look()
    come_in(made)
    room.publish(PUBLISHED[5])
    assert len(watch.look().announced) == 1
    assert made.send() == len(READERS) + 1


def come_in(made: Installation) -> None:
    """Readers fill the form in, find the letter in their mailbox, and confirm."""
    for name, language in READERS.items():
        form = {"address": f"{name}@example.org", "series": DEFAULT, "language": language}
        with made.site.visitor() as browser:
            assert browser.post("/subscribe", data=form).status_code == 202
    assert made.send() == len(READERS)
    for name in READERS:
        confirm = link_to(read_mail(made.last(name, 1)), "confirm")
        with made.site.visitor() as browser:
            assert browser.post(confirm).status_code == 200
    add_reader(made.site.service, GONE)
    assert made.send() == len(READERS)  # the welcomes
