"""The image, without an engine: its recipe, and what comes of its steps where they run natively."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from deploy.natively.stand_ins import as_user, image_user
from tests.deployment.image import PACKAGES, Image
from tests.deployment.recipe import DOCKERFILE, ROOT, WORDS, Step, copied, said, steps

IGNORED = (ROOT / ".dockerignore").read_text("utf-8").splitlines()


def faults(text: str) -> list[str]:
    """What is wrong with a recipe."""
    found = [f"{step.word} is not known here" for step in steps(text) if step.word not in WORDS]
    found += [f"{file} is not there" for file in copied(text) if not (ROOT / file).exists()]
    found += [f"{file} is ignored" for file in copied(text) if f"!{file}" not in IGNORED]
    stages = {step.stage for step in steps(text)}
    taken = re.findall(r"^--from=(\S+)", "\n".join(said("COPY", text)), re.MULTILINE)
    found += [f"there is no stage {stage}" for stage in taken if stage not in stages]
    installs = [rest for rest in said("RUN", text) if "install " in rest and " -r " in rest]
    found += [
        "what is installed has no hash" for rest in installs if "--require-hashes" not in rest
    ]
    if not all(re.fullmatch(r"PYTHON=python:\d+\.\d+\.\d+-.+", rest) for rest in said("ARG", text)):
        found.append("it begins with another image tomorrow")
    return found + faults_of_what_runs([step for step in steps(text) if not step.stage])


def faults_of_what_runs(last: list[Step]) -> list[str]:
    """What is wrong with the stage that becomes the image."""
    found = []
    made = " ".join(step.rest for step in last if step.word == "RUN")
    if re.search(r"\bpip [^&]*(?<!un)install\b", made):
        found.append("something is installed into what runs")
    users = [step.rest for step in last if step.word == "USER"]
    named = re.fullmatch(r"([1-9]\d*):([1-9]\d*)", users[0]) if users else None
    if not named:
        found.append("it does not run as a user of a number, which is not root's")
    elif not {f"--uid {named[1]}", f"--gid {named[2]}"} <= set(re.findall(r"--.id \d+", made)):
        found.append("it runs as somebody who is not made")
    return found


def test_the_recipe_has_no_fault_that_can_be_found_without_an_engine() -> None:
    assert faults(DOCKERFILE) == []


@pytest.mark.parametrize(
    ("is_written", "instead", "found"),
    [
        ("COPY storage ", "COPY store ", "store is not there"),
        ("COPY storage ", "COPY bench ", "bench is ignored"),
        ("COPY --from=ours", "COPY --from=theirs", "no stage theirs"),
        (" --require-hashes", "", "has no hash"),
        ("uninstall --root-user-action=ignore --yes", "install", "installed into what runs"),
        ("USER 10001:10001\n", "", "not root's"),
        ("USER 10001:10001", "USER 0:0", "not root's"),
        ("--gid 10001", "--gid 10002", "somebody who is not made"),
        ("python:3.11.9-slim-bookworm", "python:3-slim", "another image tomorrow"),
        ("WORKDIR /data", "WORKDER /data", "WORKDER is not known"),
    ],
)
def test_an_offence_would_be_found(is_written: str, instead: str, found: str) -> None:
    assert is_written in DOCKERFILE
    told = faults(DOCKERFILE.replace(is_written, instead))
    assert [fault for fault in told if found in fault], told


def test_code_comes_after_the_libraries_so_that_their_layer_stays() -> None:
    first = [step.rest for step in steps() if step.stage == "libraries" and step.word == "COPY"]
    assert first == ["requirements.lock /build/"]
    order = [rest.split()[0] for rest in said("COPY") if rest.startswith("--from")]
    assert order == ["--from=libraries", "--from=ours"]


def test_what_the_steps_make_runs_as_nobody_special_in_a_tree_it_cannot_write(
    shipped: Image, open_folder: Path
) -> None:
    done = shipped.runs(open_folder, "roundwatch", "--version")
    assert (done.returncode, done.stderr) == (0, "")
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    search = ["find", str(shipped.program.parent), "-writable", "-not", "-type", "l"]
    writable = subprocess.run(
        as_user(search, image_user()), capture_output=True, text=True, check=True
    )
    assert writable.stdout == ""


def test_no_tool_that_installs_is_beside_what_runs(shipped: Image, open_folder: Path) -> None:
    done = shipped.runs(open_folder, "python", "-c", "import pip")
    assert "No module named 'pip'" in done.stderr
    assert list(shipped.packages.glob("hatchling*")) == []


def test_nothing_is_compiled_at_the_start_since_it_could_not_be_kept(shipped: Image) -> None:
    sources = [path for package in PACKAGES for path in (shipped.packages / package).rglob("*.py")]
    compiled = [
        path for path in sources if list(path.parent.glob(f"__pycache__/{path.stem}.*.pyc"))
    ]
    assert len(sources) > 100
    assert compiled == sources
