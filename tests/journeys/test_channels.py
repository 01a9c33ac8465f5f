"""A round goes out to programs and services through the outbox of the mails."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from monitor.bootstrap import Service
from notifiers.channels import receiver_of
from notifiers.webhook.signature import secret_of, signed_headers
from storage import subscribers
from storage.records import Channel, DeliveryState, Preferences
from tests.faults.server import MisbehavingServer, Page
from tests.journeys.offices import Clock, add_reader, office
from tests.journeys.readers import PARTNERSHIP, file_round, mails

TAKEN = Page(status=204)


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MisbehavingServer]:
    """A program with a certificate that this machine trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with MisbehavingServer(tls) as running:
        running.set("/hook", TAKEN)
        yield running


@pytest.fixture
def made(database_url: str, clock: Clock, tmp_path: Path) -> Iterator[Service]:
    """A service that may send to loopback."""
    with office("http://127.0.0.1:9", database_url, tmp_path / "mail", now=clock) as service:
        service.settings = replace(service.settings, webhook_private=("127.0.0.0/8",))
        file_round(service, 1, "Labor: Talked.")
        yield service


def add(made: Service, channel: Channel, address: str) -> None:
    with made.database.transaction() as tx:
        reader, _ = subscribers.add(
            tx,
            address=address,
            channel=channel,
            domain=receiver_of(channel, address),
            state="confirmed",
            preferences=Preferences(),
            now=made.now(),
        )
        subscribers.follow(tx, reader.id, PARTNERSHIP, (), made.now())


def states(made: Service) -> list[DeliveryState]:
    return [state for _, _, state, _ in mails(made)]  # type: ignore[misc]


def test_a_round_reaches_a_reader_a_program_and_a_service(
    made: Service, receiver: MisbehavingServer, tmp_path: Path
) -> None:
    with MisbehavingServer() as service:
        service.set("/inbox", Page("ok"))
        add_reader(made, "reader@example.org")
        add(made, "webhook", f"{receiver.base_url}/hook")
        add(made, "apprise", f"json://{service.host}/inbox")
        file_round(made, 2, "Labor: Talked on.", "Seafood: Talked.", quiet=False)
        made.drain()
        assert made.books().sent == 3
        assert states(made) == ["sent"] * 3
        (posted,) = service.bodies
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
    document = json.loads(receiver.bodies[0])
    assert (document["kind"], document["round"]) == ("news", 2)
    headline = document["news"]["headline"]
    assert "Seafood" in headline
    assert headline in json.loads(posted)["message"]


def test_what_a_program_gets_is_signed_with_the_key_of_the_service(
    made: Service, receiver: MisbehavingServer
) -> None:
    address = f"{receiver.base_url}/hook"
    add(made, "webhook", address)
    file_round(made, 2, "Labor: Talked on.", quiet=False)
    made.drain()
    secret = secret_of(made.secret_key.encode(), address)
    sent = receiver.requests[0].headers
    wanted = signed_headers(secret, "<digest-1.1@example.org>", made.now(), receiver.bodies[0])
    assert {name: sent[name] for name in wanted} == wanted


def test_a_program_that_puts_us_off_gets_it_later_under_the_same_id(
    made: Service, receiver: MisbehavingServer, clock: Clock
) -> None:
    receiver.set("/hook", Page(status=503), TAKEN)
    add(made, "webhook", f"{receiver.base_url}/hook")
    file_round(made, 2, "Labor: Talked on.", quiet=False)
    assert made.drain().retried == 1
    assert states(made) == ["queued"]
    clock.later(hours=2)
    assert made.drain().sent == 1
    ids = [seen.headers["webhook-id"] for seen in receiver.requests]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert receiver.bodies[0] == receiver.bodies[1]


def test_a_program_that_is_gone_for_good_is_sent_nothing_more(
    made: Service, receiver: MisbehavingServer
) -> None:
    receiver.set("/hook", Page(status=410))
    add(made, "webhook", f"{receiver.base_url}/hook")
    file_round(made, 2, "Labor: Talked on.", quiet=False)
    made.drain()
    file_round(made, 3, "Labor: Talked more.", quiet=False)
    made.drain()
    assert len(receiver.requests) == 1
    with made.database.reading() as tx:
        (reader,) = subscribers.subscribers(tx)
    assert reader.state == "suppressed"


def test_a_program_inside_the_network_gets_nothing(
    made: Service, receiver: MisbehavingServer
) -> None:
    made.settings = replace(made.settings, webhook_private=())
    add(made, "webhook", f"{receiver.base_url}/hook")
    file_round(made, 2, "Labor: Talked on.", quiet=False)
    made.drain()
    assert states(made) == ["failed"]
    assert receiver.connections == 0
