"""Messages as files, on a real file system."""

from __future__ import annotations

import contextlib
import resource
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.file import FileNotifier, file_name
from notifiers.message import Message, NothingCanBeSent, SendError, to_bytes

MESSAGE = Message(
    message_id="<digest-3.reader-17@example.org>",
    sender="watch@example.org",
    recipient="reader@example.com",
    date=datetime(2024, 7, 31, 18, 5, tzinfo=UTC),
    subject="Round 5: Environment dropped",
    text="Dropped: Environment\n",
    html="<p>Dropped: Environment</p>\n",
)


def test_a_message_becomes_one_file_with_exactly_its_bytes(tmp_path: Path) -> None:
    FileNotifier(tmp_path / "mail" / "out").send(MESSAGE)
    (written,) = (tmp_path / "mail" / "out").iterdir()
    assert written.suffix == ".eml"
    assert written.name.startswith("digest-3.reader-17-")
    mail = message_from_bytes(written.read_bytes(), policy=policy.default)
    assert mail["Subject"] == MESSAGE.subject


def test_a_repeat_overwrites_its_first_copy(tmp_path: Path) -> None:
    notifier = FileNotifier(tmp_path)
    notifier.send(MESSAGE)
    again = replace(MESSAGE, date=datetime(2024, 7, 31, 18, 10, tzinfo=UTC))
    notifier.send(again)
    (written,) = tmp_path.iterdir()
    assert b"18:10:00" in written.read_bytes()


def test_two_messages_become_two_files(tmp_path: Path) -> None:
    notifier = FileNotifier(tmp_path)
    notifier.send(MESSAGE)
    notifier.send(replace(MESSAGE, message_id="<digest-3.reader-18@example.org>"))
    notifier.close()
    assert len(list(tmp_path.iterdir())) == 2


def test_only_the_owner_can_read_a_file_with_a_readers_address(tmp_path: Path) -> None:
    FileNotifier(tmp_path).send(MESSAGE)
    (written,) = tmp_path.iterdir()
    assert written.stat().st_mode & 0o077 == 0


def test_a_folder_that_is_a_file_shuts_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(NothingCanBeSent) as refused:
        FileNotifier(tmp_path / "out").send(MESSAGE)
    assert not refused.value.permanent
    assert "out" in refused.value.summary
    assert refused.value.todo


def test_a_full_disk_leaves_neither_half_a_mail_nor_a_draft(tmp_path: Path) -> None:
    with files_of_at_most(100), pytest.raises(NothingCanBeSent, match="could not be written"):
        FileNotifier(tmp_path).send(MESSAGE)
    assert list(tmp_path.iterdir()) == []


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system breaks a write off in the middle, as a full disk does."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_message_that_cannot_be_written_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(SendError) as refused:
        FileNotifier(tmp_path).send(replace(MESSAGE, recipient="nobody"))
    assert refused.value.permanent
    assert list(tmp_path.iterdir()) == []


@given(st.text(), st.text())
def test_every_message_id_has_a_safe_name_of_its_own(one: str, other: str) -> None:
    first, second = file_name(f"<{one}@example.org>"), file_name(f"<{other}@example.org>")
    assert (first.lower() == second.lower()) == (one == other)
    assert first == Path(first).name
    assert not first.startswith(".")
    assert len(first) < 120


def test_the_file_holds_what_a_server_would_be_given(tmp_path: Path) -> None:
    FileNotifier(tmp_path).send(MESSAGE)
    (written,) = tmp_path.iterdir()
    theirs = message_from_bytes(to_bytes(MESSAGE), policy=policy.default)
    ours = message_from_bytes(written.read_bytes(), policy=policy.default)
    assert ours.items()[:7] == theirs.items()[:7]
