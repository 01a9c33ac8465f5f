"""Handing messages to real mail servers on loopback, kind ones and others."""

from __future__ import annotations

import contextlib
import socket
import ssl
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from notifiers.mail.parcel import Parcel
from notifiers.message import NothingCanBeSent, SendError
from notifiers.smtp.address import read_address
from notifiers.smtp.notifier import SmtpNotifier
from notifiers.smtp.wire import Limits
from tests.notifiers.carrying import carried
from tests.notifiers.mail_servers import (
    LOOPBACK,
    Certificate,
    Postbox,
    mail_server,
    new_certificate,
    only,
)

PARCEL = Parcel(
    delivery_id=17,
    sender="watch@example.org",
    recipient="reader@example.com",
    message_id="<digest-3.17@example.org>",
    content=b"Subject: Round 5\r\n\r\n.\r\n..two dots\r\n.end\r\n",
)


def another(number: int) -> Parcel:
    return replace(PARCEL, delivery_id=number, recipient=f"reader{number}@example.com")


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return new_certificate()


def notifier(
    port: int, *, login: str = "", query: str = "", tls: ssl.SSLContext | None = None, s: str = ""
) -> SmtpNotifier:
    address = read_address(f"smtp{s}://{login}{LOOPBACK}:{port}{query}")
    return SmtpNotifier(address, tls=tls, lanes=10, limits=Limits(5, 5, 5, 5))


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


def fault_of(out: SmtpNotifier, parcel: Parcel = PARCEL) -> SendError | None:
    ((_, fault),) = carried(out, parcel)
    return fault


def refused_by(port: int, parcel: Parcel = PARCEL) -> SendError:
    fault = fault_of(notifier(port), parcel)
    assert fault is not None
    return fault


def test_a_message_arrives_whole() -> None:
    postbox = Postbox()
    with connected(postbox) as out:
        assert carried(out, PARCEL) == [(PARCEL, None)]
    assert postbox.mails == [PARCEL.content]
    assert postbox.senders == ["watch@example.org"]
    assert postbox.recipients == ["reader@example.com"]


def test_one_connection_serves_a_whole_run() -> None:
    postbox = Postbox()
    parcels = [another(number) for number in range(5)]
    with connected(postbox) as out:
        assert carried(out, *parcels) == [(each, None) for each in parcels]
    assert postbox.recipients == [each.recipient for each in parcels]
    assert len(postbox.connections) == 1


def test_a_notifier_can_carry_again() -> None:
    postbox = Postbox()
    with connected(postbox) as out:
        assert fault_of(out) is None
        assert fault_of(out) is None
    assert len(postbox.connections) == 2


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
    with connected(postbox) as out:
        (_, fault), second = carried(out, PARCEL, another(2))
    assert fault is not None
    assert fault.permanent is permanent
    assert not isinstance(fault, NothingCanBeSent)
    assert answer in fault.summary
    assert second == (another(2), None)
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
        refused = refused_by(port, replace(PARCEL, content=b"x" * 600))
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
        fault = fault_of(
            SmtpNotifier(
                read_address(f"smtp://{LOOPBACK}:{port}"), lanes=10, limits=Limits(command=0.2)
            )
        )
    assert isinstance(fault, NothingCanBeSent)
    assert "could not be reached" in fault.summary


def test_required_starttls_encrypts(certificate: Certificate) -> None:
    postbox = Postbox()
    tls: dict[str, Any] = {"tls_context": certificate.server, "require_starttls": True}
    with connected(postbox, query="?starttls=require", tls=certificate.client, **tls) as out:
        assert fault_of(out) is None
    assert postbox.encrypted == [True]


def test_required_starttls_never_sends_in_the_clear() -> None:
    postbox = Postbox()
    with connected(postbox, query="?starttls=require") as out:
        refused = fault_of(out)
    assert isinstance(refused, NothingCanBeSent)
    assert "in the clear" in refused.summary
    assert "STARTTLS" in refused.todo
    assert postbox.mails == []


def test_required_starttls_refuses_a_certificate_nobody_vouches_for(
    certificate: Certificate,
) -> None:
    postbox = Postbox()
    with connected(postbox, query="?starttls=require", tls_context=certificate.server) as out:
        refused = fault_of(out)
    assert isinstance(refused, NothingCanBeSent)
    assert "TLS with" in refused.summary
    assert "certificate" in refused.summary
    assert postbox.mails == []


