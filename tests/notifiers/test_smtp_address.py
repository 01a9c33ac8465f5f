"""The mail server's address, and which way out an address means."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifiers.choice import notifier_for
from notifiers.file import FileNotifier
from notifiers.smtp.address import read_address
from notifiers.smtp.notifier import SmtpNotifier


def test_every_part_of_an_address_is_read() -> None:
    address = read_address("smtp://watch:s%40fe@mail.example.org:2525?starttls=never")
    assert (address.host, address.port) == ("mail.example.org", 2525)
    assert (address.user, address.password) == ("watch", "s@fe")
    assert address.starttls == "never"
    assert not address.implicit_tls


@pytest.mark.parametrize(
    ("written", "port", "starttls", "verified"),
    [
        ("smtp://mail.example.org", 25, "opportunistic", False),
        ("smtp://u:p@mail.example.org", 587, "require", True),
        ("smtp://u:p@mail.example.org?starttls=opportunistic", 587, "opportunistic", True),
        ("smtp://mail.example.org?starttls=require", 25, "require", True),
        ("smtps://u:p@mail.example.org", 465, "require", True),
        ("smtps://mail.example.org:8465", 8465, "opportunistic", True),
    ],
)
def test_what_is_not_said_has_a_safe_default(
    written: str, port: int, starttls: str, verified: bool
) -> None:
    address = read_address(written)
    assert (address.port, address.starttls, address.verified) == (port, starttls, verified)


@pytest.mark.parametrize(
    "faulty",
    [
        "smtp://watch:hunter2/x@mail.example.org",
        "smtp://watch:hunter2#x@mail.example.org:25",
        "smtp://watch:hunter2@mail.example.org:port",
        "smtp://watch:hunter2@mail.example.org:99999",
        "smtp://watch:hunter2@[mail.example.org",
        "smtp://watch:hunter2\uff03@mail.example.org",
        "smtp://:hunter2@mail.example.org",
        "smtp://watch:hünter2@mail.example.org",
        "smtp://watch:hunter2@mail.example.org?starttls=perhaps",
        "smtp://watch:hunter2@mail.example.org?tls=yes",
        "smtp://watch:hunter2@mail.example.org/folder",
        "smtp://watch:hunter2@",
        "smpt://watch:hunter2@mail.example.org",
        "hunter2",
    ],
)
def test_a_faulty_address_is_refused_without_showing_its_password(
    faulty: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"[Mm]ail|starttls") as refused:
        notifier_for(faulty, tmp_path, connections=3)
    seen: BaseException | None = refused.value
    while seen is not None:
        assert "nter2" not in str(seen)
        seen = None if seen.__suppress_context__ else seen.__context__


def test_a_password_is_in_no_repr() -> None:
    address = read_address("smtp://watch:hunter2@mail.example.org")
    assert "hunter2" not in f"{address!r} {address} {SmtpNotifier(address, lanes=1)!r}"


def test_a_server_that_repeats_the_password_is_not_repeated() -> None:
    address = read_address("smtp://watch:hunter2@mail.example.org")
    assert (
        address.said(b"5.7.8 no such\r\n login watch/hunter2.") == "5.7.8 no such login watch/***"
    )


def test_an_address_chooses_the_way_out(tmp_path: Path) -> None:
    assert isinstance(
        notifier_for("smtp://mail.example.org", tmp_path, connections=3), SmtpNotifier
    )
    assert isinstance(
        notifier_for("SMTPS://mail.example.org", tmp_path, connections=3), SmtpNotifier
    )
    assert notifier_for("smtp://mail.example.org", tmp_path, connections=3).lanes == 3
    for_nothing = notifier_for(None, tmp_path, connections=3)
    assert isinstance(for_nothing, FileNotifier)
    assert for_nothing.folder == tmp_path
    chosen = notifier_for("file:///var/mail%20out", tmp_path, connections=3)
    assert isinstance(chosen, FileNotifier)
    assert chosen.folder == Path("/var/mail out")


@pytest.mark.parametrize(
    "faulty", ["file://out", "file:out", "http://example.org", "://", "file://host/out"]
)
def test_other_ways_out_are_refused(faulty: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="file:///"):
        notifier_for(faulty, tmp_path, connections=3)
