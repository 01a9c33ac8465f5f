"""The followed series, one TOML file each."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from monitor.core.look import READER
from monitor.core.series_file import series_from
from monitor.core.topics import Series
from monitor.errors import UnknownSeries

DEFAULT = "us-japan-partnership-on-trade"
"""The series that is meant where nobody says which."""


@cache
def followed() -> tuple[Series, ...]:
    """All series that ship with the program: the default first, then by slug.

    Raises:
        UnknownSeries: a file is faulty.
    """
    read = (series_from(tomllib.loads(f.read_text("utf-8")), f.name) for f in _files())
    return tuple(sorted(read, key=lambda series: (series.slug != DEFAULT, series.slug)))


def series_named(slug: str) -> Series:
    """The followed series with this slug.

    Raises:
        UnknownSeries: there is none.
    """
    for series in followed():
        if series.slug == slug:
            return series
    known = ", ".join(series.slug for series in followed())
    raise UnknownSeries(f"no series is called {slug}", todo=f"followed are: {known}")


@cache
def edition() -> str:
    """The edition of the reader: its version, and a hash of the files of all followed series.

    A page that another edition understood may come out differently now, whatever its server says
    of it. The files are hashed and not read, so that a glance can afford it.
    """
    digest = hashlib.sha256()
    for file in sorted(_files(), key=lambda file: file.name):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{READER}.{digest.hexdigest()[:12]}"


def _files() -> Iterator[Path]:
    # Not by importlib.resources, which costs each glance 3 ms to load what it does not use.
    return Path(__file__).parent.glob("*.toml")
