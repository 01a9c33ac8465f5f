"""The web application of a test: the real one, behind a real socket, with a clock of the test's."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import httpx

from monitor.bootstrap import Service, service, utc_now
from monitor.entrypoints.web.server import address_of, listening, server_of
from monitor.settings import Settings
from storage.schema import metadata


@dataclass(frozen=True)
class Site:
    """A service whose pages are served, and the folder that its mail goes to."""

    service: Service
    address: str
    mail: Path

    def visitor(self, network: int = 1, **headers: str) -> httpx.Client:
        """A browser, or a program, in a network of its own."""
        return httpx.Client(
            base_url=self.address,
            headers={"X-Forwarded-For": f"192.0.{network}.7"} | headers,
            follow_redirects=False,
        )

    def drain(self) -> list[EmailMessage]:
        """Send all that is due, and return what was sent, oldest first."""
        known = set(self.mail.glob("*.eml"))
        self.service.drain()
        new = sorted(set(self.mail.glob("*.eml")) - known, key=lambda path: path.stat().st_mtime_ns)
        return [read_mail(path.read_bytes()) for path in new]

    def everything(self) -> list[str]:
        """The whole database as text, row by row."""
        with self.service.database.reading() as tx:
            return [
                f"{table.name}: {row}"
                for table in metadata.sorted_tables
                for row in tx.execute(table.select().order_by(*table.primary_key.columns))
            ]


def read_mail(content: bytes) -> EmailMessage:
    """A message, parsed."""
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(mail: EmailMessage) -> str:
    """The text part of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    found: Any = part.get_content()
    return str(found)


def links_of(mail: EmailMessage) -> list[str]:
    """Every address of the web in a mail: in its parts and in its headers."""
    parts = [
        str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"
    ]
    words = "\n".join([*parts, *(str(value) for value in mail.values())])
    return list(dict.fromkeys(re.findall(r"https?://[^\s\"'<>]+", words)))


def link_to(mail: EmailMessage, what: str) -> str:
    """The link of a mail that leads to `/what/...`."""
    found = [link for link in links_of(mail) if f"/{what}/" in link]
    assert found, f"no link to {what} in {links_of(mail)}"
    return found[0]


def policy_of(html: str, forms: str = "'none'") -> str:
    """The content security policy that a page must have: only its own style sheet counts."""
    style = html.partition("<style>")[2].partition("</style>")[0]
    named = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{named}'; base-uri 'none'; form-action {forms}; "
        "frame-ancestors 'none'"
    )


@contextmanager
def served(
    database_url: str, mail: Path, *, now: Callable[[], datetime] = utc_now, **words: Any
) -> Iterator[Site]:
    """Serve a service at a free address of loopback, which it takes for its public one."""
    with listening("127.0.0.1:0") as door:
        address = address_of(door).rstrip("/")
        settings = Settings(
            **{
                "database_url": database_url,
                "source_url": "http://127.0.0.1:9",
                "smtp_url": mail.as_uri(),
                "mail_from": "Roundwatch <digests@example.org>",
                "public_url": address,
                "trusted_proxies": ("127.0.0.1/32",),
                "pages_per_minute": 0,  # tests ask for more than anybody can read
            }
            | words
        )
        with service(settings, now=now) as made, _running(made, door):
            yield Site(made, address, mail)


@contextmanager
def _running(made: Service, door: socket.socket) -> Iterator[None]:
    server = server_of(made)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        assert not thread.is_alive()
