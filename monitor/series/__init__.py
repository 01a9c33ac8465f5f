"""The followed series, one TOML file each."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from monitor.core.series_file import series_from
from monitor.core.topics import Series
from monitor.errors import UnknownSeries


@cache
def followed() -> tuple[Series, ...]:
    """All series that ship with the program, by slug.

    Raises:
        UnknownSeries: a file is faulty.
    """
    files = (entry for entry in resources.files(__name__).iterdir() if entry.name.endswith(".toml"))
    return tuple(
        series_from(tomllib.loads(entry.read_text("utf-8")), entry.name)
        for entry in sorted(files, key=lambda entry: entry.name)
    )


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
