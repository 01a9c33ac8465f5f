"""Who may import whom: the contracts in pyproject.toml hold, and each is shown to bite."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sysconfig
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("monitor", "storage", "notifiers")

# For each contract: lines that must not stand at the end of that file.
OFFENCES = {
    "Storage remembers, and knows nobody": [
        ("storage/journal.py", "import monitor.errors"),
        ("storage/outbox.py", "from notifiers import message"),
    ],
    "The vocabulary is plain values": [
        ("storage/records.py", "import msgspec"),
        ("storage/records.py", "from storage.documents import *"),
    ],
    "Notifiers speak, and know the vocabulary alone": [
        ("notifiers/message.py", "from storage import outbox"),
        ("notifiers/smtp/notifier.py", "def send():\n    import monitor.settings"),
    ],
    "Inside monitor, one way only: doors, bootstrap, journeys, sources, core": [
        ("monitor/core/decide.py", "from monitor.sources.answers import Answer"),
        ("monitor/sources/client.py", "from monitor import settings"),
        ("monitor/journeys/poll.py", "from monitor import bootstrap"),
        ("monitor/bootstrap.py", "from monitor.entrypoints import cli"),
        ("monitor/errors.py", "import monitor.core.dates"),
        ("monitor/in_no_layer.py", "'A module that has no place yet.'"),
    ],
    "Core is pure, and knows the vocabulary and the errors alone": [
        ("monitor/core/decide.py", "from storage import archive"),
        ("monitor/core/readout.py", "import logging"),
        ("monitor/core/schedule.py", "from time import time"),
    ],
    "The bundled pages stand on their own": [
        ("monitor/pressroom/site.py", "from monitor.core import addresses"),
    ],
    "httpx has one door: monitor.sources": [
        ("monitor/core/markup.py", "import httpx"),
        ("monitor/journeys/poll.py", "from httpcore import ConnectError"),
    ],
    "warcio has one door: monitor.sources.warc": [
        ("monitor/sources/folder.py", "from warcio.archiveiterator import ArchiveIterator"),
        ("monitor/journeys/poll.py", "import warcio"),
    ],
    "bs4 has one door: monitor.core.soup": [
        ("monitor/core/listing.py", "from bs4 import BeautifulSoup"),
        ("notifiers/words/wording.py", "import lxml.html"),
    ],
    "apscheduler has one door: monitor.entrypoints.scheduler": [
        ("monitor/entrypoints/cli.py", "import apscheduler.triggers.interval"),
    ],
    "procrastinate has two doors: jobs go in by storage.queue, and out by the worker": [
        ("monitor/entrypoints/scheduler.py", "import procrastinate"),
        ("storage/outbox/letters.py", "from procrastinate import App"),
    ],
    "sqlalchemy has one door: storage": [
        ("monitor/bootstrap.py", "import sqlalchemy"),
        ("monitor/journeys/poll.py", "import alembic.command"),
    ],
    "icalendar has one door: notifiers.feeds.calendar": [
        ("monitor/journeys/feed.py", "import icalendar"),
    ],
    "prometheus_client has one door: monitor.entrypoints.web": [
        ("monitor/entrypoints/scheduler.py", "from prometheus_client import Counter"),
    ],
    "apprise, which may be missing, has one door: notifiers.apprise": [
        ("notifiers/channels.py", "def send():\n    import apprise"),
    ],
}


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Check the tree at `tree` by the contracts in its own pyproject.toml."""
    program = Path(sysconfig.get_path("scripts")) / "lint-imports"
    return subprocess.run(
        [program, "--no-logo", "--no-cache"], cwd=tree, capture_output=True, text=True, check=False
    )


def contracts() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project's packages, to be spoiled."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{len(contracts())} kept, 0 broken" in result.stdout


def test_every_contract_has_an_offence_that_shows_it_bites() -> None:
    assert set(OFFENCES) == set(contracts())


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [
        pytest.param(contract, file, line, id=f"{file}: {line}")
        for contract, offences in OFFENCES.items()
        for file, line in offences
    ],
)
def test_an_import_that_a_contract_forbids_is_caught(
    copy: Path, contract: str, file: str, line: str
) -> None:
    with (copy / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    result = lint_imports(copy)
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{contract} BROKEN" in result.stdout


IMPURE_CALLS = {"now", "utcnow", "today", "open", "input", "print", "urlopen"}


def impure_calls(source: str) -> Iterator[str]:
    """Yield the calls in `source` that ask a clock, a file or a person, with their lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in IMPURE_CALLS:
                yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("module", sorted(ROOT.glob("monitor/core/*.py")), ids=lambda p: p.name)
def test_the_core_asks_no_clock_and_opens_nothing(module: Path) -> None:
    assert list(impure_calls(module.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "line", ["datetime.now(UTC)", "date.today()", "open('x')", "urllib.request.urlopen(u)"]
)
def test_a_call_for_the_clock_or_a_file_would_be_seen(line: str) -> None:
    assert list(impure_calls(f"x = {line}")) != []
