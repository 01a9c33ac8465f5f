"""schemathesis calls the API as its description says, and as it does not, and checks each answer.

In the ordinary suite it makes some hundred calls. ROUNDWATCH_TEST_CALLS=5000 makes it at least as
many, and what schemathesis says of them is printed:

    ROUNDWATCH_TEST_CALLS=5000 .venv/bin/pytest -n 0 -s tests/entrypoints/test_api_by_schema.py
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.bootstrap import Service
from monitor.journeys.readers.preferences import offers
from storage import journal
from tests.entrypoints.conftest import Filled
from tests.entrypoints.saved import SLUG
from tests.entrypoints.site import Site, served
from tests.entrypoints.user import ROOT
from tests.journeys.readers import asks, confirms, holder, own_token

# The program refuses a setting that it does not know.
CALLS = int(os.environ.get("ROUNDWATCH_TEST_CALLS") or 0)
READERS = 60
SECRET = "a-secret-of-the-hook-that-is-long-enough"
LISTS = (
    *("/series", "/series/{series}/rounds", "/series/{series}/topics"),
    *("/search", "/releases", "/issues", "/operator/subscribers"),
)


def known_here(site: Site) -> dict[str, Any]:
    """What only the archive knows: links of readers who have confirmed, topics, cursors."""
    made = site.service
    topics = {each.slug: [topic.slug for topic in each.topics] for each in offers(made.database)}
    cursors = {f"/api/v1{path}": cursor(site, path) for path in LISTS}
    return {"links": links_of_readers(made), "topics": topics, "cursors": cursors}


def links_of_readers(made: Service) -> dict[str, list[str]]:
    """Links by what they are for; a reader who may be erased, or may move, has no other."""
    links: dict[str, list[str]] = {"confirm": [], "reader": [], "erased": [], "address": []}
    for number in range(READERS):
        address = f"known-{number}@example.org"
        asks(made, address)
        whose, now = holder(made, address), made.now()
        confirming = made.signer.confirm(whose, now=now)
        confirms(made, address)
        own = own_token(made, address)
        if number % 3 == 0:
            links["erased"].append(own)
        elif number % 3 == 1:
            new = f"new-{number}@example.org"
            links["address"].append(made.signer.address(whose, new, now=now))
        else:
            links["confirm"].append(confirming)
            links["reader"].append(own)
    return links


def cursor(site: Site, path: str) -> str | None:
    """The cursor of a list's second page, if it has one."""
    asked = {"limit": 1} | ({"q": "trade"} if path == "/search" else {})
    with site.visitor(Authorization=f"Bearer {SECRET}") as program:
        first = program.get(f"/api/v1{path.format(series=SLUG)}", params=asked).json()
    following = urlsplit(first["next"] or "").query
    return parse_qs(following)["after"][0] if following else None


def has_seen(site: Site) -> None:
    """The service looked at its source a moment ago."""
    made = site.service
    with made.database.transaction() as tx:
        poll = journal.start_poll(tx, source=made.settings.source_url, now=made.now())
        journal.finish_poll(tx, poll, outcome="unchanged", requests=1, now=made.now())


def understood_little(site: Site) -> None:
    """Two issues are open."""
    with site.service.database.transaction() as tx:
        for kind in ("doubt", "unreachable"):
            journal.open_issue(
                tx,
                kind=kind,
                address=None,
                summary="",
                evidence={},
                snapshot_id=None,
                now=site.service.now(),
            )


def calls(site: Site, folder: Path) -> subprocess.CompletedProcess[str]:
    """Have schemathesis call the site, and say what it found."""
    known = folder / "known.json"
    known.write_text(json.dumps(known_here(site)), "utf-8")
    how = ["--max-examples", str(CALLS // 12)] if CALLS else ["--phases", "coverage", "--seed", "5"]
    return subprocess.run(
        [
            *(Path(sys.executable).with_name("schemathesis"), "run"),
            f"{site.address}/openapi.json",
            *("--workers", "4" if CALLS else "1", "--continue-on-failure", "--no-color"),
            *("--header", f"Authorization: Bearer {SECRET}"),
            *how,
        ],
        env={
            "PATH": os.defpath,
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.entrypoints.schema_hooks",
            "KNOWN_HERE": str(known),
        },
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_every_answer_is_as_the_description_says(
    filled: Filled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copy(filled.archive, tmp_path / "archive.db")
    secrets = {"hook_secret": SECRET, "operator_token": SECRET}
    with served(f"sqlite:///{copy}", tmp_path / "mail", **secrets) as site:
        has_seen(site)
        understood_little(site)
        ended = calls(site, tmp_path)
    told = ended.stdout[ended.stdout.find("SUMMARY") :]
    assert ended.returncode == 0, ended.stdout + ended.stderr
    made = re.search(r"([\d,]+) generated", told)
    assert made is not None
    assert int(made[1].replace(",", "")) >= max(CALLS, 300)
    if CALLS:
        with capsys.disabled():
            sys.stdout.write(told)
