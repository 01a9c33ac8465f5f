"""The command line as a whole: what it offers, what it refuses, and how it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import __version__
from monitor.entrypoints.cli import app
from tests.entrypoints.user import User

COMMANDS = (
    "run poll deliver announce serve schedule worker backfill backfills reread latest show "
    "revisions matrix cite evidence verify topic search series read compare digest digests "
    "test-mail subscribe subscribers bounces issues requests trace check canary doctor "
    "housekeep alive migrate copy backup restore demo"
).split()
ARGUMENTS = {
    "show": ["5"],
    "announce": ["5"],
    "cite": ["5"],
    "topic": ["labor"],
    "search": ["labor"],
    "compare": ["1", "5"],
    "subscribe": ["reader@example.org"],
    "digest": ["5", "--text"],
}


def test_help_lists_every_command_with_what_it_does(newcomer: User) -> None:
    done = newcomer.runs_alone("--help")
    listed = dict(
        line.split(maxsplit=1)
        for line in done.said.partition("Commands:")[2].splitlines()
        if line.strip()
    )
    assert done.code == 0
    assert list(listed) == COMMANDS
    assert all(len(words) >= len("Show one round.") for words in listed.values())


def test_the_help_of_every_command_says_more_than_its_name(newcomer: User) -> None:
    for name in COMMANDS:
        command = app.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.name == name
        assert command.help
        assert command.help.rstrip().endswith(".")
    done = newcomer.runs_alone("backfill", "-h")
    assert (done.code, done.complained) == (0, "")
    assert "--since DATE" in done.said


def test_help_touches_nothing(newcomer: User) -> None:
    newcomer.runs_alone("--help")
    newcomer.runs_alone("run", "--help")
    assert list(newcomer.home.iterdir()) == []


def test_the_version_is_that_of_the_package(newcomer: User) -> None:
    assert newcomer.runs_alone("--version").said == f"roundwatch, version {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["show"],
        ["show", "five"],
        ["show", "99999999999999999999"],
        ["issues", "--close", "99999999999999999999"],
        ["backfill", "--since", "yesterday"],
        ["latest", "--loudly"],
    ],
    ids=" ".join,
)
def test_wrong_words_are_usage_errors_on_standard_error(words: list[str], newcomer: User) -> None:
    done = newcomer.runs_alone(*words)
    assert (done.code, done.said) == (2, "")
    assert done.complained.startswith("Usage: roundwatch")
    assert "Error: " in done.complained


@pytest.mark.parametrize(
    "command", ["latest", "show", "matrix", "topic", "compare", "digest", "subscribe", "announce"]
)
def test_an_unknown_series_is_named_with_those_followed(command: str, newcomer: User) -> None:
    done = newcomer.runs_alone(command, *ARGUMENTS.get(command, []), "--series", "us-elsewhere")
    assert (done.code, done.said) == (2, "")
    assert "no series is called us-elsewhere" in done.complained
    assert "us-japan-partnership-on-trade" in done.complained
    assert not newcomer.archive.exists()


def test_every_fault_of_the_settings_is_told_at_once(newcomer: User) -> None:
    done = newcomer.runs_alone(
        "latest", "--json", poll_zone="Nowhere", poll_office_minutes="often", databse_url="x"
    )
    assert (done.code, done.said) == (2, "")
    assert "ROUNDWATCH_POLL_ZONE: no time zone is called “Nowhere”" in done.complained
    assert "ROUNDWATCH_POLL_OFFICE_MINUTES: a number from 1 to 1440" in done.complained
    assert "ROUNDWATCH_DATABSE_URL: no such setting" in done.complained
    assert "did you mean ROUNDWATCH_DATABASE_URL?" in done.complained
    assert "what to do: " in done.complained
    assert not newcomer.archive.exists()


def test_settings_come_from_a_file_in_the_working_directory_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"ROUNDWATCH_DATABASE_URL=sqlite:///{tmp_path}/there.db\n")
    assert User(tmp_path).runs_alone("migrate").code == 0
    assert (tmp_path / "there.db").exists()


def test_without_settings_the_archive_lies_in_the_users_own_data_folder(tmp_path: Path) -> None:
    assert User(tmp_path).runs_alone("migrate").code == 0
    (archive,) = tmp_path.rglob("roundwatch.db")
    assert archive.parent == tmp_path / ".local" / "share" / "roundwatch"
    assert archive.parent.stat().st_mode & 0o077 == 0
