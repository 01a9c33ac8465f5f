"""Mail as servers and mail programs leave it: Maildirs, mboxes, files, streams."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest

from monitor.core.bounces.mail_parts import MOST_BYTES
from monitor.errors import UsageError
from monitor.sources.mailbox import mails_at, mails_in, unread_mails

MBOX = b"From a@example.org Mon\nSubject: 1\n\none\n\nFrom b Tue\nSubject: 2\n\ntwo\nFrom inside\n"


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    """A Maildir with two new mails, one that another program moved, and two that were read."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1795449731.1.mx").write_bytes(b"one")
    (tmp_path / "new" / "1795449732.2.mx").write_bytes(b"two")
    (tmp_path / "cur" / "1795449733.3.mx:2,F").write_bytes(b"three")
    (tmp_path / "cur" / "1795449730.0.mx:2,S").write_bytes(b"read")
    (tmp_path / "cur" / "1795449729.0.mx:2,RS").write_bytes(b"answered")
    (tmp_path / "tmp" / "1795449734.4.mx").write_bytes(b"not whole yet")
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_unread_mails_are_handed_out_once_and_marked_as_read(maildir: Path) -> None:
    assert list(mails_at(maildir)) == [b"one", b"two", b"three"]
    assert names(maildir / "new") == []
    assert names(maildir / "cur")[2:] == [
        "1795449731.1.mx:2,S",
        "1795449732.2.mx:2,S",
        "1795449733.3.mx:2,FS",
    ]
    assert names(maildir / "tmp") == ["1795449734.4.mx"]
    assert list(mails_at(maildir)) == []


def test_a_mail_in_hand_is_unread_until_the_next_one_is_asked_for(maildir: Path) -> None:
    mails = unread_mails(maildir)
    assert (next(mails), next(mails)) == (b"one", b"two")
    mails.close()
    assert list(unread_mails(maildir)) == [b"two", b"three"]


def test_two_may_read_a_maildir_at_once(maildir: Path) -> None:
    one, other = unread_mails(maildir), unread_mails(maildir)
    first = [next(one), next(other)]
    assert [*first, *one, *other].count(b"one") == 2
    assert names(maildir / "new") == []


def test_a_folder_that_is_no_maildir_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no Maildir"):
        list(mails_at(tmp_path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nope.*No such file"):
        list(mails_at(tmp_path / "nope"))


def test_an_mbox_is_taken_apart_at_its_lines(tmp_path: Path) -> None:
    (tmp_path / "mbox").write_bytes(MBOX)
    assert b"".join(mails_at(tmp_path / "mbox")) == MBOX
    assert [mail.split(b"\n")[1] for mail in mails_at(tmp_path / "mbox")] == [
        b"Subject: 1",
        b"Subject: 2",
    ]


def test_a_file_of_one_mail_is_one_whatever_its_lines(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(MBOX[23:])
    assert list(mails_at(tmp_path / "one.eml")) == [MBOX[23:]]


@pytest.mark.parametrize("nothing", [b"", b"\n\n", b" \r\n"])
def test_a_stream_of_nothing_has_no_mail(nothing: bytes) -> None:
    assert list(mails_in(io.BytesIO(nothing))) == []


@pytest.mark.parametrize("lines", [b"x" * 6_000_000, (b"x" * 59 + b"\n") * 100_000])
def test_no_mail_takes_more_memory_than_is_looked_at(lines: bytes) -> None:
    stream = io.BytesIO(lines)
    tracemalloc.start()
    (mail,) = mails_in(stream)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert mail == lines[:MOST_BYTES]
    assert peak < 4 * MOST_BYTES
