"""A release: wheel and sdist, the same bytes wherever they are built, and installed where is nothing else."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from packaging.version import Version

from monitor import __version__
from tests.deployment.image import PACKAGES, Image
from tests.deployment.recipe import ROOT
from tests.test_house import project_files

HEADING = re.compile(r"## (\d+\.\d+\.\d+) \((unreleased|\d{4}-\d\d-\d\d)\)")
STRANGER = {
    "notifiers/__init__.py": b'"""Notifies of other things."""\n',
    "notifiers_of_others-9.9.dist-info/METADATA": (
        b"Metadata-Version: 2.1\nName: notifiers-of-others\nVersion: 9.9\n"
    ),
    "notifiers_of_others-9.9.dist-info/WHEEL": (
        b"Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    ),
}


def build(source: Path, to: Path, *, umask: int = 0o022, **environment: str) -> dict[str, bytes]:
    """What `python -m build` makes: a file's name, and its bytes. The wheel is built of the sdist."""
    clean = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"}
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(to), str(source)],
        env={**clean, **environment},
        umask=umask,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return {path.name: path.read_bytes() for path in to.iterdir()}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return build(ROOT, tmp_path_factory.mktemp("release"))


@pytest.fixture
def unpacked(release: dict[str, bytes], tmp_path: Path) -> Path:
    """The sdist, unpacked."""
    (name,) = (name for name in release if name.endswith(".tar.gz"))
    (tmp_path / name).write_bytes(release[name])
    with tarfile.open(tmp_path / name) as archive:
        archive.extractall(tmp_path / "there", filter="data")
    return tmp_path / "there" / name.removesuffix(".tar.gz")


def test_a_release_is_a_wheel_and_a_sdist_of_todays_version(release: dict[str, bytes]) -> None:
    assert set(release) == {
        f"roundwatch-{__version__}-py3-none-any.whl",
        f"roundwatch-{__version__}.tar.gz",
    }


def test_the_wheel_holds_every_file_of_the_packages(shipped: Image) -> None:
    with zipfile.ZipFile(shipped.wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith(PACKAGES)}
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == ours


