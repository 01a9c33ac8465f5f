"""Handing messages to real mail servers on loopback, kind ones and others."""

from __future__ import annotations

import contextlib
import socket
import ssl
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from notifiers.message import Message, NothingCanBeSent, SendError
from notifiers.smtp import SmtpNotifier
from notifiers.smtp_address import read_address
from tests.notifiers.mail_servers import (
    LOOPBACK,
    Certificate,
    Postbox,
    mail_server,
    new_certificate,
    only,
    scripted_server,
)

MESSAGE = Message(
    message_id="<digest-3.reader-17@example.org>",
    sender="Roundwatch <watch@example.org>",
    recipient="reader@example.com",
    date=datetime(2024, 7, 31, 18, 5, tzinfo=UTC),
    subject="Round 5: “Environment” dropped",
    text="Dropped: Environment\n.\n.two dots\n",
    html="<p>Dropped: Environment</p>\n",
)


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return new_certificate()


def notifier(
    port: int, *, login: str = "", query: str = "", tls: ssl.SSLContext | None = None, s: str = ""
) -> SmtpNotifier:
    address = read_address(f"smtp{s}://{login}{LOOPBACK}:{port}{query}")
    return SmtpNotifier(address, tls=tls, timeout=5, patience=5)


@contextlib.contextmanager
def connected(
    postbox: Postbox,
    *,
    login: str = "",
    query: str = "",
    tls: ssl.SSLContext | None = None,
    s: str = "",
    **server: Any,
) -> Iterator[SmtpNotifier]:
    with (
        mail_server(postbox, **server) as port,
        closing(notifier(port, login=login, query=query, tls=tls, s=s)) as out,
    ):
        yield out


def refused_by(port: int, message: Message = MESSAGE) -> SendError:
    with closing(notifier(port)) as out, pytest.raises(SendError) as refused:
        out.send(message)
    return refused.value


def test_a_message_arrives_whole() -> None:
    postbox = Postbox()
    with mail_server(postbox) as port, closing(notifier(port)) as out:
        out.send(MESSAGE)
    mail = message_from_bytes(postbox.mails[0], policy=policy.default)
    assert mail["Message-ID"] == MESSAGE.message_id
    assert mail["Subject"] == MESSAGE.subject
    assert isinstance(mail, EmailMessage)
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == MESSAGE.text.splitlines()
    assert postbox.senders == ["watch@example.org"]
    assert postbox.recipients == ["reader@example.com"]


def test_one_connection_serves_a_whole_run() -> None:
    postbox = Postbox()
    with mail_server(postbox) as port, closing(notifier(port)) as out:
        for number in range(5):
            out.send(replace(MESSAGE, message_id=f"<{number}@example.org>"))
    assert len(postbox.mails) == 5
    assert len(postbox.connections) == 1


def test_after_closing_the_next_message_opens_a_new_connection() -> None:
    postbox = Postbox()
    with mail_server(postbox) as port, closing(notifier(port)) as out:
        out.send(MESSAGE)
        out.close()
        out.send(MESSAGE)
    assert len(postbox.connections) == 2


def test_a_connection_that_died_between_messages_is_opened_again() -> None:
    postbox = Postbox(hang_up_after=1)
    with mail_server(postbox) as port, closing(notifier(port)) as out:
        out.send(MESSAGE)
        wait_for_hang_up(out)
        out.send(MESSAGE)
    assert len(postbox.mails) == 2
    assert len(postbox.connections) == 2


def wait_for_hang_up(out: SmtpNotifier) -> None:
    assert out._server is not None
    assert out._server.sock is not None
    assert out._server.sock.recv(1, socket.MSG_PEEK) in (b"", b"4")


def test_a_kept_connection_that_answers_421_is_opened_again() -> None:
    hello = ["220 here", "250 hello"]
    first = [*hello, "250 ok", "250 ok", "354 go", "250 taken", "421 enough for today"]
    second = [*hello, "250 ok", "250 ok", "354 go", "250 taken", "221 bye"]
    with scripted_server(first, second) as port, closing(notifier(port)) as out:
        out.send(MESSAGE)
        out.send(MESSAGE)


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("450 4.2.0 greylisted, come back", False),
        ("452 4.2.2 mailbox full", False),
        ("550 5.1.1 no such user", True),
        ("554 5.7.1 not wanted", True),
        ("552 5.2.2 mailbox full, but people make room", False),
    ],
)
def test_a_refused_message_is_final_or_not_and_the_next_one_goes_out(
    step: str, answer: str, permanent: bool
) -> None:
    postbox = Postbox(answers={step: [answer]})
    with mail_server(postbox) as port, closing(notifier(port)) as out:
        with pytest.raises(SendError) as refused:
            out.send(MESSAGE)
        out.send(MESSAGE)
    assert refused.value.permanent is permanent
    assert not isinstance(refused.value, NothingCanBeSent)
    assert answer in refused.value.summary
    assert len(postbox.mails) == 1
    assert len(postbox.connections) == 1


