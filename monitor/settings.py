"""The settings: from the environment and a `.env` file to one frozen value.

Every name starts with `ROUNDWATCH_`; the environment wins over `.env`; a secret may come from a
file named by `..._FILE`. All faults are named at once, misspelled names among them. What each
setting does stands in `docs/settings.md`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import time
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from monitor.core.schedule import Rhythm
from monitor.errors import SettingsError

PREFIX = "ROUNDWATCH_"
SECRETS = frozenset({"database_url", "smtp_url", "secret_key", "hook_secret", "operator_token"})
"""What is never shown: keys, and addresses that may hold a password."""

_MOST_MINUTES = 24 * 60
_HIGHEST_PORT = 65535
_OFFICE_START, _OFFICE_END = time(8), time(19)
LogForm = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]
_ADDRESS = r"[^\s@<>,;\"]+@[^\s@<>,;\"]+"
_MAILBOX = rf'(?:"[^"\x00-\x1f]*" *|[^@<>,;"\x00-\x1f]*)<{_ADDRESS}>|{_ADDRESS}'


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, checked. A field is its setting's name in lower case, without the prefix."""

    database_url: str
    source_url: str = "https://ustr.gov"
    wayback_url: str = "https://web.archive.org"
    wayback_per_minute: float = 20.0
    smtp_url: str | None = None
    mail_from: str = "Roundwatch <roundwatch@localhost>"
    public_url: str | None = None
    listen: str = "127.0.0.1:8000"
    secret_key: str | None = None
    operator_email: str | None = None
    max_requests_per_second: float = 1.0
    poll_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/New_York"))
    poll_office_start: time = _OFFICE_START
    poll_office_end: time = _OFFICE_END
    poll_office_minutes: int = 5
    poll_other_minutes: int = 30
    poll_jitter_seconds: int = 20
    delivery_lease_seconds: int = 900
    trusted_proxies: tuple[str, ...] = ()
    webhook_private: tuple[str, ...] = ()
    mail_connections: int = 4
    mail_per_minute: int = 0
    mail_per_minute_per_domain: int = 0
    pages_per_minute: int = 300
    bounce_address: str | None = None
    unsubscribe_address: str | None = None
    bounce_folder: Path | None = None
    hook_secret: str | None = None
    operator_token: str | None = None
    backup_folder: Path | None = None
    pulse_file: Path | None = None
    log: LogForm = "text"
    log_level: LogLevel = "info"

    @property
    def rhythm(self) -> Rhythm:
        """When to poll."""
        return Rhythm(
            zone=self.poll_zone,
            office_start=self.poll_office_start,
            office_end=self.poll_office_end,
            office_minutes=self.poll_office_minutes,
            other_minutes=self.poll_other_minutes,
            jitter_seconds=self.poll_jitter_seconds,
        )

    @property
    def contact(self) -> str:
        """Whom a webmaster may ask about us, for the user agent: the sender, if nobody better.

        A header is ASCII: other characters are percent-encoded, as in `mailto:` (RFC 6068).
        """
        sender = self.mail_from.rpartition("<")[2].rstrip("> ")
        return quote(self.operator_email or self.public_url or sender, safe=":/@?#[]+=&;,~%!$'*")

    @property
    def mail_domain(self) -> str:
        """The domain of our Message-IDs: that of the sender."""
        return self.mail_from.rpartition("@")[2].rstrip("> ") or "localhost"

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.database_url.startswith("sqlite:")

    @property
    def mail_folder(self) -> Path:
        """Where mail goes as .eml files when no mail server is set: beside a SQLite database."""
        return self._beside_the_database / "mail"

    @property
    def backups(self) -> Path:
        """Where a backup is kept before the database is changed as a whole."""
        return self.backup_folder or self._beside_the_database

    @property
    def _beside_the_database(self) -> Path:
        path = self.database_url.partition("sqlite:///")[2].partition("?")[0]
        return Path(path).parent if path else data_folder()


def data_folder() -> Path:
    """The user's own folder for data, by the conventions of the system."""
    from platformdirs import user_data_path

    return user_data_path("roundwatch", appauthor=False)


