"""Digests through apprise, to a real server on loopback."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest

from notifiers.apprise import AppriseNotifier, service_of
from notifiers.channels import content_of
from notifiers.mail.parcel import Parcel
from notifiers.message import SendError
from storage.records import Telling
from tests.faults.server import HangUp, MisbehavingServer, Page
from tests.notifiers.builders import BACKGROUND, BEFORE, RENDERED_AT, SERIES_NAME, summary
from tests.notifiers.one_lane import carried

TOLD = Telling("news", SERIES_NAME, summary(), BACKGROUND, BEFORE, RENDERED_AT)


@pytest.fixture
def service() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as running:
        running.set("/inbox", Page("ok"))
        yield running


def parcel(to: str, content: bytes = b"The subject\n\nThe text.\n\nIts end.") -> Parcel:
    return Parcel(
        delivery_id=1,
        sender="roundwatch@example.org",
        recipient=to,
        message_id="<digest-1.1@example.org>",
        content=content,
    )


def the_fault(to: str) -> SendError:
    (fault,) = carried(AppriseNotifier(), parcel(to))
    assert fault is not None
    return fault


def test_the_subject_and_the_text_arrive(service: MisbehavingServer) -> None:
    assert carried(AppriseNotifier(), parcel(f"json://{service.host}/inbox")) == [None]
    posted = json.loads(service.bodies[0])
    assert posted["title"] == "The subject"
    assert posted["message"] == "The text.\n\nIts end."


def test_a_digest_arrives_with_its_news(service: MisbehavingServer) -> None:
    content = content_of("apprise", [TOLD], language="en", public_url=None)
    to = parcel(f"json://{service.host}/inbox", content)
    assert carried(AppriseNotifier(), to) == [None]
    posted = json.loads(service.bodies[0])
    assert posted["title"].startswith("Round 5:")
    assert "Environment" in posted["message"]


@pytest.mark.parametrize("behaviour", [Page(status=500), Page(status=404), HangUp()], ids=str)
def test_what_a_service_does_not_take_is_tried_again(
    behaviour: Page | HangUp, service: MisbehavingServer
) -> None:
    service.set("/inbox", behaviour)
    fault = the_fault(f"json://user:s3cret@{service.host}/inbox")
    assert not fault.permanent
    assert "JSON did not take it" in fault.summary
    assert "s3cret" not in fault.summary


def test_a_fault_of_one_is_not_told_of_the_next(service: MisbehavingServer) -> None:
    service.set("/shut", Page(status=503))
    found = carried(
        AppriseNotifier(),
        parcel(f"json://{service.host}/shut"),
        parcel(f"json://{service.host}/inbox"),
    )
    assert [fault is None for fault in found] == [False, True]


@pytest.mark.parametrize(
    ("address", "service"),
    [
        ("json://hooks.example.org/inbox", "json"),
        ("Discord://123456/abcdef", "discord"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general", "slack"),
    ],
)
def test_a_service_is_known_by_its_scheme(address: str, service: str) -> None:
    assert service_of(address) == service


@pytest.mark.parametrize("address", ["", "reader@example.org", "nosuch://s3cret", "slack://s3cret"])
def test_what_apprise_cannot_read_is_refused_without_repeating_it(
    address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match="apprise cannot read") as refused:
        service_of(address)
    assert "s3cret" not in str(refused.value) + capfd.readouterr().err


@pytest.mark.parametrize("address", ["syslog://", "dbus://", "windows://", "MacOSX://"])
def test_this_very_machine_is_no_reader(address: str) -> None:
    with pytest.raises(ValueError, match="on the machine that sends"):
        service_of(address)


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ValueError, match=r"pip install 'roundwatch\[apprise\]'"):
        service_of("json://hooks.example.org/inbox")
    fault = the_fault("json://hooks.example.org/inbox")
    assert not fault.permanent
    assert "not installed" in fault.summary
