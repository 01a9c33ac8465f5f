"""migrate, copy, backup, restore: the whole archive, moved by the command itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.settings import load
from storage.schema import metadata
from tests.databases import PostgresqlServer
from tests.entrypoints.user import User

QUESTIONS = (
    *("latest --json", "latest --markdown", "show 1 --json", "show 5", "matrix --json"),
    *("topic labor --json", "search labor --json", "revisions 5 --json", "issues --json"),
    *("subscribers list --json", "subscribers export", "digests --json", "verify"),
)


@pytest.fixture
def elsewhere(postgresql: PostgresqlServer) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    url = postgresql.empty()
    yield url
    postgresql.drop(url)


def answers(user: User, database_url: str) -> dict[str, str]:
    found = {}
    for question in QUESTIONS:
        done = user.runs(*question.split(), database_url=database_url)
        assert (done.code, done.complained) == (0, ""), question
        found[question] = done.said
    return found


def hashes(said: str) -> dict[str, Any]:
    return {table["name"]: (table["rows"], table["sha256"]) for table in json.loads(said)["tables"]}


def test_a_full_archive_goes_there_and_back_and_answers_alike(reader: User, elsewhere: str) -> None:
    home, back = f"sqlite:///{reader.archive}", f"sqlite:///{reader.home / 'back.db'}"
    for number in range(3):
        reader.runs("subscribe", f"reader{number}@example.org")
    before = answers(reader, home)
    there = reader.runs("copy", "--to", elsewhere, "--json")
    assert (there.code, there.complained) == (0, "")
    assert answers(reader, elsewhere) == before
    assert reader.runs("copy", "--to", back, "--json", database_url=elsewhere).said == there.said
    assert answers(reader, back) == before
    checked = reader.runs("copy", "--to", back, "--check", "--json")
    assert hashes(checked.said) == hashes(there.said)
    assert set(hashes(there.said)) == set(metadata.tables) - {"upgrades", "queue_steps"}


def test_a_copy_tells_people_how_many_rows_it_compared(reader: User) -> None:
    done = reader.runs("copy", "--to", f"sqlite:///{reader.home / 'b.db'}")
    assert done.code == 0
    *tables, last = done.said.splitlines()
    assert any(line.endswith(" releases") for line in tables)
    assert "hold the same: " in last
    again = reader.runs("copy", "--to", f"sqlite:///{reader.home / 'b.db'}")
    assert (again.code, again.said) == (2, "")
    assert "is something in the database" in again.complained
    assert "Give the address of an empty database" in again.complained


def test_a_copy_that_differs_ends_with_1(reader: User) -> None:
    other = f"sqlite:///{reader.home / 'b.db'}"
    assert reader.runs("copy", "--to", other).code == 0
    assert reader.runs("subscribe", "late@example.org").code == 0
    done = reader.runs("copy", "--to", other, "--check")
    assert (done.code, done.said) == (1, "")
    assert "is not the same on both sides" in done.complained


def test_a_backup_is_restored_as_the_words_say(reader: User, elsewhere: str) -> None:
    file = str(reader.home / "all.backup")
    made = reader.runs("backup", file, "--json")
    assert reader.runs("backup", file).code == 2
    assert reader.runs("backup", file, "--force").code == 0
    restored = reader.runs("restore", file, "--json", database_url=elsewhere)
    assert restored.said == made.said
    assert json.loads(made.said)["kept"] is None
    over = {"database_url": elsewhere, "backup_folder": reader.home / "kept"}
    refused = reader.runs("restore", file, **over)
    assert (refused.code, refused.said) == (2, "")
    assert "--force" in refused.complained
    forced = reader.runs("restore", file, "--force", **over)
    first, *_ = forced.said.splitlines()
    kept = Path(first.removeprefix("a backup of what was before is in "))
    assert kept.parent == reader.home / "kept"
    assert reader.runs("latest", "--json", database_url=elsewhere).said.startswith("{")


def test_what_is_no_file_is_wrong_usage(reader: User) -> None:
    assert reader.runs("restore", "nowhere.backup").code == 2
    assert reader.runs("copy").code == 2


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("mysql://db.example.org/x", "mysql: not a database that can be used"),
        ("/srv/rounds.db", "the database's address is not readable"),
    ],
)
def test_an_address_to_copy_to_that_is_none_is_wrong_usage(to: str, why: str, reader: User) -> None:
    done = reader.runs("copy", "--to", to)
    assert (done.code, done.said) == (2, "")
    assert f"--to: {why}" in done.complained
    assert "Give --to sqlite:///path" in done.complained
    assert "ROUNDWATCH_DATABASE_URL" not in done.complained


def test_to_compare_or_back_up_what_is_not_there_makes_no_file(reader: User) -> None:
    nothing = reader.home / "nothing.db"
    compared = reader.runs("copy", "--to", f"sqlite:///{nothing}", "--check")
    saved = reader.runs("backup", "saved.backup", database_url=f"sqlite:///{nothing}")
    for done in (compared, saved):
        assert done.code == 2
        assert f"there is nothing of ours in the database sqlite:///{nothing}" in done.complained
    assert not nothing.exists()


@pytest.mark.parametrize("content", [b"no database at all" * 600, b"short", None])
def test_what_is_no_whole_backup_is_named_and_wrong_usage(
    content: bytes | None, reader: User
) -> None:
    file = reader.home / "odd.backup"
    assert reader.runs("backup", str(file)).code == 0
    file.write_bytes(file.read_bytes()[:100_000] if content is None else content)
    empty = reader.home / "empty.db"
    done = reader.runs("restore", str(file), database_url=f"sqlite:///{empty}")
    assert (done.code, done.said) == (2, "")
    assert f"{file} is no whole backup" in done.complained
    assert "Take another backup." in done.complained
    assert ".part" not in done.complained


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"ROUNDWATCH_DATABASE_URL": "sqlite:////srv/r/r.db"}, "/srv/r"),
        ({"ROUNDWATCH_BACKUP_FOLDER": "/backups"}, "/backups"),
        ({"ROUNDWATCH_DATABASE_URL": "postgresql://db/r"}, "roundwatch"),
    ],
)
def test_backups_are_kept_beside_the_file_or_where_the_setting_says(
    settings: dict[str, str], place: str, tmp_path: Path
) -> None:
    assert str(load(settings, tmp_path / ".env").backups).endswith(place)
