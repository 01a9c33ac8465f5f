"""Messages as files, on a real file system."""

from __future__ import annotations

import contextlib
import resource
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from notifiers.file import FileNotifier, file_name
from notifiers.mail.parcel import Parcel
from notifiers.message import NothingCanBeSent, SendError
from tests.notifiers.carrying import carried

PARCEL = Parcel(
    delivery_id=17,
    sender="watch@example.org",
    recipient="reader@example.com",
    message_id="<digest-3.reader-17@example.org>",
    content=b"Subject: Round 5: Environment dropped\r\n\r\n.Dropped\r\n",
)


def written_to(folder: Path, *parcels: Parcel) -> list[SendError | None]:
    return [fault for _, fault in carried(FileNotifier(folder), *parcels)]


def test_a_message_becomes_one_file_with_exactly_its_bytes(tmp_path: Path) -> None:
    assert written_to(tmp_path / "mail" / "out", PARCEL) == [None]
    (written,) = (tmp_path / "mail" / "out").iterdir()
    assert written.suffix == ".eml"
    assert written.name.startswith("digest-3.reader-17-")
    assert written.read_bytes() == PARCEL.content


def test_a_repeat_overwrites_its_first_copy(tmp_path: Path) -> None:
    again = replace(PARCEL, content=b"Subject: again\r\n\r\n")
    assert written_to(tmp_path, PARCEL, again) == [None, None]
    (written,) = tmp_path.iterdir()
    assert written.read_bytes() == again.content


def test_two_messages_become_two_files(tmp_path: Path) -> None:
    written_to(tmp_path, PARCEL, replace(PARCEL, message_id="<digest-3.reader-18@example.org>"))
    assert len(list(tmp_path.iterdir())) == 2


def test_only_the_owner_can_read_a_file_with_a_readers_address(tmp_path: Path) -> None:
    written_to(tmp_path, PARCEL)
    (written,) = tmp_path.iterdir()
    assert written.stat().st_mode & 0o077 == 0


def test_a_folder_that_is_a_file_shuts_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    (fault,) = written_to(tmp_path / "out", PARCEL)
    assert isinstance(fault, NothingCanBeSent)
    assert not fault.permanent
    assert fault.reach == "all"
    assert "out" in fault.summary
    assert fault.todo


def test_a_full_disk_leaves_neither_half_a_mail_nor_a_draft(tmp_path: Path) -> None:
    with files_of_at_most(40):
        (fault,) = written_to(tmp_path, PARCEL)
    assert isinstance(fault, NothingCanBeSent)
    assert "could not be written" in fault.summary
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


@given(st.text(), st.text())
def test_every_message_id_has_a_safe_name_of_its_own(one: str, other: str) -> None:
    first, second = file_name(f"<{one}@example.org>"), file_name(f"<{other}@example.org>")
    assert (first.lower() == second.lower()) == (one == other)
    assert first == Path(first).name
    assert not first.startswith(".")
    assert len(first) < 120
