"""The readers' pages over a real socket: from the form to the way back, and what is refused."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from monitor.entrypoints.web.layers.bodies import LARGEST
from storage import subscribers
from storage.database import Database
from storage.records import Subscriber
from storage.schema import subscribers as subscribers_table
from tests.entrypoints.site import Site, link_to, policy_of, served, text_of
from tests.journeys.offices import Clock
from tests.journeys.readers import (
    PARTNERSHIP,
    READER,
    TASK_FORCE,
    asks,
    confirms,
    own_token,
)

HTML = "text/html; charset=utf-8"
PRIVATE = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow",
}


def on_file(site: Site, address: str = READER) -> Subscriber | None:
    with site.service.database.reading() as tx:
        return subscribers.find(tx, address)


def state(site: Site) -> str:
    found = on_file(site)
    return found.state if found else "unknown"


def subscribe(site: Site, **fields: object) -> httpx.Response:
    form = {"address": READER, "series": PARTNERSHIP, "language": "en"} | fields
    with site.visitor() as visitor:
        return visitor.post("/subscribe", data=form)


def reader(site: Site) -> str:
    """The token of a reader who was welcomed."""
    asks(site.service)
    confirms(site.service)
    return own_token(site.service)


def test_from_the_form_to_the_way_back(site: Site) -> None:
    asked = subscribe(site)
    assert (asked.status_code, asked.headers["content-type"]) == (202, HTML)
    assert "<h1>Look into your mailbox</h1>" in asked.text
    [letter] = site.drain()
    assert letter["To"] == READER
    confirm = link_to(letter, "confirm")
    with site.visitor() as browser:
        assert READER in browser.get(confirm).text
        assert state(site) == "pending"
        done = browser.post(confirm)
        assert (done.status_code, state(site)) == (200, "confirmed")
        assert "<h1>You are a reader now</h1>" in done.text
        [welcome] = site.drain()
        assert "Labor" in text_of(welcome)
        own = link_to(welcome, "preferences")
        assert READER in browser.get(own).text
        leave = link_to(welcome, "unsubscribe")
        assert "<h1>Unsubscribe</h1>" in browser.get(leave).text
        assert state(site) == "confirmed"
        gone = browser.post(leave)
        assert (gone.status_code, state(site)) == (200, "unsubscribed")
        assert f"Nothing more is sent to {READER}" in gone.text
        back = re.search(r'action="([^"]+/back)"', gone.text)
        assert back is not None
        assert "<h1>You are a reader again</h1>" in browser.post(back[1]).text
        assert state(site) == "confirmed"
    assert site.drain() == []


def test_the_form_takes_an_old_japanese_address_and_the_letter_is_written_to_it(
    site: Site,
) -> None:
    assert subscribe(site, address="a..b@docomo.ne.jp", language="ja").status_code == 202
    site.drain()
    [letter] = site.mail.glob("*.eml")
    assert b'To: "a..b"@docomo.ne.jp\r\n' in letter.read_bytes()


CANNOT_BE_ASKED_FOR: list[dict[str, object]] = [
    {"address": "nobody"},
    {"address": f"{'a' * 300}@example.org"},
    {"address": "reader@example.org\r\nBcc: other@example.org"},
    {"address": ""},
    {"series": []},
    {"series": "no-such-talks"},
    {"series": [PARTNERSHIP, "no-such-talks"]},
]


def test_what_cannot_be_asked_for_is_said_on_the_form_with_what_was_typed(site: Site) -> None:
    for fields in CANNOT_BE_ASKED_FOR:
        answer = subscribe(site, **fields)
        assert (answer.status_code, answer.headers["content-type"]) == (422, HTML), fields
        assert "<strong>" in answer.text
    assert site.drain() == []
    assert on_file(site) is None


def test_one_click_of_a_mail_program_unsubscribes_without_a_page(site: Site) -> None:
    token = reader(site)
    [_, welcome] = site.drain()
    assert welcome["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"<{site.address}/unsubscribe/{token}>" in welcome["List-Unsubscribe"]
    for sent in (
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
    ):
        asks_cross_site = {"Origin": "https://mail.example.org", "Sec-Fetch-Site": "cross-site"}
        with site.visitor(**asks_cross_site) as program:
            answer = program.post(f"/unsubscribe/{token}", **sent)  # type: ignore[arg-type]
        assert (answer.status_code, answer.text) == (200, "unsubscribed\n")
        assert "set-cookie" not in answer.headers
        assert state(site) == "unsubscribed"


def test_one_click_is_never_too_often(site: Site) -> None:
    token = reader(site)
    with site.visitor() as program:
        answers = [
            program.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
            for _ in range(30)
        ]
    assert {answer.status_code for answer in answers} == {200}


def test_who_leaves_while_another_holds_the_row_is_asked_to_come_again_and_then_leaves(
    site: Site, database_url: str
) -> None:
    token = reader(site)
    site.service.database.close()
    vars(site.service)["database"] = Database(database_url, patience=timedelta(seconds=0.5))
    other = Database(database_url)
    program = {"data": {"List-Unsubscribe": "One-Click"}}
    ways = {
        f"/unsubscribe/{token}": [program, {"headers": {"Accept": HTML}}],
        f"/api/v1/unsubscribe/{token}": [{}],
    }
    with site.visitor() as visitor:
        with other.transaction() as tx:
            # So does one who addresses a digest; on SQLite any other who writes.
            tx.execute(select(subscribers_table).with_for_update(read=True)).all()
            answers = [
                visitor.post(path, **words)  # type: ignore[arg-type]
                for path, each in ways.items()
                for words in each
            ]
        for answer in answers:
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
            assert "the archive is busy now, and nothing was changed" in answer.text
            assert "try again in a minute or two" in answer.text
        assert state(site) == "confirmed"
        assert visitor.post(f"/unsubscribe/{token}", **program).status_code == 200  # type: ignore[arg-type]
    assert state(site) == "unsubscribed"
    other.close()


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"--x\r\nContent-Disposition: form-data"])
def test_whatever_a_post_holds_it_unsubscribes(site: Site, body: bytes) -> None:
    token = reader(site)
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    with site.visitor() as program:
        assert program.post(f"/unsubscribe/{token}", content=body, headers=kind).status_code == 200
    assert state(site) == "unsubscribed"


FORM = {
    "series": [PARTNERSHIP, TASK_FORCE],
    f"which.{PARTNERSHIP}": "some",
    f"topic.{PARTNERSHIP}": ["labor", "seafood"],
    f"which.{TASK_FORCE}": "all",
    "rhythm": "weekly",
    "weekday": "4",
    "hour": "17",
    "zone": "Asia/Tokyo",
    "paused_until": "2024-09-01",
    "language": "ja",
    "format": "text",
}


def save(site: Site, token: str, **fields: object) -> httpx.Response:
    with site.visitor() as browser:
        return browser.post(f"/preferences/{token}?lang=en", data=FORM | fields)


def test_all_preferences_are_kept_from_one_form_and_stand_in_it_again(site: Site) -> None:
    token = reader(site)
    answer = save(site, token)
    assert answer.status_code == 200
    assert "Saved." in answer.text
    found = on_file(site)
    assert found is not None
    assert {each.series: each.topics for each in found.subscriptions} == {
        PARTNERSHIP: ("labor", "seafood"),
        TASK_FORCE: (),
    }
    kept = found.preferences
    assert (kept.rhythm, kept.weekday, kept.hour, kept.zone) == ("weekly", 4, 17, "Asia/Tokyo")
    assert (kept.language, kept.format, str(kept.paused_until)) == ("ja", "text", "2024-09-01")
    with site.visitor() as browser:
        page = browser.get(f"/preferences/{token}").text
    assert '<html lang="ja">' in page
    for shown in (
        'value="labor" checked',
        'value="seafood" checked',
        'value="weekly" checked',
        '<option value="4" selected',
        '<option value="17" selected',
        'value="Asia/Tokyo"',
        'value="2024-09-01"',
        'value="text" checked',
    ):
        assert shown in page, shown


WRONG: list[tuple[dict[str, object], str]] = [
    ({"series": []}, "Choose at least one of the talks"),
    ({f"topic.{PARTNERSHIP}": []}, "Choose at least one topic of “U.S.-Japan Partnership"),
    ({f"topic.{PARTNERSHIP}": "no-such"}, "has no such topic"),
    ({"series": ["no-such-talks"]}, "Choose at least one of the talks"),
    ({"zone": "Mars"}, "No time zone is called so"),
    ({"hour": "24"}, "Choose an hour"),
    ({"hour": "noon"}, "Choose an hour"),
    ({"hour": "１２"}, "Choose an hour"),
    ({"weekday": ""}, "Choose a day of the week"),
    ({"paused_until": "2020-01-01"}, "A pause ends on a day from today on"),
    ({"paused_until": "soon"}, "A pause ends on a day from today on"),
    ({"rhythm": "hourly"}, "Choose how often"),
    ({"language": "fr"}, "Choose one of the languages"),
    ({"format": "postcard"}, "Choose one of the forms"),
]


def test_a_preference_that_cannot_be_kept_is_named_beside_all_that_was_chosen(site: Site) -> None:
    token = reader(site)
    before = on_file(site)
    for fields, told in WRONG:
        answer = save(site, token, **fields)
        assert (answer.status_code, told in answer.text) == (422, True), fields
        assert "Nothing was saved yet" in answer.text
    assert on_file(site) == before


def test_the_address_is_changed_by_a_letter_to_the_new_one(site: Site) -> None:
    token = reader(site)
    site.drain()
    with site.visitor() as browser:
        asked = browser.post(f"/preferences/{token}/address", data={"address": "new@example.org"})
        assert asked.status_code == 202
        [letter] = site.drain()
        assert letter["To"] == "new@example.org"
        link = link_to(letter, "address")
        assert "new@example.org" in browser.get(link).text
        assert state(site) == "confirmed"
        done = browser.post(link)
        assert (done.status_code, "new@example.org" in done.text) == (200, True)
        assert state(site) == "unknown"
        old = browser.get(f"/preferences/{token}")
        assert (old.status_code, "does not count any more" in old.text) == (410, True)
        assert "new@example.org" not in browser.get(f"/unsubscribe/{token}").text
        wrong = browser.post(f"{old.url.path}/address", data={"address": "nobody"})
        assert wrong.status_code == 410


def test_an_export_is_a_file_of_json_and_erasure_forgets_it_all(site: Site) -> None:
    token = reader(site)
    with site.visitor() as browser:
        found = browser.get(f"/preferences/{token}/export")
        assert found.json()["subscriber"]["address"] == READER
        assert found.headers["content-disposition"].startswith("attachment")
        assert READER in browser.get(f"/preferences/{token}/erase").text
        assert state(site) == "confirmed"
        assert "<h1>Erased</h1>" in browser.post(f"/preferences/{token}/erase").text
        assert state(site) == "unknown"
        assert not [row for row in site.everything() if READER in row]
        assert browser.get(f"/preferences/{token}").status_code == 410
        assert browser.post(f"/unsubscribe/{token}").status_code == 200


@pytest.mark.parametrize("what", ["confirm", "preferences", "unsubscribe", "address"])
def test_a_token_that_does_not_count_is_told_in_words(site: Site, what: str, clock: Clock) -> None:
    with site.visitor() as browser:
        for path in ("abc", "a" * 1500, "WzEsMF0.AAAA"):
            broken = browser.get(f"/{what}/{path}")
            assert (broken.status_code, broken.headers["content-type"]) == (404, HTML)
            assert "<h1>This link is not whole</h1>" in broken.text
            assert browser.post(f"/{what}/{path}").status_code == 404
        assert browser.get(f"/{what}/abc", headers={"Accept-Language": "ja"}).text.count("リンク")


def test_a_link_that_is_too_old_is_told_so(site: Site, clock: Clock) -> None:
    subscribe(site)
    [letter] = site.drain()
    clock.later(days=3)
    with site.visitor() as browser:
        for method in ("GET", "POST"):
            late = browser.request(method, link_to(letter, "confirm"))
            assert (late.status_code, "<h1>This link is too old</h1>" in late.text) == (410, True)
    assert state(site) == "pending"


def test_an_address_that_holds_a_token_is_kept_private(site: Site) -> None:
    token = reader(site)
    with site.visitor() as browser:
        for path in (
            f"/preferences/{token}",
            f"/preferences/{token}/export",
            f"/unsubscribe/{token}",
            "/confirm/abc",
            "/address/abc",
            f"/api/v1/preferences/{token}",
            "/api/v1/preferences/abc",
            f"/preferences/{token}/nowhere",
        ):
            answer = browser.get(path)
            assert PRIVATE.items() <= dict(answer.headers).items(), path
            assert "set-cookie" not in answer.headers
        assert browser.get("/subscribe").headers["cache-control"] == "no-cache"


def test_a_form_may_be_sent_to_this_site_alone_and_stand_in_no_frame(site: Site) -> None:
    token = reader(site)
    with site.visitor() as browser:
        for path in ("/subscribe", f"/preferences/{token}", f"/unsubscribe/{token}"):
            answer = browser.get(path)
            assert answer.headers["content-security-policy"] == policy_of(answer.text, "'self'")


CROSS = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example.org"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example.org"},
    {"Origin": "null"},
]


@pytest.mark.parametrize("headers", CROSS)
def test_a_form_from_another_site_is_refused(site: Site, headers: dict[str, str]) -> None:
    with site.visitor(**headers) as browser:
        form = {"address": READER, "series": PARTNERSHIP}
        refused = browser.post("/subscribe", data=form)
    assert (refused.status_code, "another site" in refused.text) == (403, True)
    assert on_file(site) is None


@pytest.mark.parametrize("headers", CROSS[:3])
def test_a_readers_own_form_from_another_site_is_refused_too(
    site: Site, headers: dict[str, str]
) -> None:
    token = reader(site)
    with site.visitor(**headers) as browser:
        assert browser.post(f"/preferences/{token}", data=FORM).status_code == 403
        assert browser.post(f"/preferences/{token}/erase").status_code == 403
    assert state(site) == "confirmed"


def test_a_form_from_our_own_page_is_taken(site: Site) -> None:
    with site.visitor(Origin=site.address) as browser:
        form = {"address": READER, "series": PARTNERSHIP}
        assert browser.post("/subscribe", data=form).status_code == 202


def test_a_form_from_our_own_page_behind_a_proxy_is_taken(site: Site) -> None:
    with site.visitor(Origin=site.address, Host="inside:8000") as browser:
        form = {"address": READER, "series": PARTNERSHIP}
        assert browser.post("/subscribe", data=form).status_code == 202


def test_one_who_has_left_is_told_so_by_the_link_and_shown_the_way_back(site: Site) -> None:
    token = reader(site)
    with site.visitor() as browser:
        browser.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
        shown = browser.get(f"/unsubscribe/{token}").text
        assert "<h1>You are unsubscribed</h1>" in shown
        assert f'action="/unsubscribe/{token}/back"' in shown
    assert state(site) == "unsubscribed"


ODD = st.text() | st.sampled_from([PARTNERSHIP, "all", "some", "-1", "9" * 99, "٣", "9999-12-31"])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(sorted(FORM)), st.lists(ODD, max_size=3)))
def test_whatever_a_form_holds_is_taken_or_told_in_words(
    site: Site, odd: dict[str, list[str]]
) -> None:
    with site.service.database.reading() as tx:
        known = subscribers.find(tx, READER)
    token = own_token(site.service) if known else reader(site)
    body = urlencode(FORM | odd, doseq=True, errors="replace")
    with site.visitor() as browser:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = browser.post(f"/preferences/{token}", content=body, headers=kind)
    assert answer.status_code in {200, 422}
    assert "<h1>" in answer.text


def test_a_body_that_is_too_large_is_refused(site: Site) -> None:
    with site.visitor() as browser:
        page = browser.post("/subscribe", content=b"a" * (LARGEST + 1))
        assert (page.status_code, page.headers["content-type"]) == (413, HTML)
        document = browser.post("/api/v1/subscriptions", content=b"a" * (LARGEST + 1))
        assert document.headers["content-type"] == "application/problem+json"
        chunks = browser.post("/subscribe", content=(b"a" * 1000 for _ in range(1000)))
        assert chunks.status_code == 413


def test_a_form_of_too_many_fields_or_with_files_is_refused(site: Site) -> None:
    with site.visitor() as browser:
        many = browser.post("/subscribe", data={f"f{n}": "1" for n in range(2000)})
        assert many.status_code == 400
        file = browser.post("/subscribe", files={"address": ("a.txt", b"reader@example.org")})
        assert file.status_code in {400, 422}


def test_without_a_public_address_nobody_can_subscribe(database_url: str, tmp_path: Path) -> None:
    with (
        served(database_url, tmp_path / "mail", public_url=None) as site,
        site.visitor() as browser,
    ):
        assert "Nobody can subscribe here yet" in browser.get("/subscribe").text
        assert subscribe(site).status_code == 503
        asked = browser.post("/api/v1/subscriptions", json={"address": READER})
        assert asked.status_code == 503
        assert "ROUNDWATCH_PUBLIC_URL" in asked.json()["detail"]
        assert on_file(site) is None
