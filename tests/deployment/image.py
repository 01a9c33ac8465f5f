"""What the image holds, made natively: the steps of the Dockerfile, run in a folder.

The libraries are a layer of their own here too: kept below `var`, where any user can read it, until
their lock file changes. So is our own layer, until a file of ours does.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.natively.stand_ins import as_user, image_user
from tests.deployment.recipe import DOCKERFILE, ROOT, Step, copied, steps

KEPT = ROOT / "var" / "testing"
PLACES = ("/opt/roundwatch", "/build")
PACKAGES = ("monitor", "storage", "notifiers")


@dataclass(frozen=True)
class Image:
    """A folder that stands for the image's root."""

    root: Path

    @property
    def program(self) -> Path:
        """The folder of the command."""
        return self.root / "opt" / "roundwatch" / "bin"

    @property
    def packages(self) -> Path:
        """Where the libraries and our packages are."""
        (found,) = (self.root / "opt" / "roundwatch" / "lib").glob("python*/site-packages")
        return found

    @property
    def wheel(self) -> Path:
        """Our wheel, of which the image was made."""
        (found,) = (self.root / "build" / "wheel").iterdir()
        return found

    def runs(self, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the image as its user, where we are root, in a folder of that user's."""
        user = image_user() if os.geteuid() == 0 else None
        if user:
            os.chown(folder, *user)
        return subprocess.run(
            as_user([str(self.program / words[0]), *words[1:]], user),
            cwd=folder,
            env={"PATH": f"{self.program}:{os.defpath}", "HOME": str(folder)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def image() -> Image:
    """The image of today's files; made where it is not there yet."""
    with _locked():
        locks = digest([ROOT / file for file in copied() if file.endswith(".lock")])
        made = Image(KEPT / f"image-{locks}")
        ours = digest(_files([ROOT / file for file in copied() if not file.endswith(".lock")]))
        kept = made.root / "made"
        if not made.root.exists():
            for old in KEPT.glob("image-*"):
                shutil.rmtree(old)
            _run_all("libraries", made)
        if not kept.exists() or kept.read_text() != ours:
            _without_ours(made)
            _run_all("ours", made)
            shutil.copytree(made.root / "build" / "ours", made.program.parent, dirs_exist_ok=True)
            kept.write_text(ours)
    return made


def digest(files: list[Path]) -> str:
    """A short hash of the recipe, the Python and some files."""
    found = hashlib.sha256(f"{DOCKERFILE}{sys.version}{sys.base_prefix}".encode())
    for path in files:
        found.update(f"{path.relative_to(ROOT)}".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _files(paths: list[Path]) -> list[Path]:
    inside = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))]
    return sorted(f for f in inside if f.is_file() and "__pycache__" not in f.parts)


def _run_all(stage: str, made: Image) -> None:
    for step in steps():
        if step.stage == stage and step.word == "COPY":
            _copy(step, made)
        elif step.stage == stage and step.word == "RUN":
            environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.defpath}"}
            command = ["sh", "-euc", _here(step.rest, made)]
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{step.rest}: {done.stderr[-2000:]}"


def _copy(step: Step, made: Image) -> None:
    *files, there = step.rest.split()
    for file in files:
        target = Path(_here(there, made))
        if (ROOT / file).is_dir():
            unwanted = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / file, target, ignore=unwanted)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, target)


def _here(text: str, made: Image) -> str:
    for place in PLACES:
        text = text.replace(place, f"{made.root}{place}")
    return text


def _without_ours(made: Image) -> None:
    for kind in (*PACKAGES, "roundwatch-*"):
        for path in made.packages.glob(kind):
            shutil.rmtree(path)
    for path in (made.root / "build").glob("*"):
        if path.is_dir():
            shutil.rmtree(path)


@contextmanager
def _locked() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
