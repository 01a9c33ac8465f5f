"""A real OpenDKIM of the test's own, with a key that its own program makes."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.stopping import stopper

_PLACES = "/usr/sbin:/usr/bin:/sbin:/bin"
OPENDKIM = shutil.which("opendkim", path=_PLACES)
GENKEY = shutil.which("opendkim-genkey", path=_PLACES)
PATIENCE = 20
_END = 'pid="$(cat "$0")" && kill "$pid" && while kill -0 "$pid"; do sleep 0.05; done'


@dataclass(frozen=True)
class Published:
    """A public key as an operator publishes it: the name and the text of a TXT record."""

    name: str
    text: str


@contextmanager
def opendkim(port: int, settings: Mapping[str, str]) -> Iterator[Published]:
    """Run an OpenDKIM that signs; gives what is to be published of its new key.

    Args:
        port: a free one of loopback.
        settings: the lines of opendkim.conf; those for its files and its port are set here.
    """
    assert OPENDKIM is not None
    folder = Path(tempfile.mkdtemp(prefix="roundwatch-opendkim-"))
    stop = stopper(folder, ["sh", "-c", _END, str(folder / "pid")])
    try:
        published = _new_key(folder, settings["Domain"], settings["Selector"])
        private = folder / f"{settings['Selector']}.private"
        own = {
            "KeyFile": private,
            "Socket": f"inet:{port}@127.0.0.1",
            "PidFile": folder / "pid",
            "RequireSafeKeys": "no",  # it takes no key from below /tmp, which all may write
        }
        lines = [f"{name} {value}\n" for name, value in (dict(settings) | own).items()]
        (folder / "conf").write_text("".join(lines))
        for path in (folder, private):
            shutil.chown(path, settings["UserID"])
        subprocess.run([OPENDKIM, "-x", folder / "conf"], check=True, timeout=20)
        _wait_for(port)
        yield published
    finally:
        stop()


def _new_key(folder: Path, domain: str, selector: str) -> Published:
    assert GENKEY is not None
    command = [GENKEY, "-b", "2048", "-d", domain, "-s", selector, "-D", str(folder)]
    subprocess.run(command, check=True, timeout=60)
    zone = (folder / f"{selector}.txt").read_text()
    return Published(f"{selector}._domainkey.{domain}.", "".join(re.findall(r'"([^"]*)"', zone)))


def _wait_for(port: int) -> None:
    begun = time.monotonic()
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            assert time.monotonic() - begun < PATIENCE
            time.sleep(0.05)
        else:
            return