def load(environ: Mapping[str, str] | None = None, dotenv: Path | None = None) -> Settings:
    """Read the settings.

    Args:
        environ: the environment; the process's own by default.
        dotenv: a file of settings; `.env` in the working directory by default.

    Raises:
        SettingsError: naming every fault: unknown names, values that do not fit, files not found.
    """
    given, faults = _given(os.environ if environ is None else environ, dotenv or Path(".env"))
    faults += _unknown(given)
    values: dict[str, Any] = {}
    for each in fields(Settings):
        try:
            raw = _raw(given, each.name)
            if raw is not None:
                values[each.name] = _PARSERS.get(each.name, str)(raw)
        except (ValueError, OSError) as fault:
            faults.append(f"{PREFIX}{each.name.upper()}: {fault}")
    faults += _contradictions(values)
    if faults:
        raise SettingsError(
            "the settings are faulty:\n  " + "\n  ".join(faults),
            todo="docs/settings.md lists every setting with its form",
        )
    values.setdefault("database_url", f"sqlite:///{data_folder() / 'roundwatch.db'}")
    return Settings(**values)


def whence(environ: Mapping[str, str] | None = None, dotenv: Path | None = None) -> dict[str, str]:
    """Say where each setting comes from that is not as by default; by its field's name.

    Args:
        environ: as of `load`.
        dotenv: as of `load`.
    """
    own = os.environ if environ is None else environ
    given, _ = _given(own, dotenv or Path(".env"))
    found: dict[str, str] = {}
    for each in fields(Settings):
        variable = f"{PREFIX}{each.name.upper()}"
        for name in (variable, f"{variable}_FILE"):
            if value := given.get(name):
                place = "the environment" if own.get(name) else ".env"
                found[each.name] = place if name == variable else f"{value}, by {place}"
    return found


def _given(environ: Mapping[str, str], dotenv: Path) -> tuple[dict[str, str], list[str]]:
    given: dict[str, str] = {}
    faults = []
    if dotenv.is_file():
        from dotenv import dotenv_values

        try:
            given.update({k: v for k, v in dotenv_values(dotenv).items() if v is not None})
        except (OSError, UnicodeDecodeError) as fault:
            faults.append(f"{dotenv} cannot be read: {_why(fault)}")
    given.update(environ)
    return {k: v for k, v in given.items() if k.startswith(PREFIX)}, faults


def _unknown(given: Mapping[str, str]) -> list[str]:
    known = {each.name.upper() for each in fields(Settings)}
    known |= {f"{name.upper()}_FILE" for name in SECRETS}
    faults = []
    # ROUNDWATCH_TEST_... belongs to the project's own tests.
    bare = sorted(name.removeprefix(PREFIX) for name in given)
    for name in (n for n in bare if n not in known and not n.startswith("TEST_")):
        from difflib import get_close_matches

        near = [f"; did you mean {PREFIX}{n}?" for n in get_close_matches(name, known, 1)]
        faults.append(f"{PREFIX}{name}: no such setting{''.join(near)}")
    return faults


def _contradictions(values: Mapping[str, Any]) -> list[str]:
    start = values.get("poll_office_start", _OFFICE_START)
    end = values.get("poll_office_end", _OFFICE_END)
    if start < end:
        return []
    return [
        f"{PREFIX}POLL_OFFICE_START: {start:%H:%M} is not before "
        f"{PREFIX}POLL_OFFICE_END, {end:%H:%M}"
    ]


def _raw(given: Mapping[str, str], name: str) -> str | None:
    variable = f"{PREFIX}{name.upper()}"
    if name in SECRETS and (path := given.get(f"{variable}_FILE")):
        if given.get(variable):
            raise ValueError(f"set this or {variable}_FILE, not both")
        try:
            return Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise ValueError(f"the file {path} cannot be read: {_why(fault)}") from fault
    return given.get(variable) or None


def _why(fault: OSError | UnicodeDecodeError) -> str:
    """Why a file cannot be read, without its words: it may hold a password."""
    return "it is not in UTF-8" if isinstance(fault, UnicodeDecodeError) else f"{fault.strerror}"


def _form(pattern: str, example: str) -> Callable[[str], str]:
    """Text of a form; a text that is not is not repeated, since it may hold a password."""

    def parse(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"{example} is wanted")
        return value

    return parse


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # what stands for a port, or for an IPv6 address, is none
        whole = False
    if not whole or re.search(r"\s", value):
        raise ValueError(f"an address such as https://host/path is wanted, not “{value}”")
    return value.rstrip("/")


