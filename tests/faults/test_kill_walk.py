"""`kill -9` of a backfill, again and again: everything is taken in once, and little is asked twice.

Half of the kills hit the walk over the listing, half the reading of releases. In the ordinary suite
10 kills and 240 releases; ROUNDWATCH_TEST_RELEASES=12000 makes it the whole site, and
ROUNDWATCH_TEST_KILLS=100 that many kills. The seed is printed where a test fails;
ROUNDWATCH_TEST_SEED repeats it.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.core.addresses import release_key
from storage.database import Database
from storage.schema import readouts, releases, revisions
from tests.databases import PostgresqlServer, SqliteFiles
from tests.faults.processes import Roundwatch
from tests.servers.big_site import BigServer, BigSite

RELEASES = int(os.environ.get("ROUNDWATCH_TEST_RELEASES") or 240)
KILLS = int(os.environ.get("ROUNDWATCH_TEST_KILLS") or 10)
SEED = int(os.environ.get("ROUNDWATCH_TEST_SEED") or time.time_ns() % 1_000_000)
PER_PAGE = 10
PATIENCE = 60 + RELEASES / 10
"""Seconds after which a run counts as hanging."""

ALL_READ = ("backfill", "--all")


def command(folder: Path, server: BigServer, database_url: str) -> Roundwatch:
    """The command, as fast as it can."""
    return Roundwatch(
        folder,
        source_url=server.base_url,
        database_url=database_url,
        max_requests_per_second=1000,
    )


def moments(chance: random.Random, pages: int) -> list[float]:
    """After how many requests to kill: half of the times while the listing is walked."""
    half = KILLS // 2
    walking = [pages * (n + chance.random()) / (half + 1) for n in range(half)]
    rest = KILLS - half
    reading = [pages + 20 + (RELEASES - 40) * (n + chance.random()) / rest for n in range(rest)]
    return [*walking, *reading]


@pytest.mark.parametrize(
    ("kind", "ways"),
    [("sqlite_files", ["pager"]), ("sqlite_files", ["years"]), ("postgresql", ["pager"])],
    ids=["sqlite-pager", "sqlite-years", "postgresql-pager"],
)
def test_a_backfill_killed_at_random_moments_takes_everything_in_once(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, ways: list[str]
) -> None:
    databases: SqliteFiles | PostgresqlServer = request.getfixturevalue(kind)
    site = BigSite(RELEASES, ways=ways, per_page=PER_PAGE, per_year_page=PER_PAGE)  # type: ignore[arg-type]
    chance = random.Random(f"{SEED} {ways}")
    print(f"seed {SEED}")  # noqa: T201 - shown where the test fails
    url = databases.ready()
    with BigServer(site) as server:
        made = command(tmp_path, server, url)
        killed = sum(
            kill_after(made.start(*ALL_READ), server, moment, chance)
            for moment in moments(chance, RELEASES // PER_PAGE)
        )
        last = made.start(*ALL_READ)
        said, complained = last.communicate(timeout=PATIENCE)
        assert (last.returncode, complained) == (0, ""), said
        assert killed >= KILLS - 1  # the last may have been too late
        assert_all_taken_in_once(url, site)
        assert_little_asked_twice(server, site, killed)
    databases.drop(url)


def test_two_backfills_at_once_take_everything_in_once_and_both_end_well(
    databases: SqliteFiles | PostgresqlServer, tmp_path: Path
) -> None:
    site = BigSite(120, ways=["pager"], per_page=PER_PAGE)
    url = databases.ready()
    with BigServer(site) as server:
        made = command(tmp_path, server, url)
        running = [made.start(*ALL_READ) for _ in range(2)]
        ends = [process.communicate(timeout=PATIENCE) for process in running]
        assert [process.returncode for process in running] == [0, 0], ends
        assert [complained for _, complained in ends] == ["", ""]
        assert_all_taken_in_once(url, site)
    databases.drop(url)


def kill_after(
    process: subprocess.Popen[str], server: BigServer, moment: float, chance: random.Random
) -> bool:
    """Kill a run once so many requests were made in all, and a random while later."""
    deadline = time.monotonic() + PATIENCE
    while len(server.requests) < moment and process.poll() is None:
        assert time.monotonic() < deadline, "the run hangs"
        time.sleep(0.001)
    time.sleep(chance.random() / 50)
    process.kill()
    process.communicate(timeout=PATIENCE)
    return process.returncode == -9


def assert_all_taken_in_once(url: str, site: BigSite) -> None:
    """Every release is on file and read, by one revision; every round is there once."""
    database = Database(url)
    with database.reading() as tx:
        read = list(tx.scalars(select(releases.c.key).where(releases.c.verdict.is_not(None))))
        texts = list(tx.scalars(select(revisions.c.release_id)))
        current = readouts.c.superseded_at.is_(None)
        rounds = [
            tuple(row) for row in tx.execute(select(readouts.c["series", "round"]).where(current))
        ]
    database.close()
    assert sorted(read) == sorted(release_key(release.path) for release in site.listed)
    assert len(texts) == len(set(texts)) == len(site.listed)
    assert len(rounds) == len(set(rounds)) == 8


def assert_little_asked_twice(server: BigServer, site: BigSite, killed: int) -> None:
    """A kill costs the request it hit, the newest page, and the page before the checkpoint."""
    counts = server.counts
    pages = {path for kind, path in server.requests if kind in {"listing", "year"}}
    asked = counts["listing"] + counts["year"]
    print(f"{asked} requests for {len(pages)} pages, {counts['release']} for {RELEASES} releases")  # noqa: T201
    assert counts["release"] <= len(site.listed) + killed
    assert asked <= len(pages) + 3 * (killed + 1)
