"""What the tests of shipping share: the image, and folders that its user may go to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment.image import Image, image


@pytest.fixture(scope="session")
def shipped() -> Image:
    """The image, made natively."""
    return image()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="roundwatch-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
