"""The arrangement as a whole: what docker-compose.yml starts, started without an engine."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from deploy.natively.compose import read
from deploy.natively.places import Places
from deploy.natively.stand_ins import BINARIES, image_user
from monitor.pressroom import PressRoom, rounds
from tests.deployment.image import Image
from tests.deployment.recipe import ROOT

COMPOSE = read(ROOT / "docker-compose.yml")
PATIENCE = 90
needs_postgresql = pytest.mark.skipif(
    not list(BINARIES.glob("*/bin/postgres")), reason="no PostgreSQL of Debian's"
)


class Arrangement:
    """`python -m deploy.natively`, as a process; `said` is what it told so far."""

    def __init__(self, folder: Path, program: Path, *words: str) -> None:
        self.folder = folder
        self.native = folder / "native"
        self._out = folder / "said"
        command = [sys.executable, "-m", "deploy.natively", str(folder), *words]
        with self._out.open("w") as out:
            self.process = subprocess.Popen(
                [*command, "--program", str(program)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._out.read_text()

    def comes_up(self) -> dict[str, str]:
        """Wait for all of it; return the addresses of the pages, by service."""
        self.sees(lambda: "all up" in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        return dict(re.findall(r"^(\w+): at (\S+)/$", self.said, re.MULTILINE))

    def sees(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, f"{self.said}\n{self.logs()}"
            time.sleep(0.2)

    def logs(self) -> str:
        logs = sorted(self.native.glob("logs/*.log"))
        return "\n".join(f"== {log.name}\n{log.read_text()[-1500:]}" for log in logs)

    def ends(self) -> Counter[str]:
        """Ctrl-C; return how often each exit code came, by service."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(PATIENCE) == 0
        return Counter(re.findall(r"^(\w+)[-\d]*: ended with (-?\d+)$", self.said, re.MULTILINE))


@contextmanager
def arranged(
    folder: Path, program: Path, room: PressRoom, *words: str, **settings: str
) -> Iterator[Arrangement]:
    """The services of the compose file, told to watch a press room; all gone at the end."""
    given = {
        "SOURCE_URL": room.base_url,
        "MAX_REQUESTS_PER_SECOND": "200",
        "DATABASE_URL": "sqlite:////of/somebody/who/runs/it/by/hand.db",
        **settings,
    }
    (folder / ".env").write_text("".join(f"ROUNDWATCH_{k}={v}\n" for k, v in given.items()))
    made = Arrangement(folder, program, *words)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                made.process.wait(PATIENCE)
        made.process.kill()


@pytest.fixture
def room() -> Iterator[PressRoom]:
    """The press pages on the eve of the fifth round."""
    with PressRoom(through=rounds()[5] - timedelta(days=1), home="/about-us") as made:
        yield made


def asked(address: str) -> tuple[int, str]:
    try:
        with urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refusal:
        return refusal.code, refusal.read().decode()
    except URLError:
        return 0, ""


