"""A real Chromium for tests, wherever one is found."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIETLY = ["--no-sandbox", "--disable-background-networking"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; without one, the test is skipped and says why."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser here: {', '.join(NAMES)}")
    driver, _ = compute_driver_executable()
    if subprocess.run([driver, "--version"], capture_output=True, check=False).returncode:
        pytest.skip("Playwright's driver does not run here; Debian's libatomic1 may be missing")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIETLY)
        yield browser
        browser.close()