def test_a_refused_sender_is_our_fault_and_not_the_readers() -> None:
    with mail_server(Postbox(answers={"MAIL": ["553 5.7.1 not yours"]})) as port:
        refused = refused_by(port)
    assert isinstance(refused, NothingCanBeSent)
    assert not refused.permanent
    assert "MAIL_FROM" in refused.todo


def test_a_message_past_the_servers_size_is_refused_for_good() -> None:
    postbox = Postbox()
    with mail_server(postbox, data_size_limit=500) as port:
        refused = refused_by(port)
    assert refused.permanent
    assert postbox.mails == []


def test_a_server_that_is_down_is_named_with_what_to_do() -> None:
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    refused = refused_by(port)
    assert isinstance(refused, NothingCanBeSent)
    assert f"{LOOPBACK}:{port}" in refused.summary
    assert "SMTP_URL" in refused.todo


def test_a_silent_server_is_given_up_after_the_timeout() -> None:
    with socket.create_server((LOOPBACK, 0)) as silent:
        port = silent.getsockname()[1]
        out = SmtpNotifier(read_address(f"smtp://{LOOPBACK}:{port}"), timeout=0.2)
        with closing(out), pytest.raises(NothingCanBeSent, match="could not be reached"):
            out.send(MESSAGE)


@pytest.mark.parametrize(
    "script",
    [
        ["421 too busy"],
        ["554 go away"],
        ["220 here", "421 too busy"],
        ["220 here", "<"],
        ["220 here", "250 hello", "421 too busy"],
        ["220 here", "250 hello", "250 ok", "421 too busy"],
        ["220 here", "250 hello", "<"],
        ["220 here", "250 hello", "250 ok", "<"],
        ["220 here", "250 hello", "250 ok", "250 ok", "354 go", "421 disk trouble"],
    ],
)
def test_a_server_that_sends_us_away_stops_the_run_but_ends_nothing(script: list[str]) -> None:
    with scripted_server(script) as port:
        refused = refused_by(port)
    assert isinstance(refused, NothingCanBeSent)
    assert not refused.permanent
    assert refused.todo


@pytest.mark.parametrize(
    "last", [["354 go", "<"], ["<"]], ids=["before the server's yes", "at DATA"]
)
def test_a_connection_lost_after_data_is_not_tried_again_here(last: list[str]) -> None:
    first = ["220 here", "250 hello", "250 ok", "250 ok", *last]
    second = ["220 here", "250 hello", "250 ok", "250 ok", "354 go", "250 doubled", "221 bye"]
    with scripted_server(first, second) as port, closing(notifier(port)) as out:
        with pytest.raises(SendError, match="may have arrived") as refused:
            out.send(MESSAGE)
        assert not refused.value.permanent
        assert out._server is not None
        assert out._server.sock is None


def test_a_reused_connection_lost_after_data_is_not_tried_again_either() -> None:
    hello = ["220 here", "250 hello"]
    first = [*hello, *["250 ok", "250 ok", "354 go", "250 taken"]]
    first += ["250 ok", "250 ok", "354 go", "<"]
    with scripted_server(first, [*hello, "250 ok"]) as port, closing(notifier(port)) as out:
        out.send(MESSAGE)
        with pytest.raises(SendError, match="may have arrived"):
            out.send(MESSAGE)


def test_nonsense_from_the_server_is_passing() -> None:
    script = ["220 here", "250 hello", "250 ok", "sure, why not", "250 reset", "221 bye"]
    with scripted_server(script) as port:
        refused = refused_by(port)
    assert not refused.permanent


def test_required_starttls_encrypts(certificate: Certificate) -> None:
    postbox = Postbox()
    tls: dict[str, Any] = {"tls_context": certificate.server, "require_starttls": True}
    with connected(postbox, query="?starttls=require", tls=certificate.client, **tls) as out:
        out.send(MESSAGE)
    assert postbox.encrypted == [True]


def test_required_starttls_never_sends_in_the_clear() -> None:
    postbox = Postbox()
    with (
        connected(postbox, query="?starttls=require") as out,
        pytest.raises(NothingCanBeSent, match="in the clear") as refused,
    ):
        out.send(MESSAGE)
    assert "STARTTLS" in refused.value.todo
    assert postbox.mails == []


def test_required_starttls_refuses_a_certificate_nobody_vouches_for(
    certificate: Certificate,
) -> None:
    postbox = Postbox()
    with (
        connected(postbox, query="?starttls=require", tls_context=certificate.server) as out,
        pytest.raises(NothingCanBeSent, match="TLS with") as refused,
    ):
        out.send(MESSAGE)
    assert "certificate" in refused.value.summary
    assert postbox.mails == []


