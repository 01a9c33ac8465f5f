"""What is outside of us, tried one by one: the source, the mail server, our own pages."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from monitor.bootstrap import Service
from monitor.core.addresses import LISTING_PATHS, OFFICIAL_ORIGIN
from monitor.errors import Gone
from monitor.journeys.finding import Finding
from monitor.sources.answers import Answer
from notifiers.file import FileNotifier
from notifiers.message import NothingCanBeSent
from storage import fetches

_SLACK = timedelta(seconds=30)
"""A clock may be off by so much: a day that is counted, and a token's end, are none the worse."""

_PATIENCE = 10.0  # seconds for our own pages


def source(service: Service) -> str:
    """Ask for the listing; say who answered, by what clock, and what robots.txt wants."""
    answer = _listing(service)
    clock = _clock(service, answer)
    return f"{answer.url} answers with {len(answer.body):,} bytes{clock}{_robots(service)}"


def _listing(service: Service) -> Answer:
    for path in LISTING_PATHS:
        try:
            return service.site.page(OFFICIAL_ORIGIN + path)
        except Gone:
            continue
    raise Gone(
        f"{service.settings.source_url} has no listing under either known prefix",
        todo="see ROUNDWATCH_SOURCE_URL",
    )


def _clock(service: Service, answer: Answer) -> str:
    """How far its clock and ours are apart, where that is worth a word."""
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return ""
    apart = abs(service.now() - theirs.astimezone(UTC))
    if apart <= _SLACK:
        return ""
    return (
        f"; its clock and ours are {apart.total_seconds():,.0f} seconds apart: set this machine's"
    )


def _robots(service: Service) -> str:
    host = urlsplit(service.settings.source_url).netloc
    with service.database.reading() as tx:
        manners = fetches.host_manners(tx, host)
    if manners is None or manners.robots_status is None:
        return ""
    read = "its robots.txt is kept to" if manners.robots_text else "it has no robots.txt"
    rests = manners.rests_until
    resting = (
        f"; it is left alone until {rests:%H:%M} UTC" if rests and rests > service.now() else ""
    )
    return f"; {read}{resting}"


def mail(service: Service) -> str:
    """Go to the mail server's door and back."""
    notifier = service.notifier
    if isinstance(notifier, FileNotifier):
        _try_writing(notifier.folder)
        unset = "no mail server is set; " if service.settings.smtp_url is None else ""
        return f"{unset}mail is written to {notifier.folder}"
    probe: Callable[[], str] | None = getattr(notifier, "probe", None)
    told = f"; {probe()}" if probe else ""
    return f"the mail server answers{told}; mail is from {service.settings.mail_from}"


def _try_writing(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return
    except OSError as fault:
        raise NothingCanBeSent(
            f"no mail can be written to {folder}: {fault.strerror}.",
            todo="allow writing there, or set ROUNDWATCH_SMTP_URL",
        ) from fault


def pages(service: Service) -> Iterator[Finding]:
    """Ask for our own pages at the address that readers are given."""
    address = service.settings.public_url
    if address is None:
        says = "ROUNDWATCH_PUBLIC_URL is not set: mails link to no page, nobody can subscribe there"
        yield Finding(True, "pages", says)
        return
    try:
        # The settings know http and https alone.
        with urllib.request.urlopen(f"{address}/healthz", timeout=_PATIENCE) as answer:  # noqa: S310
            well, says = answer.status == 200, f"{address} answers"
    except OSError as fault:
        well, says = False, f"{address} does not answer: {getattr(fault, 'reason', fault)}"
    todo = (
        "" if well else "; what to do: start `roundwatch run` or `serve`, and the proxy before it"
    )
    yield Finding(well, "pages", says + todo)