def test_opportunistic_starttls_takes_what_is_there(certificate: Certificate) -> None:
    encrypted, clear = Postbox(), Postbox()
    with connected(encrypted, tls_context=certificate.server) as out:
        assert fault_of(out) is None
    with connected(clear) as out:
        assert fault_of(out) is None
    assert (encrypted.encrypted, clear.encrypted) == ([True], [False])


def test_starttls_never_stays_in_the_clear(certificate: Certificate) -> None:
    postbox = Postbox()
    with connected(postbox, query="?starttls=never", tls_context=certificate.server) as out:
        assert fault_of(out) is None
    assert postbox.encrypted == [False]


def test_smtps_encrypts_from_the_first_byte(certificate: Certificate) -> None:
    postbox = Postbox()
    with connected(postbox, s="s", tls=certificate.client, ssl_context=certificate.server) as out:
        assert fault_of(out) is None
    assert len(postbox.mails) == 1


def test_the_systems_certificates_are_used_by_default(certificate: Certificate) -> None:
    with connected(Postbox(), s="s", ssl_context=certificate.server) as out:
        refused = fault_of(out)
    assert isinstance(refused, NothingCanBeSent)
    assert "TLS" in refused.summary


def test_a_login_is_made_over_tls(certificate: Certificate) -> None:
    postbox = Postbox()
    server: dict[str, Any] = {
        "tls_context": certificate.server,
        "authenticator": only("watch", "s@fe"),
        "auth_required": True,
    }
    with connected(postbox, login="watch:s%40fe@", tls=certificate.client, **server) as out:
        assert fault_of(out) is None
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
    with connected(postbox, login="watch:hunter2@", tls=certificate.client, **server) as out:
        refused = fault_of(out)
    assert isinstance(refused, NothingCanBeSent)
    assert "refused the login: 535" in refused.summary
    assert not refused.permanent
    assert "SMTP_URL" in refused.todo
    shown = "".join(traceback.format_exception(refused)) + refused.todo
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
    with connected(Postbox(), login="a:b@", query="?starttls=never") as out:
        refused = fault_of(out)
    assert isinstance(refused, NothingCanBeSent)
    assert "no login" in refused.summary


def test_a_password_is_not_sent_where_tls_is_missing() -> None:
    heard: list[str] = []

    def overhear(*arguments: Any) -> AuthResult:
        heard.append("a password")
        return AuthResult(success=True)

    server: dict[str, Any] = {"auth_require_tls": False, "authenticator": overhear}
    with connected(Postbox(), login="a:b@", query="?starttls=opportunistic", **server) as out:
        refused = fault_of(out)
    assert isinstance(refused, NothingCanBeSent)
    assert "in the clear" in refused.summary
    assert heard == []


def test_a_server_that_wants_a_login_gets_an_explanation() -> None:
    with mail_server(Postbox(answers={"MAIL": ["530 5.7.0 login first"]})) as port:
        refused = refused_by(port)
    assert isinstance(refused, NothingCanBeSent)
    assert "wants a login" in refused.summary
    assert "SMTP_URL" in refused.todo


def test_an_address_outside_ascii_needs_a_server_that_knows_them() -> None:
    foreign = replace(PARCEL, recipient="読者@example.com")
    postbox = Postbox()
    with connected(postbox, enable_SMTPUTF8=True) as out:
        assert fault_of(out, foreign) is None
    assert postbox.recipients == ["読者@example.com"]
    with connected(postbox, enable_SMTPUTF8=False) as out:
        (_, fault), second = carried(out, foreign, PARCEL)
    assert fault is not None
    assert fault.permanent
    assert second == (PARCEL, None)


def test_an_address_that_ends_the_command_never_reaches_the_server() -> None:
    postbox = Postbox()
    hostile = replace(PARCEL, recipient="a@example.com>\r\nRCPT TO:<b@example.com")
    with connected(postbox) as out:
        first, (_, fault), third = carried(out, PARCEL, hostile, PARCEL)
    assert fault is not None
    assert fault.permanent
    assert (first, third) == ((PARCEL, None), (PARCEL, None))
    assert postbox.recipients == ["reader@example.com"] * 2
