"""The web server: uvicorn around the pages."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from monitor.bootstrap import Service
from monitor.entrypoints.web.app import pages
from monitor.errors import SettingsError
from storage.errors import StorageError

if TYPE_CHECKING:
    import uvicorn

_SLOW_READERS = 5  # seconds that a page still being sent may take once the service is to end


def serve_pages(service: Service) -> None:
    """Serve until a signal comes.

    Raises:
        SettingsError: as `listening`.
    """
    with listening(service.settings.listen) as door, until_told():
        click.echo(f"pages at {address_of(door)}")
        serve(service, door)


def serve(service: Service, door: socket.socket) -> None:
    """Serve at a socket that is listening, until the server is told to stop."""
    server_of(service).run(sockets=[door])


def server_of(service: Service) -> uvicorn.Server:
    """The server of a service, still to be run."""
    import uvicorn

    with suppress(StorageError):  # a database that is away now may be back for the next page
        _ = service.signer  # its key is made now, where need be: no page that is read may write
    trusted = list(service.settings.trusted_proxies)
    config = uvicorn.Config(
        pages(service),
        log_config=None,  # its lines go the way of ours
        log_level="warning",
        access_log=False,  # addresses hold readers' tokens
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted,
        timeout_graceful_shutdown=_SLOW_READERS,
    )
    return uvicorn.Server(config)


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    """A socket that listens at `host:port`; without a host, on loopback alone.

    Raises:
        SettingsError: it cannot be had: taken, not ours to take, or no address of this machine.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, int(port)), family=family)
    except OSError as fault:
        raise SettingsError(
            f"ROUNDWATCH_LISTEN: nothing can be served at {address}: {fault.strerror or fault}",
            todo="end the program that has the port, or set another one",
        ) from fault
    # asyncio does it for sockets that name their protocol, which those of `create_server` do not.
    # Without it the second of two small writes, the body behind its head, waits 40 ms for an
    # acknowledgement (RFC 1122 section 4.2.3.4). Connections that are taken up inherit it.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with door:
        yield door


def address_of(door: socket.socket) -> str:
    """The address of the pages behind a socket that listens."""
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


@contextmanager
def until_told() -> Iterator[None]:
    """A block that SIGTERM or Ctrl-C ends, so that what follows it is still done.

    uvicorn raises the signal that stopped it once more, and SIGTERM by default ends the process on
    the spot: nothing would be closed, and a mail just sent would not be settled.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)
