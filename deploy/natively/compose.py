"""A compose file, read as far as processes need it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_GRACE = 10.0  # seconds that an engine gives a container to end, where nothing is said


@dataclass(frozen=True)
class Health:
    """How to ask whether a service is well: a command, and for how long it may say no at first."""

    test: tuple[str, ...]
    patience: float


@dataclass(frozen=True)
class Service:
    """One service, in the words of the compose file; `volumes` by name, `ports` inside: outside."""

    name: str
    image: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    env_files: tuple[str, ...]
    secrets: tuple[str, ...]
    volumes: Mapping[str, str]
    tmpfs: tuple[str, ...]
    ports: Mapping[int, int]
    profiles: tuple[str, ...]
    depends_on: Mapping[str, str]
    health: Health | None
    replicas: int
    grace: float


@dataclass(frozen=True)
class Compose:
    """The services, and the file of each secret."""

    services: Mapping[str, Service]
    secrets: Mapping[str, str]

    def started(self, profiles: Sequence[str], named: Sequence[str]) -> list[Service]:
        """What `docker compose up` would start, each after what it depends on.

        Args:
            profiles: services of these are started beside those that have none.
            named: only these, and what they depend on, whatever their profiles.

        Raises:
            KeyError: there is no such service.
        """
        wanted = named or [
            each.name
            for each in self.services.values()
            if not each.profiles or set(each.profiles) & set(profiles)
        ]
        ordered: dict[str, Service] = {}
        for name in wanted:
            self._add(name, ordered)
        return list(ordered.values())

    def _add(self, name: str, ordered: dict[str, Service]) -> None:
        for awaited in self.services[name].depends_on:
            if awaited not in ordered:
                self._add(awaited, ordered)
        ordered[name] = self.services[name]


def read(path: Path) -> Compose:
    """Read a compose file; names and forms are those that this project uses."""
    found = yaml.safe_load(path.read_text("utf-8"))
    return Compose(
        {name: _service(name, given) for name, given in found["services"].items()},
        {name: given["file"] for name, given in found.get("secrets", {}).items()},
    )


def _service(name: str, given: Mapping[str, Any]) -> Service:
    return Service(
        name=name,
        image=given["image"],
        command=tuple(given.get("command", ())),
        environment={k: str(v) for k, v in given.get("environment", {}).items()},
        env_files=tuple(each["path"] for each in given.get("env_file", ())),
        secrets=tuple(given.get("secrets", ())),
        volumes=dict(each.split(":")[:2] for each in given.get("volumes", ())),
        tmpfs=tuple(given.get("tmpfs", ())),
        ports=dict(_port(each) for each in given.get("ports", ())),
        profiles=tuple(given.get("profiles", ())),
        depends_on={k: v["condition"] for k, v in given.get("depends_on", {}).items()},
        health=_health(given["healthcheck"]) if "healthcheck" in given else None,
        replicas=given.get("deploy", {}).get("replicas", 1),
        grace=seconds(given["stop_grace_period"]) if "stop_grace_period" in given else _GRACE,
    )


def _port(published: str) -> tuple[int, int]:
    _, outside, inside = published.split(":")
    return int(inside), int(outside)


def _health(given: Mapping[str, Any]) -> Health:
    asked = seconds(given["interval"]) * given["retries"]
    return Health(tuple(given["test"][1:]), seconds(given["start_period"]) + asked)


def seconds(duration: str) -> float:
    """A duration such as `1m30s`, in seconds."""
    return sum(float(n) * _SECONDS[unit] for n, unit in re.findall(r"(\d+)([smh])", duration))
