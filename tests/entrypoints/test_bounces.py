"""The doors for mail that came back: a command, a pipe, a folder that is read, an HTTP request."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from monitor.bootstrap import service
from monitor.entrypoints.scheduler import scheduler_for
from monitor.settings import Settings
from storage.database import Database
from storage.records import Subscriber
from tests.entrypoints.test_running_service import listen, until
from tests.entrypoints.ticking import ticks_of
from tests.entrypoints.user import PROGRAM, ROOT, User
from tests.returned import LETTER, READER, each_of_its_own, mail, sent_to, standing

__all__ = ["listen"]
SECRET = "secret-of-the-tests"
TEMPFAIL = 75


@pytest.fixture
def about(operator: User) -> Iterator[tuple[Database, Subscriber]]:
    """The operator's archive, with a reader to whom a letter went."""
    database = Database(str(operator.settings["database_url"]))
    yield database, sent_to(database, READER)
    database.close()


def state_of(about: tuple[Database, Subscriber]) -> str:
    return standing(about[0], about[1].id).state


def maildir(folder: Path, *mails: bytes) -> Path:
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    for number, content in enumerate(mails):
        (folder / "new" / f"17954497{number:02}.M{number}.mx").write_bytes(content)
    return folder


# --- The command ------------------------------------------------------------------------------


def test_a_maildir_is_taken_in_and_marked_as_read(
    operator: User, about: tuple[Database, Subscriber], tmp_path: Path
) -> None:
    box = maildir(tmp_path / "box", mail("vacation-japanese"), mail("qmail"), mail("person"))
    done = operator.runs("bounces", str(box))
    assert (done.code, done.complained) == (0, "")
    assert done.said == (
        "3 mails: 1 hard bounce, 1 ignored, 1 no reports; 1 reader is sent nothing more\n"
    )
    assert state_of(about) == "suppressed"
    assert list((box / "new").iterdir()) == []
    assert operator.runs("bounces", str(box)).said == "0 mails\n"


def test_an_mbox_and_files_are_taken_in(
    operator: User, about: tuple[Database, Subscriber], tmp_path: Path
) -> None:
    soft = each_of_its_own("gmail-mailbox-full", 3)
    (tmp_path / "mbox").write_bytes(b"".join(b"From x Mon\n" + m + b"\n" for m in soft[:2]))
    (tmp_path / "one.eml").write_bytes(soft[2])
    done = operator.runs("bounces", str(tmp_path / "mbox"), str(tmp_path / "one.eml"))
    assert done.said == "3 mails: 3 soft bounces\n"
    assert standing(about[0], about[1].id).bounces == pytest.approx(3.0, abs=0.001)


def test_nothing_to_read_is_wrong_usage(operator: User, tmp_path: Path) -> None:
    done = operator.runs("bounces", str(tmp_path / "nope"))
    assert done.code == 2
    assert "what to do: Name a Maildir" in done.complained
    assert operator.runs("bounces").code == 2


# --- The pipe ---------------------------------------------------------------------------------


def piped(user: User, content: bytes, **settings: object) -> subprocess.CompletedProcess[bytes]:
    """Hand a mail to the command as a mail server does."""
    given = {f"ROUNDWATCH_{k.upper()}": str(v) for k, v in (user.settings | settings).items()}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "bounces", "-"],
        env={"PATH": os.defpath, "HOME": str(user.home), "PYTHONPATH": str(ROOT), **given},
        cwd=user.home,
        input=content,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_mail_server_hands_a_report_over_by_a_pipe(
    operator: User, about: tuple[Database, Subscriber]
) -> None:
    envelope = b"From MAILER-DAEMON Mon Nov 23 16:02:11 2026\n"
    done = piped(operator, envelope + mail("postfix-unknown-user"))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert state_of(about) == "suppressed"


def test_a_large_mail_is_read_to_its_end_so_that_the_server_need_not_complain(
    operator: User, about: tuple[Database, Subscriber]
) -> None:
    assert piped(operator, mail("exim-report") + b"x" * 12_000_000).returncode == 0
    assert state_of(about) == "suppressed"


@pytest.mark.parametrize("content", [b"", b"\0\xff" * 1000, b"hello"])
def test_the_server_is_rid_of_what_is_no_report(content: bytes, operator: User) -> None:
    assert piped(operator, content).returncode == 0


def test_the_server_keeps_the_mail_while_the_archive_is_locked(
    operator: User, about: tuple[Database, Subscriber]
) -> None:
    with closing(sqlite3.connect(operator.archive, isolation_level=None)) as other:
        other.execute("begin immediate")
        done = piped(operator, mail("qmail"))
        other.execute("rollback")
    assert done.returncode == TEMPFAIL
    assert b"locked" in done.stderr
    assert state_of(about) == "confirmed"
    assert piped(operator, mail("qmail")).returncode == 0
    assert state_of(about) == "suppressed"


@pytest.mark.parametrize(
    "settings", [{"poll_zone": "Nowhere"}, {"database_url": "postgresql://u@127.0.0.1:9/none"}]
)
def test_the_server_keeps_the_mail_while_the_settings_are_faulty(
    settings: dict[str, object], operator: User
) -> None:
    done = piped(operator, mail("qmail"), **settings)
    assert done.returncode == TEMPFAIL
    assert b"roundwatch: " in done.stderr


