"""What processes hold, and what a PostgreSQL database holds, at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

TABLES = ("deliveries", "ticks", "requests", "snapshots", "polls", "procrastinate_jobs")
"""Those that grow while a service runs."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds: memory in MB (10^6 bytes), and its peak; files, sockets, threads."""

    memory: float
    peak: float
    files: int
    sockets: int
    threads: int


def held_by(pid: int) -> Held | None:
    """What a process holds now; None for one that is gone."""
    try:
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        )
        names = [found for each in Path(f"/proc/{pid}/fd").iterdir() if (found := _target(each))]
    except (OSError, ValueError):
        return None
    if "VmRSS" not in status:
        return None  # it has ended, and nobody has asked how
    sockets = sum(name.startswith("socket:") for name in names)
    return Held(
        _megabytes(status["VmRSS"]),
        _megabytes(status["VmHWM"]),
        len(names) - sockets,
        sockets,
        int(status["Threads"]),
    )


def _target(descriptor: Path) -> str:
    """What a descriptor stands for; nothing, where it was closed just now."""
    try:
        return str(descriptor.readlink())
    except FileNotFoundError:
        return ""


def _megabytes(kib: str) -> float:
    return int(kib.split(maxsplit=1)[0]) * 1024 / 1e6


@dataclass(frozen=True, slots=True)
class Stored:
    """What a database has: who is connected, what waits, and sizes in MB.

    `jobs`, `issues` and `open` are jobs that wait, open issues and open deliveries.
    """

    connections: int
    jobs: int
    issues: int
    open: int
    size: float
    tables: Mapping[str, float]


_COUNTS = b"""
select (select count(*) from pg_stat_activity where datname = current_database()),
    (select count(*) from procrastinate_jobs where status in ('todo', 'doing')),
    (select count(*) from issues where closed_at is null),
    (select count(*) from deliveries where state in ('queued', 'sending', 'uncertain')),
    pg_database_size(current_database())
"""


def stored_at(address: str) -> Stored | None:
    """What a database has now; None while it cannot be asked."""
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            counts = connection.execute(_COUNTS).fetchone()
            tables = {}
            for name in TABLES:
                row = connection.execute("select pg_total_relation_size(%s)", [name]).fetchone()
                tables[name] = row[0] / 1e6 if row else 0.0
    except psycopg.Error:
        return None
    assert counts is not None
    return Stored(*counts[:4], size=counts[4] / 1e6, tables=tables)