def test_the_pages_that_an_alarm_names_are_installed_with_the_program(shipped: Image) -> None:
    there = shipped.root / "opt" / "roundwatch" / "share" / "doc" / "roundwatch"
    pages = {path.name: path.read_text("utf-8") for path in there.iterdir()}
    assert pages == {path.name: path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md")}
    assert "### Runbook: source" in pages["operations.md"]


def test_the_sdist_holds_every_file_of_the_project(unpacked: Path) -> None:
    held = {path.relative_to(unpacked) for path in unpacked.rglob("*") if path.is_file()}
    ours = {path.relative_to(ROOT) for path in project_files()}
    assert held - ours == {Path("PKG-INFO")}
    assert ours - held == set()


def test_the_same_bytes_come_out_elsewhere_later_and_under_another_umask(
    release: dict[str, bytes], unpacked: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "a folder with another name"
    shutil.copytree(unpacked, elsewhere)
    (elsewhere / "PKG-INFO").unlink()
    for path in elsewhere.rglob("*"):
        os.utime(path, (2_000_000_000, 2_000_000_000))
        path.chmod(0o700 if path.is_dir() or os.access(path, os.X_OK) else 0o600)
    again = build(elsewhere, tmp_path / "again", umask=0o077, TZ="Asia/Tokyo", LC_ALL="C")
    assert hashes(again) == hashes(release)


def test_the_wheel_of_the_sdist_is_that_of_the_tree_and_of_the_image(
    release: dict[str, bytes], shipped: Image
) -> None:
    (wheel,) = (held for name, held in release.items() if name.endswith(".whl"))
    assert hashes({"wheel": wheel}) == hashes({"wheel": shipped.wheel.read_bytes()})


def hashes(files: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(held).hexdigest() for name, held in files.items()}


def test_what_is_installed_does_the_whole_job_outside_of_the_source_tree(
    shipped: Image, open_folder: Path
) -> None:
    done = shipped.runs(open_folder, "roundwatch", "demo", "--once", "--to", "mail")
    assert (done.returncode, done.stderr) == (0, "")
    (path,) = (open_folder / "mail").iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert mail["subject"].startswith("Round 5:")


def test_the_version_stands_in_one_place_and_everything_has_it_from_there(
    shipped: Image, open_folder: Path
) -> None:
    (metadata,) = shipped.packages.glob("roundwatch-*.dist-info/METADATA")
    said = shipped.runs(open_folder, "roundwatch", "--version").stdout
    assert message_from_bytes(metadata.read_bytes())["version"] == __version__
    assert said == f"roundwatch, version {__version__}\n"
    assert f'"{__version__}"' not in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_changelog_begins_with_todays_version_and_goes_back_in_order() -> None:
    page = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## .*$", page, re.MULTILINE)
    assert [line for line in headings if not HEADING.fullmatch(line)] == []
    versions = [Version(found[1]) for line in headings if (found := HEADING.fullmatch(line))]
    assert str(versions[0]) == __version__
    assert versions == sorted(set(versions), reverse=True)
    assert all("unreleased" not in line for line in headings[1:])


def test_the_steps_of_a_release_name_the_tag_that_its_version_asks_for() -> None:
    steps = (ROOT / "docs" / "releasing.md").read_text("utf-8")
    assert "git tag --annotate vX.Y.Z" in steps


@pytest.fixture(scope="module")
def invaded(shipped: Image, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """An environment into which another's `notifiers` was installed, over ours."""
    tmp_path = tmp_path_factory.mktemp("invaded")
    copy = Image(tmp_path / "root")
    environment = copy.program.parent
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    shutil.copytree(shipped.root / "build" / "ours", environment, dirs_exist_ok=True)
    # The libraries are large and not what this is about: they are read where they are.
    (copy.packages / "libraries.pth").write_text(f"{shipped.packages}\n")
    name = "notifiers_of_others-9.9"
    wheel = tmp_path / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, held in STRANGER.items():
            archive.writestr(path, held)
        record = f"{name}.dist-info/RECORD"
        archive.writestr(record, "".join(f"{path},,\n" for path in (*STRANGER, record)))
    python = str(copy.program / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    install = [*pip, "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=60)
    return copy


def start(there: Image, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command of a copied environment, whose script still names the first one's Python."""
    return subprocess.run(
        [str(there.program / "python"), str(there.program / "roundwatch"), *words],
        env={"PATH": os.defpath, "HOME": str(there.root), **environment},
        cwd=there.root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_another_package_of_our_name_that_was_installed_over_ours_is_refused_by_name(
    invaded: Image,
) -> None:
    done = start(invaded, "poll")
    assert (done.returncode, done.stdout) == (2, "")
    assert "the package “notifiers” is not ours" in done.stderr
    assert "it is of notifiers-of-others" in done.stderr
    assert "pip uninstall notifiers-of-others" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_the_refusal_says_mends_it(shipped: Image, invaded: Image) -> None:
    assert "pip install --force-reinstall --no-deps, and the wheel" in start(invaded, "poll").stderr
    ours = invaded.packages / "notifiers"
    held = (ours / "__init__.py").read_bytes()
    python = str(invaded.program / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    install = [*pip, "install", "--force-reinstall", "--no-deps", "--no-index", str(shipped.wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=60)
    assert start(invaded, "--version").returncode == 0
    (ours / "__init__.py").write_bytes(held)


def test_where_the_package_that_is_in_the_place_of_monitor_is_anothers_that_is_said(
    invaded: Image,
) -> None:
    ours = invaded.packages / "monitor" / "__init__.py"
    held = ours.read_text()
    ours.write_text("")
    done = start(invaded, "--version")
    ours.write_text(held)
    assert done.returncode == 2
    assert "the package “monitor” is not ours" in done.stderr


def test_a_folder_of_our_name_that_stands_before_ours_on_the_path_is_refused(
    shipped: Image, tmp_path: Path
) -> None:
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage" / "__init__.py").write_text("")
    done = start(shipped, "--version", PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert f"“storage” is not ours: {tmp_path}" in done.stderr
    assert "PYTHONPATH" in done.stderr
    assert start(shipped, "--version").returncode == 0