def _way_out(value: str) -> str:
    """Where mail goes; the address of a mail server is read by those who know it."""
    if value.startswith("file:"):
        return _form(r"file://(?:localhost)?/.+", "a folder such as file:///absolute/path")(value)
    from notifiers.smtp.address import read_address

    read_address(value)
    return value


def _number(
    least: float, most: float, kind: type[int] | type[float] = int
) -> Callable[[str], float]:
    def parse(value: str) -> float:
        try:
            number = kind(value)
        except ValueError:
            number = most + 1
        if not least <= number <= most:
            raise ValueError(f"a number from {least:g} to {most:g} is wanted, not “{value}”")
        return number

    return parse


def _zone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError) as fault:  # OSError: a folder of zones
        raise ValueError(f"no time zone is called “{value}”; one is America/New_York") from fault


def _time(value: str) -> time:
    if not re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError(f"a time from 00:00 to 23:59 is wanted, not “{value}”")
    return time.fromisoformat(value)


def _path(kind: str) -> Callable[[str], Path]:
    def parse(value: str) -> Path:
        path = Path(value)
        if not path.is_absolute():
            raise ValueError(f"an absolute path to {kind} is wanted, not “{value}”")
        return path

    return parse


def _word_of(words: object) -> Callable[[str], str]:
    def parse(value: str) -> str:
        known = get_args(words)
        if value.lower() not in known:
            raise ValueError(f"{', '.join(known[:-1])} or {known[-1]} is wanted, not “{value}”")
        return value.lower()

    return parse


def _listen(value: str) -> str:
    found = re.fullmatch(r"[^\s:]*:(\d{1,5})|\[[^\s\]]+\]:(\d{1,5})", value)
    if not found or int(found[1] or found[2]) > _HIGHEST_PORT:
        raise ValueError(f"host:port is wanted, such as 127.0.0.1:8000, not “{value}”")
    return value


def _networks(value: str) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(each.strip())) for each in value.split(","))
    except ValueError as fault:
        raise ValueError(
            f"addresses or networks such as 10.0.0.0/8, with commas between, are wanted: {fault}"
        ) from fault


_for_a_header = _form(r"[!-~]{16,500}", "16 to 500 letters, digits or signs, without spaces")

_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "database_url": _form(
        r"sqlite:///.+|(?:postgres|postgresql|postgresql\+psycopg)://.+",
        "sqlite:///path/to/file.db or postgresql://user@host/name",
    ),
    "source_url": _url,
    "wayback_url": _url,
    "public_url": _url,
    "smtp_url": _way_out,
    "mail_from": _form(_MAILBOX, "a mailbox such as Name <address@example.org>"),
    "unsubscribe_address": _form(_ADDRESS, "a mail address such as leave@example.org"),
    "operator_email": _form(_ADDRESS, "a mail address such as operator@example.org"),
    "listen": _listen,
    "max_requests_per_second": _number(0.01, 1000, float),
    "wayback_per_minute": _number(0.1, 60_000, float),
    "poll_zone": _zone,
    "poll_office_start": _time,
    "poll_office_end": _time,
    "poll_office_minutes": _number(1, _MOST_MINUTES),
    "poll_other_minutes": _number(1, _MOST_MINUTES),
    "poll_jitter_seconds": _number(0, 3600),
    "delivery_lease_seconds": _number(1, 86400),
    "trusted_proxies": _networks,
    "webhook_private": _networks,
    "secret_key": _form(r".{16,}", "a key of at least 16 characters on one line"),
    "mail_connections": _number(1, 100),
    "mail_per_minute": _number(0, 1_000_000),
    "mail_per_minute_per_domain": _number(0, 1_000_000),
    "pages_per_minute": _number(0, 1_000_000),
    "bounce_address": _form(
        r"[^\s@<>,;\"*]+\*?[^\s@<>,;\"*]*@[^\s@<>,;\"*]+",
        "an address such as bounces@example.org, or bounces+*@example.org",
    ),
    "bounce_folder": _path("a folder"),
    "backup_folder": _path("a folder"),
    "pulse_file": _path("a file"),
    "hook_secret": _for_a_header,
    "operator_token": _for_a_header,
    "log": _word_of(LogForm),
    "log_level": _word_of(LogLevel),
}
