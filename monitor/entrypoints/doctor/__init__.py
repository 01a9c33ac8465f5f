"""Settings and connections, tried one by one and explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from monitor.bootstrap import Service
from monitor.entrypoints.doctor import archive, outside
from monitor.entrypoints.doctor.own import last_look, own
from monitor.errors import RoundwatchError
from monitor.journeys.finding import Finding
from notifiers.message import SendError
from storage.errors import StorageError


def examine(service: Service) -> Iterator[Finding]:
    """Try the database, the source, the mail server and the pages; say what the settings come to.

    One that fails keeps nobody from the others.
    """
    yield from _tried("database", lambda: archive.database(service))
    yield from _all_tried("work", lambda: archive.at_work(service))
    yield from _tried("source", lambda: outside.source(service))
    yield from _tried("looks", lambda: last_look(service))
    yield from _tried("mail", lambda: outside.mail(service))
    yield from outside.pages(service)
    yield from own(service)


def _tried(name: str, look: Callable[[], str]) -> Iterator[Finding]:
    return _all_tried(name, lambda: [Finding(True, name, look())])


def _all_tried(name: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except (RoundwatchError, StorageError, SendError) as fault:
        todo = f"; what to do: {fault.todo}" if fault.todo else ""
        yield Finding(False, name, f"{fault}".rstrip(".") + todo)
