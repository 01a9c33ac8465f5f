"""A person at the command line: a home of their own, their settings, and nothing of the machine's."""

from __future__ import annotations

import io
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.entrypoints.cli import main

ROOT = Path(__file__).parents[2]
PROGRAM = "from monitor.entrypoints.cli import main; main()"
PATIENCE = 60


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, its standard output, its standard error."""

    code: int
    said: str
    complained: str


class User:
    """Runs `roundwatch` as processes.

    Args:
        home: their home and working directory. `scratch` beside it is for temporary files.
        through: the words through which `runs_alone` starts them.
        settings: names in lower case, without the prefix.
    """

    def __init__(self, home: Path, *, through: tuple[str, ...] = (), **settings: object) -> None:
        self.home = home
        self.through = through
        self.settings = settings
        self.scratch = home.with_name(f"{home.name}-tmp")
        self.scratch.mkdir(exist_ok=True)

    @property
    def archive(self) -> Path:
        """Where the archive lies that this user's settings name."""
        return Path(str(self.settings["database_url"]).removeprefix("sqlite:///"))

    @classmethod
    def with_archive(cls, home: Path, archive: Path | None = None, **settings: object) -> User:
        """A user whose archive is a copy of another, or one that is not there yet."""
        own = home / "archive.db"
        if archive is not None:
            shutil.copy(archive, own)
        quick = {"max_requests_per_second": 1000, "database_url": f"sqlite:///{own}"}
        return cls(home, **quick | settings)

    def runs_alone(self, *words: str, stdin: str = "", **settings: object) -> Ended:
        """Run a command to its end, as a process of its own.

        Settings given here stand before the user's own; so it is below.
        """
        done = subprocess.run(
            [*self.through, sys.executable, "-c", PROGRAM, *words],
            env=self._environment(settings),
            cwd=self.home,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def runs(self, *words: str, stdin: str = "", **settings: object) -> Ended:
        """Run a command to its end inside this process: the same, without the start of Python.

        An error that nobody expected is raised here, where a process would show a traceback.
        """
        said, complained = _stream(), _stream()
        with pytest.MonkeyPatch.context() as here:
            for name in list(os.environ):
                here.delenv(name)
            for name, value in self._environment(settings).items():
                here.setenv(name, value)
            here.chdir(self.home)
            here.setattr(sys, "argv", ["roundwatch", *words])
            here.setattr(sys, "stdin", _stream(stdin))
            here.setattr(sys, "stdout", said)
            here.setattr(sys, "stderr", complained)
            with pytest.raises(SystemExit) as end:
                main()
        code = end.value.code
        return Ended(code if isinstance(code, int) else 0, _all_of(said), _all_of(complained))

    def at_a_terminal(self, *words: str, types: str = "", **settings: object) -> str:
        """Run a command to its end at a terminal of its own; return all that it shows there."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words],
            env=self._environment(settings) | {"TERM": "dumb"},
            cwd=self.home,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        ) as process:
            os.close(theirs)
            os.write(ours, types.encode())
            shown = b""
            # A terminal whose other side is closed cannot be read: the command has ended.
            with suppress(OSError):
                while piece := os.read(ours, 4096):
                    shown += piece
            os.close(ours)
            process.wait(PATIENCE)
        return shown.decode()

    def reads(self, *words: str, **settings: object) -> Any:
        """Run a command with `--json`, and nothing but JSON may come out."""
        done = self.runs(*words, "--json", **settings)
        assert (done.code, done.complained) == (0, "")
        return json.loads(done.said)

    @contextmanager
    def keeps_running(self, *words: str, **settings: object) -> Iterator[subprocess.Popen[str]]:
        """Start a command that stays; what is still running at the end of the block is killed."""
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words],
            env=self._environment(settings),
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def _environment(self, settings: dict[str, object]) -> dict[str, str]:
        own = {f"ROUNDWATCH_{k.upper()}": str(v) for k, v in (self.settings | settings).items()}
        places = {"HOME": str(self.home), "TMPDIR": str(self.scratch), "PYTHONPATH": str(ROOT)}
        return {"PATH": os.defpath, **places, **own}


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8")


def _all_of(stream: io.TextIOWrapper) -> str:
    """What was written, with the ends of lines as they are."""
    stream.flush()
    stream.seek(0)
    return stream.buffer.read().decode()


def told_to_end(process: subprocess.Popen[str], how: signal.Signals) -> Ended:
    """Send a signal, and wait for the process to end by itself."""
    process.send_signal(how)
    said, complained = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, said, complained)
