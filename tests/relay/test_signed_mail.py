"""Our mail through a real relay: it arrives as we wrote it, signed, and does what it promises."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from monitor.journeys.latest import of_round
from monitor.journeys.readers.own_links import OwnLinks
from monitor.journeys.sending.announce import telling_of
from notifiers.digest.render import render
from notifiers.mail.parcel import PREFERENCES, UNSUBSCRIBE
from storage.records import Language
from tests.databases import SqliteFiles
from tests.entrypoints.site import link_to, read_mail, served
from tests.entrypoints.user import User
from tests.journeys.offices import SERIES, Clock
from tests.journeys.readers import asks, holder, on_file
from tests.relay.checked import checked
from tests.relay.conftest import FROM_US, GONE, MAILBOXES, Installation, free_port
from tests.relay.manual import main_cf
from tests.servers.postfix import postfix

PROMISED = ["from", "subject", "date", "to", "message-id", "list-unsubscribe"]
MAILS = [
    pytest.param("reader", 0, id="a letter in English"),
    pytest.param("reader", 1, id="a welcome in English"),
    pytest.param("reader", 2, id="a digest in English"),
    pytest.param("yomite", 0, id="a letter in Japanese"),
    pytest.param("yomite", 1, id="a welcome in Japanese"),
    pytest.param("yomite", 2, id="a digest in Japanese"),
]
CHANGES = [
    pytest.param(rb"^From: Roundwatch", b"From: Someone", id="From"),
    pytest.param(rb"^Subject: ", b"Subject: Urgent: ", id="Subject"),
    pytest.param(rb"^Date: Thu", b"Date: Fri", id="Date"),
    pytest.param(rb"^To: reader", b"To: other", id="To"),
    pytest.param(rb"^Message-ID: <", b"Message-ID: <x", id="Message-ID"),
    pytest.param(rb"/unsubscribe/", b"/elsewhere/", id="List-Unsubscribe"),
    pytest.param(rb"^List-Unsubscribe: ", b"List-Unsubscribe: <http://b>, ", id="one more link"),
    pytest.param(rb"^List-Unsubscribe: .*\n", b"", id="no List-Unsubscribe"),
    pytest.param(rb"^(?=List-Unsubscribe: )", b"List-Unsubscribe: <http://b>\n", id="a second one"),
    pytest.param(rb"=One-Click\n", b"=No\n", id="List-Unsubscribe-Post"),
    pytest.param(rb"^List-Unsubscribe-Post: .*\n", b"", id="no List-Unsubscribe-Post"),
    pytest.param(rb"\nSOURCE\n", b"\nSAUCE\n", id="a word of the text"),
]


@pytest.mark.parametrize(("name", "place"), MAILS)
def test_the_relay_adds_its_own_lines_on_top_and_changes_no_byte_below(
    installation: Installation, name: str, place: int
) -> None:
    delivered = installation.relay.arrived(name, 3)[place]
    wrote = installation.composed[str(read_mail(delivered)["Message-ID"])]
    added = delivered.removesuffix(wrote.replace(b"\r\n", b"\n"))
    assert added != delivered
    names = re.findall(rb"^([!-9;-~]+):", added, re.M)
    on_top = [b"Return-Path", b"X-Original-To", b"Delivered-To", b"DKIM-Signature", b"Received"]
    assert sorted(names) == sorted(on_top)


@pytest.mark.parametrize(("name", "place"), MAILS)
def test_the_signature_holds_and_covers_both_headers_of_unsubscribing(
    installation: Installation, name: str, place: int
) -> None:
    delivered = installation.relay.arrived(name, 3)[place]
    found = checked(delivered, installation.key)
    assert found.holds
    # Once for the header that is there, and once against a second one.
    for covered in [*PROMISED, "list-unsubscribe-post"]:
        assert found.covered.count(covered) == 2, covered


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_whoever_changes_a_header_or_the_text_breaks_the_signature(
    installation: Installation, old: bytes, new: bytes
) -> None:
    delivered = installation.last("reader", 3)
    changed, times = re.subn(old, new, delivered, count=1, flags=re.M)
    assert times == 1
    assert not checked(changed, installation.key).holds


@pytest.mark.parametrize(("name", "language"), [("reader", "en"), ("yomite", "ja")])
def test_both_parts_decode_to_the_rendering_with_the_readers_own_links(
    installation: Installation, name: str, language: Language
) -> None:
    made = installation.site.service
    with made.database.reading() as tx:
        telling = telling_of(of_round(tx, SERIES, 5), "news", made.now())
    digest = render([telling], language=language, public_url=installation.site.address)
    reader = holder(made, f"{name}@example.org")
    links = OwnLinks(made.signer, installation.site.address)
    own = links.personal(reader.subscriber_id, reader.generation)
    delivered = read_mail(installation.last(name, 3))
    assert delivered["Subject"] == digest.subject
    assert ("新" in digest.text) == (language == "ja")
    for kind, words in (("plain", digest.text), ("html", digest.html)):
        part = delivered.get_body((kind,))
        assert part is not None
        assert words is not None
        said = words.replace(PREFERENCES, own.preferences).replace(UNSUBSCRIBE, own.unsubscribe)
        assert part.get_content().rstrip("\n") == said.rstrip("\n")


def test_one_post_to_the_link_in_the_delivered_header_unsubscribes(
    installation: Installation,
) -> None:
    made, address = installation.site.service, "leaver@example.org"
    delivered = read_mail(installation.last("leaver", 3))
    assert delivered["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (link,) = re.findall(r"<([^>]+)>", str(delivered["List-Unsubscribe"]))
    assert link == link_to(delivered, "unsubscribe")
    assert on_file(made, address).state == "confirmed"
    done = httpx.post(link, data={"List-Unsubscribe": "One-Click"})
    assert (done.status_code, on_file(made, address).state) == (200, "unsubscribed")


def test_a_mailbox_that_is_gone_comes_back_as_a_report_and_is_sent_nothing_more(
    installation: Installation, tmp_path: Path
) -> None:
    made = installation.site.service
    report = read_mail(installation.last("bounces", 1))
    assert report.get_content_type() == "multipart/report"
    assert str(report["To"]).startswith("bounces+")
    assert on_file(made, GONE).state == "confirmed"
    operator = User(tmp_path, database_url=made.settings.database_url, **FROM_US)
    said = operator.runs("bounces", str(installation.relay.maildir("bounces"))).said
    assert said == "1 mail: 1 hard bounce; 1 reader is sent nothing more\n"
    assert on_file(made, GONE).state == "suppressed"


def test_while_the_relay_cannot_sign_all_mail_waits_and_none_goes_out_unsigned(
    programs: None, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    near, nobody = free_port(), free_port()
    main = main_cf() | {"smtpd_milters": f"inet:127.0.0.1:{nobody}"}
    words = {"smtp_url": f"smtp://127.0.0.1:{near}?starttls=never"} | FROM_US
    with (
        postfix(f"127.0.0.1:{near}", MAILBOXES, main) as relay,
        served(sqlite_files.ready(), tmp_path, now=Clock(), **words) as site,
    ):
        asks(site.service)
        delivered = site.service.drain()
        assert (delivered.sent, delivered.failed, site.service.books().queued) == (0, 0, 1)
        assert not relay.maildir("reader").exists()
        assert "451 4.7.1" in relay.log
