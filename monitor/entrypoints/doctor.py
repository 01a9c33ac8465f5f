"""Settings and connections, tried one by one and explained."""

from __future__ import annotations

from collections.abc import Callable

from monitor.bootstrap import Service
from monitor.core.addresses import LISTING_PATHS, OFFICIAL_ORIGIN
from monitor.errors import Gone, RoundwatchError
from monitor.journeys.health import Finding
from notifiers.message import SendError
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
        return Finding(
            False, name, f"{fault}" + (f" What to do: {fault.todo}" if fault.todo else "")
        )


def _database(service: Service) -> str:
    return f"{service.database}, tables at {service.database.revision()}"


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
    if service.settings.smtp_url is None:
        return f"no mail server is set; mail is written to {service.settings.mail_folder}"
    probe: Callable[[], None] | None = getattr(service.notifier, "probe", None)
    if probe is None:
        return "mail is written to a folder"
    probe()
    return f"the mail server answers; mail is from {service.settings.mail_from}"


def _rhythm(service: Service) -> Finding:
    s = service.settings
    says = (
        f"a look every {s.poll_office_minutes} minutes from {s.poll_office_start:%H:%M} to "
        f"{s.poll_office_end:%H:%M} on weekdays in {s.poll_zone.key}, "
        f"every {s.poll_other_minutes} otherwise"
    )
    return Finding(True, "rhythm", says)
