"""An archive on a disk that cannot be written to: it is read, and nothing of it is missed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.entrypoints.user import User

BOUND = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override")
"""Has root ask for permission like everybody else."""


@pytest.fixture
def visitor(reader: User) -> Iterator[User]:
    """A user whose archive lies in a folder that nobody may write to."""
    if os.geteuid() == 0 and shutil.which(BOUND[0]) is None:
        pytest.skip("root may write everywhere, and there is no setpriv")
    folder = reader.home / "read-only"
    folder.mkdir()
    archive = folder / "archive.db"
    shutil.copy(reader.archive, archive)
    bound = BOUND if os.geteuid() == 0 else ()
    try:
        yield User(reader.home, through=bound, database_url=f"sqlite:///{archive}")
    finally:
        folder.chmod(0o700)


def closed(user: User) -> None:
    for file in user.archive.parent.iterdir():
        file.chmod(0o400)
    user.archive.parent.chmod(0o500)


def beside(user: User) -> set[str]:
    return {file.name for file in user.archive.parent.iterdir()}


def test_an_archive_that_cannot_be_written_to_is_read_and_backed_up(
    visitor: User, reader: User
) -> None:
    closed(visitor)
    latest = visitor.runs_alone("latest", "--json")
    assert (latest.code, latest.complained) == (0, "")
    assert latest.said == reader.runs("latest", "--json").said
    saved = visitor.runs_alone("backup", str(visitor.home / "saved.backup"), "--json")
    assert (saved.code, saved.complained) == (0, "")
    assert saved.said == reader.runs("backup", str(reader.home / "own.backup"), "--json").said
    assert beside(visitor) == {"archive.db"}


def test_a_backup_that_cannot_be_written_to_is_read_as_it_is(visitor: User, reader: User) -> None:
    assert reader.runs("backup", str(visitor.archive), "--force").code == 0
    closed(visitor)
    assert visitor.runs_alone("latest").said == reader.runs("latest").said


def test_what_writes_says_that_it_cannot(visitor: User) -> None:
    closed(visitor)
    done = visitor.runs_alone("subscribe", "reader@example.org")
    assert (done.code, done.said) == (3, "")
    assert "cannot be written to" in done.complained


@pytest.mark.parametrize("lost", [(), ("-shm",)])
def test_rows_that_lie_beside_the_file_are_read_or_it_is_refused(
    lost: tuple[str, ...], visitor: User
) -> None:
    with closing(sqlite3.connect(visitor.archive)) as writing:
        writing.execute("pragma wal_autocheckpoint = 0")
        writing.execute("update revisions set title = 'Only in the wal'")
        writing.commit()
        kept = {end: Path(f"{visitor.archive}{end}").read_bytes() for end in ("-wal", "-shm")}
        before = visitor.archive.read_bytes()
    visitor.archive.write_bytes(before)  # as a machine that stopped on the spot leaves them
    for end in kept.keys() - set(lost):
        Path(f"{visitor.archive}{end}").write_bytes(kept[end])
    closed(visitor)
    done = visitor.runs_alone("latest", "--json")
    if lost:
        assert (done.code, done.said) == (3, "")
        assert "its latest rows are still in archive.db-wal" in done.complained
        assert "into a folder that can be written to" in done.complained
    else:
        assert (done.code, done.complained) == (0, "")
        assert "Only in the wal" in done.said
