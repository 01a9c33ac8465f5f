"""The followed series, one TOML file each."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

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
    files = (entry for entry in resources.files(__name__).iterdir() if entry.name.endswith(".toml"))
    read = (series_from(tomllib.loads(f.read_text("utf-8")), f.name) for f in files)
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
