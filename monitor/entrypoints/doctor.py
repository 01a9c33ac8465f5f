"""Settings and connections, tried one by one and explained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile

from monitor.bootstrap import Service
from monitor.core.addresses import LISTING_PATHS, OFFICIAL_ORIGIN
from monitor.errors import Gone, RoundwatchError
from monitor.journeys.finding import Finding
from monitor.journeys.health import read_otherwise
from notifiers.file import FileNotifier
from notifiers.message import NothingCanBeSent, SendError
from storage.errors import StorageError


def examine(service: Service) -> tuple[Finding, ...]:
    """Try the database, the source and the mail server; say what else the settings come to."""
    return (
        _tried("database", lambda: _database(service)),
        _tried("source", lambda: _source(service)),
        _tried("mail", lambda: _mail(service)),
        _rhythm(service),
    )


def _tried(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(True, name, look())
    except (RoundwatchError, StorageError, SendError) as fault:
        todo = f"; what to do: {fault.todo}" if fault.todo else ""
        return Finding(False, name, f"{fault}".rstrip(".") + todo)


def _database(service: Service) -> str:
    with service.database.reading() as tx:
        otherwise = read_otherwise(tx)
    told = f"; {otherwise}" if otherwise else ""
    return f"{service.database}, tables at {service.database.revision()}{told}"


def _source(service: Service) -> str:
    for path in LISTING_PATHS:
        try:
            answer = service.site.page(OFFICIAL_ORIGIN + path)
        except Gone:
            continue
        return f"{answer.url} answers with {len(answer.body):,} bytes"
    raise Gone(
        f"{service.settings.source_url} has no listing under either known prefix",
        todo="see ROUNDWATCH_SOURCE_URL",
    )


def _mail(service: Service) -> str:
    notifier = service.notifier
    if isinstance(notifier, FileNotifier):
        _try_writing(notifier.folder)
        unset = "no mail server is set; " if service.settings.smtp_url is None else ""
        return f"{unset}mail is written to {notifier.folder}"
    probe: Callable[[], None] | None = getattr(notifier, "probe", None)
    if probe:
        probe()
    return f"the mail server answers; mail is from {service.settings.mail_from}"


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


def _rhythm(service: Service) -> Finding:
    s = service.settings
    says = (
        f"a look every {s.poll_office_minutes} minutes from {s.poll_office_start:%H:%M} to "
        f"{s.poll_office_end:%H:%M} on weekdays in {s.poll_zone.key}, "
        f"every {s.poll_other_minutes} otherwise"
    )
    return Finding(True, "rhythm", says)
