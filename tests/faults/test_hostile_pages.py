"""Any bytes at all are read or refused by name, soon, and in little memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.hostile import pages

ROOT = Path(__file__).parent.parent.parent
SECONDS = 2.0
MEBIBYTES = 200
# Far above both, so that a page without measure ends itself and not the machine.
CPU_LIMIT, MEMORY_LIMIT = 10, 2 * 1024**3
PAGES = pages()


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_is_read_or_refused_soon_and_in_little_memory(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.hostile"],
        input=PAGES[name](),
        capture_output=True,
        cwd=ROOT,
        preexec_fn=limited,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-1000:]
    said = json.loads(done.stdout)
    assert said["seconds"] < SECONDS, said
    assert said["mebibytes"] < MEBIBYTES, said