def by_hand(made: Arrangement, program: Path, service: str, *words: str) -> str:
    """A command in the place of a service's own, as `docker compose run` would start it."""
    found = COMPOSE.services[service]
    ports = dict.fromkeys(COMPOSE.services, 0)
    places = Places(made.folder, program, ports, COMPOSE.secrets)
    done = subprocess.run(
        [str(program / "roundwatch"), *words],
        env=places.environment(found, f"{service}-by-hand"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def beside(
    made: Arrangement, program: Path, room: PressRoom, *words: str
) -> subprocess.CompletedProcess[str]:
    """A command with the settings that the page on installing names, and the press room."""
    page = (ROOT / "docs" / "installing.md").read_text("utf-8")
    given = dict(re.findall(r"^export (\w+)=/tmp/roundwatch/(\S+)$", page, re.MULTILINE))
    return subprocess.run(
        [str(program / "roundwatch"), *words],
        env={
            "ROUNDWATCH_SOURCE_URL": room.base_url,
            **{k: str(made.folder / v) for k, v in given.items()},
        },
        cwd=made.folder / "native",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@needs_postgresql
def test_the_many_come_up_see_a_new_round_mail_it_once_and_end(
    shipped: Image, open_folder: Path, room: PressRoom
) -> None:
    with arranged(open_folder, shipped.program, room, "--profile", "try") as made:
        pages = made.comes_up()["web"]
        assert made.said.count("healthy") == 5  # database, web, scheduler, two workers
        assert re.search(r"^mail: by SMTP at .* in \S+/native/tmp/mail/taken.log,", made.said, re.M)
        made.sees(lambda: asked(f"{pages}/readyz")[0] == 200)
        made.sees(lambda: "Round 4" in asked(pages)[1])
        assert (
            beside(made, shipped.program, room, "subscribe", "reader@example.org").returncode == 0
        )
        assert re.search("ok +mail:? ", beside(made, shipped.program, room, "doctor").stdout)
        room.publish(rounds()[5])
        by_hand(made, shipped.program, "worker", "poll")
        taken = made.native / "tmp" / "mail" / "taken.log"
        made.sees(lambda: taken.exists() and taken.read_text().count("\n") >= 1)
        made.sees(lambda: "Round 5" in asked(pages)[1])
        digests = by_hand(made, shipped.program, "worker", "digests", "--json")
        ended = made.ends()
    assert Counter(line.split()[1] for line in taken.read_text().splitlines()) == {
        "reader@example.org": 1
    }
    assert "Round 5" in json.dumps(json.loads(digests))
    assert ended == {
        ("database", "0"): 1,
        ("migrate", "0"): 1,
        ("web", "0"): 1,
        ("scheduler", "0"): 1,
        ("worker", "0"): 2,
        ("mail", "-15"): 1,
    }
    assert "Traceback" not in made.logs()
    assert_nothing_was_written_elsewhere(made)


def assert_nothing_was_written_elsewhere(made: Arrangement) -> None:
    """The processes cannot write where a container's root would be, and left nothing behind."""
    for home in made.native.glob("homes/*"):
        assert list(home.iterdir()) == []
        assert stat.S_IMODE(home.stat().st_mode) == 0o555
        if os.geteuid() == 0:
            assert home.stat().st_uid != image_user()[0]


def test_one_container_on_sqlite_does_it_all(
    shipped: Image, open_folder: Path, room: PressRoom
) -> None:
    with arranged(open_folder, shipped.program, room, "roundwatch") as made:
        pages = made.comes_up()["roundwatch"]
        made.sees(lambda: asked(f"{pages}/readyz")[0] == 200)
        made.sees(lambda: "Round 4" in asked(pages)[1])
        ended = made.ends()
    assert ended == {("roundwatch", "0"): 1}
    volume = made.native / "volumes" / "data"
    assert (volume / "roundwatch.db").exists()
    assert "Traceback" not in made.logs()


def test_what_does_not_come_up_ends_the_others_and_says_where_to_look(
    shipped: Image, open_folder: Path, room: PressRoom
) -> None:
    with arranged(open_folder, shipped.program, room, "roundwatch", POLL_ZONE="Nowhere") as made:
        assert made.process.wait(PATIENCE) == 1
    assert "roundwatch is not healthy; see" in made.said
    assert "no time zone is called “Nowhere”" in made.logs()


@needs_postgresql
def test_no_process_outlives_a_starter_that_is_killed_and_all_come_up_again(
    shipped: Image, open_folder: Path, room: PressRoom
) -> None:
    with arranged(open_folder, shipped.program, room, "--profile", "try") as made:
        made.sees(lambda: "worker-2: started" in made.said)
        made.process.kill()
        made.process.wait(PATIENCE)
        made.sees(lambda: processes_in(open_folder) == [])
    secrets = {path.name: path.read_text() for path in (open_folder / "deploy/secrets").iterdir()}
    with arranged(open_folder, shipped.program, room, "--profile", "try") as again:
        again.comes_up()
        assert again.ends()[("database", "0")] == 1
    assert secrets == {
        path.name: path.read_text() for path in (open_folder / "deploy/secrets").iterdir()
    }


def processes_in(folder: Path) -> list[str]:
    """The commands that have a folder in their environment or words."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            with suppress(OSError):
                told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
                if str(folder).encode() in told:
                    found.append((process / "cmdline").read_bytes().decode())
    return found
