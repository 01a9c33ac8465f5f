"""A backfill from the Internet Archive, killed with -9 on its way again and again, and started anew.

Complete in the end, nothing twice, and hardly more requests than the least possible. Beside that
the archive is one that wants fewer requests now and then, breaks off its index, and has gaps and
walls. ROUNDWATCH_TEST_KILLS says how often a run is killed, ROUNDWATCH_TEST_RELEASES of how many
releases the archive has captures (0: the bundled ones alone), ROUNDWATCH_TEST_SEED repeats a run.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from monitor.core.addresses import release_key
from monitor.core.captures import original_of, prefixes
from storage import archive
from storage.database import Database
from storage.schema import readouts, releases, revisions, sightings, walks
from tests.databases import PostgresqlServer, SqliteFiles
from tests.faults.processes import Ended, Roundwatch, ended
from tests.servers.big_site.site import BigSite
from tests.servers.captured import Source, bundled, captures_of, ends_in_a_wall, of_the_big_site
from tests.servers.wayback import LocalArchive

KILLS = int(os.environ.get("ROUNDWATCH_TEST_KILLS") or 10)
RELEASES = int(os.environ.get("ROUNDWATCH_TEST_RELEASES") or 0)
SEED = int(os.environ.get("ROUNDWATCH_TEST_SEED") or time.time_ns() % 1_000_000)
KILLED = -9


def sources() -> tuple[Source, ...]:
    return of_the_big_site(BigSite(RELEASES)) if RELEASES else bundled()


def least_requests(local: LocalArchive, wanted: Sequence[Source]) -> int:
    """robots.txt, the index, and two captures of each release; nothing is lost, cut or refused."""
    return 1 + len(local.pages_needed(prefixes())) + 2 * len(wanted)


@pytest.mark.parametrize(("kind", "kills"), [("sqlite_files", KILLS), ("postgresql", 3)])
def test_a_backfill_that_is_killed_again_and_again_ends_complete_without_a_duplicate(
    kind: str, kills: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    databases: SqliteFiles | PostgresqlServer = request.getfixturevalue(kind)
    url, chance = databases.ready(), random.Random(SEED)
    wanted = sources()
    words = ("backfill", "--from", "wayback", "--all")
    with LocalArchive(
        captures_of(wanted),
        most_rows=max(40, RELEASES // 5),
        a_window=max(60, RELEASES // 4),
        window=max(3, RELEASES),
        cut_every=7,
    ) as local:
        command = Roundwatch(
            tmp_path,
            database_url=url,
            source_url="http://127.0.0.1:9",
            wayback_url=local.base_url,
            wayback_per_minute=60_000,
        )
        killed = 0
        least = least_requests(local, wanted)
        while killed < kills:
            asked = len(local.requests)
            process = command.start(*words)
            until = asked + chance.randint(1, least // (kills + 3))
            while len(local.requests) < until and process.poll() is None:
                time.sleep(0.001)
            time.sleep(chance.random() * 0.02)
            process.kill()
            if ended(process).code != KILLED:
                break
            killed += 1
        last = to_its_end(command, *words)
        made = Counter(kind for kind, _ in local.requests)
        print(  # noqa: T201 - shown with -s, and where the test fails
            f"seed {SEED}: {sum(made.values())} requests over {killed + 1} runs, {least} at least: "
            f"{dict(made)}"
        )
        assert (last.code, last.complained) == (0, ""), last
        assert killed == kills
        assert local.ignored <= killed  # the wait that a killed run was told of is lost with it
        database = Database(url)
        assert_complete(database, wanted)
        database.close()
        excess = made["cut"] + made["busy"] + made["gap"]
        walls = sum(map(ends_in_a_wall, wanted))
        assert sum(made.values()) <= least + excess + walls + 2 * killed
        again = to_its_end(command, *words)
        assert again.said.splitlines()[-1] == "0 captures read; rounds: none"
    databases.drop(url)


def test_two_backfills_at_once_end_well_and_file_nothing_twice(
    sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    url, wanted = sqlite_files.ready(), bundled()
    with LocalArchive(captures_of(wanted), most_rows=40) as local:
        command = Roundwatch(
            tmp_path,
            database_url=url,
            source_url="http://127.0.0.1:9",
            wayback_url=local.base_url,
            wayback_per_minute=60_000,
        )
        both = [command.start("backfill", "--from", "wayback", "--all") for _ in range(2)]
        for each in map(ended, both):
            assert (each.code, each.complained) == (0, "")
    database = Database(url)
    assert_complete(database, wanted)
    database.close()
    sqlite_files.drop(url)


def to_its_end(command: Roundwatch, *words: str) -> Ended:
    """Run a command to its end, which for many releases takes a while."""
    process = command.start(*words)
    process.wait(60 + RELEASES)
    return ended(process)


def assert_complete(database: Database, wanted: Sequence[Source]) -> None:
    """Each release once, from two captures that were filed once each, and the walk at its end."""
    with database.reading() as tx:
        pages = [each.address for each in archive.snapshots(tx) if original_of(each.address)]
        assert len(pages) == len(set(pages))
        keys = list(tx.scalars(select(releases.c.key)))
        assert len(keys) == len(wanted)
        assert {release_key(each.path) for each in wanted} == set(keys)
        shown = select(revisions.c.release_id, func.count()).join(
            sightings, sightings.c.revision_id == revisions.c.id
        )
        counts = tx.execute(shown.group_by(revisions.c.release_id)).all()
        assert {count for _, count in counts} == {2}
        current = select(readouts.c.series, readouts.c.round, func.count()).where(
            readouts.c.superseded_at.is_(None)
        )
        rounds = tx.execute(current.group_by(readouts.c.series, readouts.c.round)).all()
        assert {count for *_, count in rounds} == {1}
        assert archive.round_numbers(tx, "us-japan-partnership-on-trade") == (1, 2, 3, 4, 5)
        assert tx.scalar(select(func.count()).where(walks.c.finished_at.is_(None))) == 0