def test_opportunistic_starttls_takes_what_is_there(certificate: Certificate) -> None:
    encrypted, clear = Postbox(), Postbox()
    with connected(encrypted, tls_context=certificate.server) as out:
        out.send(MESSAGE)
    with connected(clear) as out:
        out.send(MESSAGE)
    assert (encrypted.encrypted, clear.encrypted) == ([True], [False])


def test_starttls_never_stays_in_the_clear(certificate: Certificate) -> None:
    postbox = Postbox()
    with connected(postbox, query="?starttls=never", tls_context=certificate.server) as out:
        out.send(MESSAGE)
    assert postbox.encrypted == [False]


def test_smtps_encrypts_from_the_first_byte(certificate: Certificate) -> None:
    postbox = Postbox()
    with connected(postbox, s="s", tls=certificate.client, ssl_context=certificate.server) as out:
        out.send(MESSAGE)
    assert len(postbox.mails) == 1


def test_the_systems_certificates_are_used_by_default(certificate: Certificate) -> None:
    with (
        connected(Postbox(), s="s", ssl_context=certificate.server) as out,
        pytest.raises(NothingCanBeSent, match="TLS"),
    ):
        out.send(MESSAGE)


def test_a_login_is_made_over_tls(certificate: Certificate) -> None:
    postbox = Postbox()
    server: dict[str, Any] = {
        "tls_context": certificate.server,
        "authenticator": only("watch", "s@fe"),
        "auth_required": True,
    }
    with connected(postbox, login="watch:s%40fe@", tls=certificate.client, **server) as out:
        out.send(MESSAGE)
    assert len(postbox.mails) == 1


def test_a_refused_login_names_the_setting_and_not_the_password(
    certificate: Certificate, capfd: pytest.CaptureFixture[str]
) -> None:
    postbox = Postbox()
    server: dict[str, Any] = {
        "tls_context": certificate.server,
        "authenticator": only("watch", "right"),
        "auth_required": True,
    }
    with (
        connected(postbox, login="watch:hunter2@", tls=certificate.client, **server) as out,
        pytest.raises(NothingCanBeSent, match="refused the login: 535") as refused,
    ):
        out.send(MESSAGE)
    assert not refused.value.permanent
    assert "SMTP_URL" in refused.value.todo
    shown = "".join(traceback.format_exception(refused.value)) + refused.value.todo
    assert "hunter2" not in shown + "".join(capfd.readouterr())
    assert postbox.mails == []


def test_a_probe_goes_as_far_as_the_login_and_sends_nothing(certificate: Certificate) -> None:
    postbox = Postbox()
    server: dict[str, Any] = {
        "tls_context": certificate.server,
        "authenticator": only("watch", "right"),
        "auth_required": True,
    }
    with connected(postbox, login="watch:right@", tls=certificate.client, **server) as out:
        out.probe()
    with (
        connected(postbox, login="watch:wrong@", tls=certificate.client, **server) as out,
        pytest.raises(NothingCanBeSent, match="refused the login"),
    ):
        out.probe()
    assert postbox.senders == []


def test_a_server_without_login_is_named() -> None:
    with (
        connected(Postbox(), login="a:b@", query="?starttls=never") as out,
        pytest.raises(NothingCanBeSent, match="no login"),
    ):
        out.send(MESSAGE)


def test_a_password_is_not_sent_where_tls_is_missing() -> None:
    heard: list[str] = []

    def overhear(*arguments: Any) -> AuthResult:
        heard.append("a password")
        return AuthResult(success=True)

    server: dict[str, Any] = {"auth_require_tls": False, "authenticator": overhear}
    with (
        connected(Postbox(), login="a:b@", query="?starttls=opportunistic", **server) as out,
        pytest.raises(NothingCanBeSent, match="in the clear"),
    ):
        out.send(MESSAGE)
    assert heard == []


def test_a_server_that_wants_a_login_gets_an_explanation() -> None:
    script = ["220 here", "250 hello", "530 5.7.0 login first", "250 reset", "221 bye"]
    with scripted_server(script) as port:
        refused = refused_by(port)
    assert isinstance(refused, NothingCanBeSent)
    assert "wants a login" in refused.summary
    assert "SMTP_URL" in refused.todo


def test_an_address_outside_ascii_needs_a_server_that_knows_them() -> None:
    foreign = replace(MESSAGE, recipient="読者@example.com")
    postbox = Postbox()
    with connected(postbox, enable_SMTPUTF8=True) as out:
        out.send(foreign)
    assert postbox.recipients == ["読者@example.com"]
    with mail_server(postbox, enable_SMTPUTF8=False) as port:
        assert refused_by(port, foreign).permanent


def test_a_message_that_cannot_be_written_never_reaches_the_server() -> None:
    postbox = Postbox()
    hostile = replace(MESSAGE, recipient="a@example.com>\r\nRCPT TO:<b@example.com")
    with mail_server(postbox) as port:
        refused = refused_by(port, hostile)
    assert refused.permanent
    assert postbox.senders == []
