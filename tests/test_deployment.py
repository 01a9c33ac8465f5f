"""What is shipped: the wheel, the image's recipe and the compose file."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from compose_spec import PyCompose

ROOT = Path(__file__).parent.parent
PACKAGES = ("monitor", "storage", "notifiers")
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if name.startswith(PACKAGES)}
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped == ours


def undefined(text: str) -> set[str]:
    """The volumes and services that services of a compose file name and nobody defines."""
    compose = PyCompose.from_yaml(text).to_dict()
    services = compose["services"]
    volumes = [v for service in services.values() for v in service.get("volumes", [])]
    # In the short form, what does not start like a path is the name of a volume.
    named = {volume.partition(":")[0] for volume in volumes if volume[0] not in "./~"}
    awaited = {name for service in services.values() for name in service.get("depends_on", [])}
    return named - set(compose.get("volumes", {})) | awaited - set(services)


def test_the_compose_file_has_the_right_form() -> None:
    compose = PyCompose.from_yaml(COMPOSE)
    compose.validate()
    assert compose.service_names() == ["roundwatch"]
    assert undefined(COMPOSE) == set()


def test_a_fault_in_the_form_of_the_compose_file_would_be_found() -> None:
    with pytest.raises(ValueError, match="perhaps"):
        PyCompose.from_yaml(COMPOSE.replace("unless-stopped", "perhaps"))


def test_a_volume_or_service_that_is_not_defined_would_be_found() -> None:
    assert undefined(COMPOSE.replace("- data:/data", "- elsewhere:/data")) == {"elsewhere"}
    waiting = COMPOSE.replace("init: true", "depends_on: [nobody]")
    assert undefined(waiting) == {"nobody"}


def test_the_container_keeps_its_database_on_the_volume() -> None:
    service = PyCompose.from_yaml(COMPOSE).to_dict()["services"]["roundwatch"]
    assert service["environment"]["ROUNDWATCH_DATABASE_URL"].startswith("sqlite:////data/")
    assert service["volumes"] == ["data:/data"]


def test_the_image_is_built_from_the_locks_and_runs_as_nobody_special() -> None:
    assert DOCKERFILE.count("--require-hashes") == 2
    assert re.search(r"^USER (?!root|0)\w+", DOCKERFILE, re.MULTILINE)


def test_the_image_is_made_only_of_files_that_exist() -> None:
    named = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    files = [file for line in named for file in line.split()]
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert [file for file in files if not (ROOT / file).exists()] == []
    assert [file for file in files if f"!{file}" not in ignored] == []