# --- The folder -------------------------------------------------------------------------------


def test_the_service_reads_the_folder_of_its_settings(
    operator: User,
    about: tuple[Database, Subscriber],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    box = maildir(tmp_path / "box", mail("qmail"))
    settings = Settings(database_url=str(operator.settings["database_url"]), bounce_folder=box)
    with service(settings) as made, caplog.at_level(logging.INFO):
        ticks_of(made).read_bounces()
    assert state_of(about) == "suppressed"
    assert "bounces: 1 mail: 1 hard bounce; 1 reader is sent nothing more" in caplog.text
    assert list((box / "new").iterdir()) == []


def test_what_is_not_taken_when_the_service_ends_is_taken_at_its_next_start(
    operator: User, about: tuple[Database, Subscriber], tmp_path: Path
) -> None:
    box = maildir(tmp_path / "box", mail("qmail"))
    settings = Settings(database_url=str(operator.settings["database_url"]), bounce_folder=box)
    with service(settings) as made:
        ended = ticks_of(made)
        ended.stop()
        ended.read_bounces()
        assert len(list((box / "new").iterdir())) == 1
        ticks_of(made).read_bounces()
    assert state_of(about) == "suppressed"


def test_a_mail_that_was_taken_but_not_marked_counts_once(
    operator: User, about: tuple[Database, Subscriber], tmp_path: Path
) -> None:
    soft = mail("gmail-mailbox-full")
    box = maildir(tmp_path / "box", soft)
    settings = Settings(database_url=str(operator.settings["database_url"]), bounce_folder=box)
    with service(settings) as made:
        made.take_bounces([soft])  # and killed before it was marked
        ticks_of(made).read_bounces()
    assert standing(about[0], about[1].id).bounces == 1.0


def test_without_a_folder_in_the_settings_nothing_is_read(operator: User) -> None:
    settings = Settings(database_url=str(operator.settings["database_url"]))
    with service(settings) as made:
        ticks = ticks_of(made)
        ticks.read_bounces()
        assert scheduler_for(ticks, settings.rhythm, made.now).get_job("bounces") is not None


# --- The hook ---------------------------------------------------------------------------------


@contextmanager
def serving(user: User, listen: str, **settings: object) -> Iterator[str]:
    """The pages as a process; gives the address of the hook."""
    user.settings |= {"listen": listen, **settings}
    with user.keeps_running("serve") as process:
        until(lambda: answers(listen), process)
        yield f"http://{listen}/hooks/bounces"


def answers(listen: str) -> bool:
    try:
        with urlopen(f"http://{listen}/healthz", timeout=5):
            return True
    except OSError:
        return False


def posted(url: str, content: bytes, **headers: str) -> tuple[int, bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(url, content, {"Content-Type": "message/rfc822", **named})
    try:
        with urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except HTTPError as refused:
        return refused.code, refused.read()


def test_a_report_is_taken_by_an_http_request_that_knows_the_secret(
    operator: User, about: tuple[Database, Subscriber], listen: str
) -> None:
    allowed = f"Bearer {SECRET}"
    with serving(operator, listen, hook_secret=SECRET) as url:
        for wrong in ({}, {"Authorization": "Bearer nope"}, {"Authorization": SECRET}):
            assert posted(url, mail("qmail"), **wrong)[0] == 401
        assert state_of(about) == "confirmed"
        status, said = posted(url, mail("qmail"), Authorization=allowed)
        assert (status, json.loads(said)["hard"]) == (202, 1)
        assert state_of(about) == "suppressed"
        assert json.loads(posted(url, mail("qmail"), Authorization=allowed)[1])["again"] == 1
        odd = {"Authorization": allowed, "Content_Type": "application/json"}
        assert posted(url, b"{}", **odd)[0] == 415
        assert posted(url, b"x" * 2_000_001, Authorization=allowed)[0] == 413
        assert posted(url, b"x" * 2_000_000, Authorization=allowed)[0] == 202


def test_without_a_secret_in_the_settings_there_is_no_hook(operator: User, listen: str) -> None:
    with serving(operator, listen) as url:
        assert posted(url, mail("qmail"), Authorization="Bearer None")[0] == 404


# --- The envelope -----------------------------------------------------------------------------


def test_mail_goes_out_from_a_signed_address_that_its_bounce_proves(
    operator: User, about: tuple[Database, Subscriber]
) -> None:
    settings = Settings(
        database_url=str(operator.settings["database_url"]),
        mail_from="Roundwatch <digests@rounds.example.org>",
        bounce_address="bounces+*@rounds.example.org",
    )
    with service(settings) as made:
        sender = made.return_path.for_mail(LETTER)
    assert sender.startswith("bounces+letter-1-")
    with service(settings) as later:  # another process finds the same key
        bare = f"From: MAILER-DAEMON@mx.example.net\nTo: {sender}\n\n550 5.1.1 nobody here\n"
        assert later.take_bounces([bare.encode()]).hard == 1
    assert state_of(about) == "suppressed"
