"""What is our own: the settings and where each comes from, the rhythm, the series, the key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from zoneinfo import TZPATH, ZoneInfo

from monitor.bootstrap import Service
from monitor.core.schedule import next_due
from monitor.entrypoints.counting import rhythm_told
from monitor.journeys.finding import Finding
from monitor.series import followed
from monitor.settings import PREFIX, SECRETS, Settings
from storage import journal


@dataclass(frozen=True, slots=True)
class SettingTold:
    """A setting: its variable, its value as it may be shown, and where it comes from."""

    name: str
    value: str
    whence: str


def settings_told(settings: Settings, whence: Mapping[str, str]) -> tuple[SettingTold, ...]:
    """All settings; a secret's value is never shown.

    Args:
        settings: as they are.
        whence: where those come from that are not as by default; see `monitor.settings.whence`.
    """
    return tuple(
        SettingTold(
            name=f"{PREFIX}{each.name.upper()}",
            value=_shown(each.name, getattr(settings, each.name)),
            whence=whence.get(each.name, "default"),
        )
        for each in fields(Settings)
    )


def _shown(name: str, value: Any) -> str:  # noqa: ANN401 - of any setting
    if value is None or value == ():
        return "not set"
    if name in SECRETS:
        return "set, and not shown"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.key if isinstance(value, ZoneInfo) else str(value)


def own(service: Service) -> Iterator[Finding]:
    """What the settings come to, where that needs a sentence."""
    s = service.settings
    yield Finding(
        True,
        "rhythm",
        f"{rhythm_told(s)}; the next is due at "
        f"{next_due(service.now(), s.rhythm):%Y-%m-%d %H:%M} UTC",
    )
    yield Finding(True, "zones", f"time zones are those of {_zones()}")
    yield Finding(True, "series", f"followed: {', '.join(each.slug for each in followed())}")
    key = "as set" if s.secret_key else "made at the first start, and kept in the database"
    yield Finding(True, "key", f"the key that links are signed with is {key}")
    if s.public_url and not s.trusted_proxies:
        says = "none is trusted: behind a proxy all visitors count as one network"
        yield Finding(True, "proxies", f"{says}; if there is one, set {PREFIX}TRUSTED_PROXIES")


def last_look(service: Service) -> str:
    """When the source was seen last."""
    with service.database.reading() as tx:
        last = journal.last_good_poll(tx, service.settings.source_url)
    if last is None:
        return "no good one yet"
    return f"the last good one was at {last.started_at:%Y-%m-%d %H:%M} UTC"


def _zones() -> str:
    if TZPATH:
        return f"the system ({TZPATH[0]} and others)"
    try:
        return f"the package tzdata, {version('tzdata')}"
    except PackageNotFoundError:
        return "nobody"
