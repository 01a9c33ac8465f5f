"""The units of systemd: what they start and with what, and what systemd itself says of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from monitor.entrypoints.cli import app
from monitor.errors import SettingsError
from monitor.settings import PREFIX, load
from tests.deployment.image import Image
from tests.deployment.recipe import ROOT

FOLDER = ROOT / "deploy" / "systemd"
UNITS = sorted(path.name for path in FOLDER.iterdir())
PROGRAM = "/opt/roundwatch/bin"
MOST_EXPOSED = 20
"""Of 100, as `systemd-analyze security` counts; a unit without any care has 96."""

Told = dict[str, list[str]]

needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="no systemd-analyze here"
)


def told(text: str) -> Told:
    """The words of a unit: each may stand several times."""
    found: Told = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


def faults(text: str, credentials: Path) -> Iterator[str]:
    """What is wrong with a unit, systemd's own words aside.

    Args:
        text: the unit.
        credentials: an empty folder, that stands for where systemd puts them.
    """
    unit = told(text)
    (start,) = unit["ExecStart"]
    program, command = start.split(" ")
    if program != f"{PROGRAM}/roundwatch":
        yield f"{program} is no program of ours"
    if command not in app.list_commands(click.Context(app)):
        yield f"there is no command {command}"
    for credential in unit.get("LoadCredential", []):
        name = credential.partition(":")[0]
        secret = "smtp://127.0.0.1:25" if name == "smtp_url" else "postgresql://u@127.0.0.1/d"
        (credentials / name).write_text(secret)
        if not any(value.endswith(f"=%d/{name}") for value in unit["Environment"]):
            yield f"the credential {name} is not used"
    given = dict(value.split("=", 1) for value in unit.get("Environment", []))
    here = {
        k: v.replace("%d", str(credentials)).replace("%S", "/var/lib") for k, v in given.items()
    }
    try:
        load({k: v for k, v in here.items() if k.startswith(PREFIX)}, credentials / "no.env")
    except SettingsError as fault:
        yield str(fault)
    if unit["TimeoutStopSec"] != ["60"]:
        yield "what is under way has no time to end"
    if unit["RestartPreventExitStatus"] != ["2"]:
        yield "faulty settings are tried for ever"


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_starts_a_command_that_exists_with_settings_that_do(
    unit: str, tmp_path: Path
) -> None:
    assert list(faults((FOLDER / unit).read_text("utf-8"), tmp_path)) == []


@pytest.mark.parametrize(
    ("is_written", "instead", "found"),
    [
        ("/opt/roundwatch/bin/", "/usr/bin/", "no program of ours"),
        ("roundwatch run", "roundwatch runs", "no command runs"),
        ("=ROUNDWATCH_SMTP_URL_FILE=", "=ROUNDWATCH_SMTP_FILE=", "no such setting"),
        ("=%d/smtp_url", "=%d/smtp", "smtp_url is not used"),
        ("sqlite:///%S", "sqlite:%S", "ROUNDWATCH_DATABASE_URL"),
        ("TimeoutStopSec=60", "TimeoutStopSec=1", "no time to end"),
    ],
)
def test_an_offence_would_be_found(
    is_written: str, instead: str, found: str, tmp_path: Path
) -> None:
    text = (FOLDER / "roundwatch.service").read_text("utf-8")
    assert is_written in text
    assert any(found in fault for fault in faults(text.replace(is_written, instead), tmp_path))


def test_all_units_are_closed_alike() -> None:
    closed = {
        (FOLDER / unit).read_text("utf-8").partition("# It needs no privileges")[2]
        for unit in UNITS
    }
    assert len(closed) == 1
    assert "ProtectSystem=strict" in closed.pop()


def test_the_page_on_installing_tells_of_each_unit() -> None:
    page = (ROOT / "docs" / "installing.md").read_text("utf-8")
    assert [unit for unit in UNITS if unit.removesuffix(".service") not in page] == []


INSTALLING = (ROOT / "docs" / "installing.md").read_text("utf-8")


def faults_of_the_page(page: str) -> Iterator[str]:
    """What the steps of the page on installing leave out; each block of them, from the first on."""
    steps = page.partition("## As a service of systemd")[2].partition("\n## ")[0]
    copied, written = set[str](), set[str]()
    for line in steps.replace("\\\n", " ").splitlines():
        written |= set(re.findall(r"^echo .* >(/etc/roundwatch/\w+)$", line))
        if line.startswith("cp "):
            copied |= {path.name for path in ROOT.glob(line.split()[1])}
        if line.startswith("systemctl enable"):
            for name in re.findall(r"(roundwatch[-\w]*@?)\d*(?= |$)", line.partition("#")[0]):
                yield from _faults_of_a_start(f"{name}.service", copied, written)
        if line.startswith("systemd-run "):
            yield from _faults_by_hand(line, written)


def _faults_of_a_start(unit: str, copied: set[str], written: set[str]) -> Iterator[str]:
    if unit not in copied:
        yield f"{unit} is started and was not copied"
        return
    for credential in told((FOLDER / unit).read_text("utf-8")).get("LoadCredential", []):
        file = credential.partition(":")[2]
        if file not in written:
            yield f"{unit} loads {file}, which nobody wrote"


def _faults_by_hand(line: str, written: set[str]) -> Iterator[str]:
    given = dict(re.findall(r"--setenv=(\w+)=(\S+)", line))
    loaded = dict(re.findall(r"LoadCredential=(\w+):(\S+)", line))
    (unit,) = re.findall(r"--unit=(\S+)", line)
    if "ROUNDWATCH_SMTP_URL_FILE" not in given:
        yield "a command by hand has no mail server"
    if {"ROUNDWATCH_DATABASE_URL", "ROUNDWATCH_DATABASE_URL_FILE"}.isdisjoint(given):
        yield "a command by hand has no database"
    if not set(loaded.values()) <= written:
        yield "a command by hand loads what nobody wrote"
    there = {f"/run/credentials/{unit}.service/{name}" for name in loaded}
    if {path for key, path in given.items() if key.endswith("_FILE")} != there:
        yield "a command by hand does not read what it loads"
    command = line.split(f"{PROGRAM}/roundwatch ")[1].split(maxsplit=1)[0]
    if command not in app.list_commands(click.Context(app)):
        yield f"there is no command {command}"


def test_the_steps_of_the_page_on_installing_leave_nothing_out() -> None:
    assert list(faults_of_the_page(INSTALLING)) == []


@pytest.mark.parametrize(
    ("is_written", "instead", "found"),
    [
        ("cp deploy/systemd/*.service", "ls", "roundwatch-web.service is started and was not"),
        ("cp deploy/systemd/roundwatch.service", "ls", "roundwatch.service is started and was not"),
        (" >/etc/roundwatch/smtp_url", "", "loads /etc/roundwatch/smtp_url, which nobody"),
        (" >/etc/roundwatch/database_url", "", "loads /etc/roundwatch/database_url, which nobody"),
        ("ROUNDWATCH_SMTP_URL_FILE", "ROUNDWATCH_SMTP_FILE", "has no mail server"),
        ("ROUNDWATCH_DATABASE_URL_FILE", "ROUNDWATCH_FILE", "has no database"),
        ("--unit=roundwatch-by-hand", "--unit=roundwatch", "does not read what it loads"),
        ("roundwatch migrate\n", "roundwatch migrates\n", "no command migrates"),
    ],
)
def test_what_the_page_left_out_would_be_found(is_written: str, instead: str, found: str) -> None:
    assert is_written in INSTALLING
    told_of = list(faults_of_the_page(INSTALLING.replace(is_written, instead)))
    assert [fault for fault in told_of if found in fault], told_of


def analyzed(
    shipped: Image, folder: Path, *words: str, offence: tuple[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """What `systemd-analyze` says of the units, whose program is where the tests have it."""
    for unit in UNITS:
        text = (FOLDER / unit).read_text("utf-8").replace(PROGRAM, str(shipped.program))
        path = folder / unit.replace("@", "@1")
        path.write_text(text.replace(*offence) if offence else text)
    files = sorted(str(path) for path in folder.iterdir())
    return subprocess.run(
        ["systemd-analyze", *words, *files],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@needs_systemd
def test_systemd_understands_every_word_of_the_units(shipped: Image, tmp_path: Path) -> None:
    done = analyzed(shipped, tmp_path, "verify", "--man=no")
    assert (done.returncode, done.stderr) == (0, "")
    offence = ("ProtectHome", "ProtectHomes")
    assert "ProtectHomes" in analyzed(shipped, tmp_path, "verify", offence=offence).stderr


@needs_systemd
def test_systemd_finds_the_units_well_closed(shipped: Image, tmp_path: Path) -> None:
    words = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager")
    assert analyzed(shipped, tmp_path, *words).returncode == 0
    offence = ("SystemCallFilter=", "CPUWeight=100\n#")
    assert analyzed(shipped, tmp_path, *words, offence=offence).returncode != 0
