"""From the world of a container to this machine: its paths and hosts, and what stands for them."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from deploy.natively.compose import Service

LOOPBACK = "127.0.0.1"

_PATH = r"(?<![\w.-]){}(?![\w.-])"
_ANY_DOOR = r"\b(?:0\.0\.0\.0|127\.0\.0\.1):{}\b"
_HOST = r"(?:(?<=//)|(?<=@)){}(?::\d+)?(?![\w.-])"


@dataclass(frozen=True)
class Places:
    """Where everything is on this machine.

    Args:
        folder: of the project: with `.env` and the secrets' files, and our own below `native`.
        program: the folder of the command `roundwatch`.
        ports: the port of each service on loopback.
        secrets: the file of each secret, as the compose file names it.
    """

    folder: Path
    program: Path
    ports: Mapping[str, int]
    secrets: Mapping[str, str] = field(default_factory=dict)

    def own(self, kind: str, name: str) -> Path:
        """A folder of ours; `kind` is one of volumes, secrets, homes, tmp, logs."""
        path = self.folder / "native" / kind / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def environment(self, service: Service, name: str) -> dict[str, str]:
        """All that the process `name` of a service finds in its environment."""
        given: dict[str, str] = {}
        for path in service.env_files:
            given |= {k: v for k, v in dotenv_values(self.folder / path).items() if v is not None}
        given |= service.environment
        return {
            "PATH": f"{self.program}:{os.defpath}",
            "HOME": str(self.home(service, name)),
            "TMPDIR": str(self.own("tmp", name)),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PGPORT": str(self.ports[service.name]),
            **{k: self.here(v, service, name) for k, v in given.items()},
        }

    def home(self, service: Service, name: str) -> Path:
        """Where a process works: on its volume, or where nothing can be written."""
        for volume in service.volumes:
            return self.own("volumes", volume)
        home = self.own("homes", name)
        home.chmod(0o555)
        return home

    def here(self, text: str, service: Service, name: str) -> str:
        """A text of the container's world, with the paths and hosts of this machine."""
        paths = {"/run/secrets": self.own("secrets", service.name)}
        paths |= {inside: self.own("volumes", each) for each, inside in service.volumes.items()}
        paths |= {inside: self.own("tmp", name) for inside in service.tmpfs}
        there = {_PATH.format(re.escape(k)): str(v) for k, v in paths.items()}
        own = f"{LOOPBACK}:{self.ports[service.name]}"
        there |= {_ANY_DOOR.format(inside): own for inside in service.ports}
        return _in_one_go(text, there | self._hosts)

    def write_secrets(self, service: Service) -> list[Path]:
        """Put the secrets of a service where it finds them, with the hosts of this machine."""
        written = []
        for name in service.secrets:
            path = self.own("secrets", service.name) / name
            path.unlink(missing_ok=True)
            secret = (self.folder / self.secrets[name]).read_text("utf-8")
            path.write_text(_in_one_go(secret, self._hosts), "utf-8")
            path.chmod(0o400)
            written.append(path)
        return written

    @property
    def _hosts(self) -> dict[str, str]:
        return {_HOST.format(re.escape(k)): f"{LOOPBACK}:{v}" for k, v in self.ports.items()}


def _in_one_go(text: str, there: Mapping[str, str]) -> str:
    """Put other words in the place of patterns; never in those that were just put in."""
    words = list(there.values())
    whole = "|".join(f"({pattern})" for pattern in there)
    return re.sub(whole, lambda found: words[(found.lastindex or 0) - 1], text)


def free_ports(services: Sequence[Service]) -> dict[str, int]:
    """A port for each service: the one it publishes where that is free, else any."""
    with_door: dict[str, socket.socket] = {}
    try:
        for service in services:
            with_door[service.name] = _door([*service.ports.values(), 0])
        return {name: door.getsockname()[1] for name, door in with_door.items()}
    finally:
        for door in with_door.values():
            door.close()


def _door(ports: Sequence[int]) -> socket.socket:
    for port in ports[:-1]:
        try:
            return socket.create_server((LOOPBACK, port))
        except OSError:
            continue
    return socket.create_server((LOOPBACK, ports[-1]))
