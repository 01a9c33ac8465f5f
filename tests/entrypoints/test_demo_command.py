"""demo: the whole job on show, and nothing of the user's touched."""

from __future__ import annotations

import re
import signal
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast
from urllib.request import urlopen

import pytest

from tests.entrypoints.user import Ended, User, told_to_end

PRECIOUS = b"the user's own archive, which a demonstration must not touch"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[User, Ended]:
    """One demonstration, for a user with settings and an archive of their own."""
    home = tmp_path_factory.mktemp("demo")
    (home / "own.db").write_bytes(PRECIOUS)
    user = User(
        home,
        database_url=f"sqlite:///{home / 'own.db'}",
        source_url="http://127.0.0.1:9",
        smtp_url="smtp://127.0.0.1:9",
        mail_from="Own <own@example.com>",
    )
    return user, user.runs_alone("demo", "--once", "--to", str(home / "out"))


def mail(user: User) -> EmailMessage:
    (path,) = (user.home / "out").iterdir()
    assert path.suffix == ".eml"
    return cast(EmailMessage, message_from_bytes(path.read_bytes(), policy=policy.default))


def test_the_demonstration_tells_each_step_and_where_the_mail_is(shown: tuple[User, Ended]) -> None:
    user, done = shown
    assert (done.code, done.complained) == (0, "")
    steps = re.findall(r"^(\d)\. ", done.said, re.MULTILINE)
    assert steps == ["1", "2", "3", "4", "5", "6", "7"]
    assert "rounds 1, 2, 3, 4 are on file" in done.said
    assert "(1 request): nothing has changed." in done.said
    assert "round 5 is news" in done.said
    assert f"as an .eml file in {user.home / 'out'}" in done.said
    (path,) = (user.home / "out").iterdir()
    assert path.name in done.said
    assert mail(user)["subject"] in done.said


def test_the_mail_names_what_changed(shown: tuple[User, Ended]) -> None:
    message = mail(shown[0])
    body = message.get_body(("plain",))
    assert body is not None
    text = " ".join(body.get_content().split())
    for words in (
        "Split: Third-Country Issues → Third-Country Issues + Non-Market Policies and Practices",
        "“technical barriers to trade” dropped out",
        "“trade in seafood” is new",
        "[-, founded in January 2023-]",
        "Scott Wilbur",
        "Compared with round 4",
        "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024/july/",
    ):
        assert words in text


def test_the_mail_has_the_headers_of_a_digest(shown: tuple[User, Ended]) -> None:
    message = mail(shown[0])
    assert message["to"] == "reader@example.org"
    assert message["from"] == "Roundwatch <roundwatch@localhost>"
    assert message["subject"].startswith(
        "Round 5: “Non-Market Policies and Practices” likely split off"
    )
    assert re.fullmatch(r"<digest-\d+\.\d+@localhost>", message["message-id"])
    assert message["auto-submitted"] == "auto-generated"
    assert message["list-id"] == "<us-japan-partnership-on-trade.localhost>"
    assert message["date"].datetime.tzinfo is not None
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_nothing_of_the_users_is_touched_and_nothing_is_left(shown: tuple[User, Ended]) -> None:
    user, _ = shown
    assert (user.home / "own.db").read_bytes() == PRECIOUS
    assert sorted(path.name for path in user.home.iterdir()) == ["out", "own.db"]
    assert list(user.scratch.iterdir()) == []


def test_without_once_the_pages_stay_up_until_told(newcomer: User) -> None:
    with newcomer.keeps_running("demo", "--to", "out") as process:
        assert process.stdout is not None
        served = next(line for line in process.stdout if "served at" in line)
        (address,) = re.findall(r"http://127\.0\.0\.1:\d+/", served)
        with urlopen(address, timeout=10) as answer:
            assert "Round 5" in answer.read().decode()
        done = told_to_end(process, signal.SIGTERM)
    assert (done.code, done.complained) == (0, "")
    assert [path.name for path in newcomer.home.iterdir()] == ["out"]
    assert list(newcomer.scratch.iterdir()) == []
