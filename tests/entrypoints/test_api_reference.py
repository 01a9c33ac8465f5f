"""The page of the API: every operation of the document, each with a call that does what it says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.entrypoints.conftest import Filled
from tests.entrypoints.site import served


@pytest.fixture(scope="module")
def visitor(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A visitor to an archive of all five rounds."""
    folder = tmp_path_factory.mktemp("reference")
    copy = shutil.copy(filled.archive, folder / "archive.db")
    url = f"sqlite:///{copy}"
    with served(url, folder / "mail", hook_secret="x" * 40) as site, site.visitor() as visitor:
        yield visitor


def calls_of(page: str) -> list[str]:
    return [unescape(call) for call in re.findall(r"<pre>(curl .*?)</pre>", page)]


def test_every_operation_of_the_document_stands_on_the_page(visitor: httpx.Client) -> None:
    page = visitor.get("/api").text
    described = visitor.get("/openapi.json").json()["paths"]
    names = [each["operationId"] for methods in described.values() for each in methods.values()]
    shown = re.findall(r'<section class="operation" id="(\w+)">', page)
    assert sorted(shown) == sorted(names)
    assert len(calls_of(page)) == len(names) + 1
    for name in names:
        assert f'href="#{name}"' in page


def test_the_frame_is_in_either_language_and_the_words_of_the_document_are_marked(
    visitor: httpx.Client,
) -> None:
    page = visitor.get("/api?lang=ja").text
    assert '<html lang="ja">' in page
    assert '<p lang="en"><strong>The latest round.</strong>' in page
    assert len(page.encode()) < 60_000


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_a_call_can_be_tried_as_it_stands(visitor: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(b"Subject: none\n\nNo report.\n")
    statuses = set()
    for call in calls_of(visitor.get("/api").text):
        words = [*shlex.split(call), "-s", "-o", "/dev/null", "-w", "%{http_code}"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
        wanted = {"404"} if "TOKEN" in call else {"401"} if "/hooks/" in call else {"200", "202"}
        assert done.stdout in wanted | ({"503"} if "/readyz" in call else set()), call
        statuses.add(done.stdout)
    assert statuses == {"200", "202", "404", "401", "503"}
