from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from monitor.pressroom import PressRoom, Request, releases, rounds
from monitor.pressroom.site import LISTING

HOME = "/about" + LISTING
FIFTH = rounds()[5]


@pytest.fixture
def room() -> Iterator[PressRoom]:
    with PressRoom(FIFTH - timedelta(days=1)) as running:
        yield running


def ask(
    room: PressRoom, path: str, method: str = "GET", **headers: str
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(urlsplit(room.base_url).netloc, timeout=10)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=sent)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def test_the_listing_is_served_on_loopback(room: PressRoom) -> None:
    answer, body = ask(room, HOME)
    assert room.base_url.startswith("http://127.0.0.1:")
    assert answer.status == 200
    assert answer.getheader("Content-Type") == "text/html; charset=UTF-8"
    assert b"21st U.S. sub Saharan Africa" in body


def test_a_tag_that_still_holds_gets_304_and_no_body(room: PressRoom) -> None:
    first, _ = ask(room, HOME)
    tag = first.getheader("ETag") or ""
    again, body = ask(room, HOME, If_None_Match=tag)
    assert (again.status, body) == (304, b"")
    assert again.getheader("ETag") == tag
    assert again.getheader("Content-Length") is None


@pytest.mark.parametrize("tags", ['"other", {tag}', "*", "{strong}"])
def test_a_tag_holds_in_a_list_as_a_star_and_without_its_weakness(
    room: PressRoom, tags: str
) -> None:
    first, _ = ask(room, HOME)
    tag = first.getheader("ETag") or ""
    again, _ = ask(room, HOME, If_None_Match=tags.format(tag=tag, strong=tag.removeprefix("W/")))
    assert again.status == 304


def test_the_date_of_the_last_change_gets_304_and_a_day_before_it_does_not(room: PressRoom) -> None:
    first, _ = ask(room, HOME)
    changed = first.getheader("Last-Modified") or ""
    assert changed == "Fri, 26 Jul 2024 16:00:00 GMT"
    assert ask(room, HOME, If_Modified_Since=changed)[0].status == 304
    assert ask(room, HOME, If_Modified_Since="Thu, 25 Jul 2024 16:00:00 GMT")[0].status == 200
    assert ask(room, HOME, If_Modified_Since="yesterday")[0].status == 200


def test_a_tag_outranks_a_date(room: PressRoom) -> None:
    first, _ = ask(room, HOME)
    changed = first.getheader("Last-Modified") or ""
    again, _ = ask(room, HOME, If_None_Match='"other"', If_Modified_Since=changed)
    assert again.status == 200


def test_publishing_shows_the_new_release_first_and_breaks_both_validators(room: PressRoom) -> None:
    first, _ = ask(room, HOME)
    tag, changed = first.getheader("ETag") or "", first.getheader("Last-Modified") or ""
    [new] = room.publish(FIFTH)
    assert new.round == 5
    again, body = ask(room, HOME, If_None_Match=tag)
    assert again.status == 200
    assert body.index(b"2024-07-31<br>") < body.index(b"2024-07-26<br>")
    assert new.path.encode() in body
    assert ask(room, HOME, If_Modified_Since=changed)[0].status == 200
    assert ask(room, new.path)[0].status == 200


def test_publishing_a_day_without_releases_changes_nothing(room: PressRoom) -> None:
    tag = ask(room, HOME)[0].getheader("ETag")
    assert room.publish(FIFTH - timedelta(days=1)) == ()
    assert ask(room, HOME)[0].getheader("ETag") == tag


def test_what_is_out_cannot_be_taken_back(room: PressRoom) -> None:
    with pytest.raises(ValueError, match="out already"):
        room.publish(date(2024, 1, 1))


def test_publishing_while_others_read_never_shows_half_a_site(room: PressRoom) -> None:
    seen: list[bool] = []

    def read() -> None:
        for _ in range(20):
            body = ask(room, HOME)[1]
            seen.append(body.count(b"fifth-round-meetings-under") in (0, 2))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    room.publish(FIFTH)
    for reader in readers:
        reader.join()
    assert len(seen) == 80
    assert all(seen)


def test_gzip_is_sent_to_those_who_ask_and_holds_the_same_page(room: PressRoom) -> None:
    plain, body = ask(room, HOME, Accept_Encoding="identity")
    packed, small = ask(room, HOME, Accept_Encoding="br, gzip")
    assert plain.getheader("Content-Encoding") is None
    assert packed.getheader("Content-Encoding") == "gzip"
    assert packed.getheader("Vary") == "Accept-Encoding"
    assert gzip.decompress(small) == body
    assert len(small) < len(body) / 4


@pytest.mark.parametrize("accepted", ["gzip;q=0", "br", "gzip;q=0.0, *", ""])
def test_gzip_is_not_sent_to_those_who_refuse_it(room: PressRoom, accepted: str) -> None:
    assert ask(room, HOME, Accept_Encoding=accepted)[0].getheader("Content-Encoding") is None


def test_head_has_the_headers_of_get_and_no_body(room: PressRoom) -> None:
    whole, body = ask(room, HOME)
    head, nothing = ask(room, HOME, method="HEAD")
    assert (head.status, nothing) == (200, b"")
    assert head.getheader("Content-Length") == str(len(body))
    assert head.getheader("ETag") == whole.getheader("ETag")


def test_the_other_prefix_redirects_for_good(room: PressRoom) -> None:
    answer, _ = ask(room, "/about-us" + LISTING + "?page=1")
    assert answer.status == 301
    assert answer.getheader("Location") == HOME + "?page=1"


def test_the_listing_can_stand_under_the_old_prefix() -> None:
    with PressRoom(FIFTH, home="/about-us") as room:
        assert ask(room, "/about-us" + LISTING)[0].status == 200
        assert ask(room, HOME)[0].status == 301


def test_robots_allow_the_press_releases_and_set_no_delay(room: PressRoom) -> None:
    answer, body = ask(room, "/robots.txt")
    assert answer.status == 200
    assert b"Disallow: /about" not in body
    assert b"crawl-delay" not in body.lower()


def test_an_address_with_a_curly_quote_is_found_in_its_encoded_form(room: PressRoom) -> None:
    [quoted] = [r for r in releases() if "women’s" in r.address]
    answer, body = ask(room, quoted.path.replace("’", "%E2%80%99"))
    assert answer.status == 200
    assert quoted.title.encode() in body


def test_an_unknown_address_gets_a_404_with_a_page(room: PressRoom) -> None:
    answer, body = ask(room, "/about/nothing")
    assert answer.status == 404
    assert b"Page not found" in body


def test_the_log_tells_each_request_in_order(room: PressRoom) -> None:
    tag = ask(room, HOME)[0].getheader("ETag") or ""
    ask(room, HOME, If_None_Match=tag)
    ask(room, "/nothing", method="HEAD")
    assert room.requests == (
        Request("GET", HOME, 200, conditional=False),
        Request("GET", HOME, 304, conditional=True),
        Request("HEAD", "/nothing", 404, conditional=False),
    )


def test_one_connection_carries_many_requests(room: PressRoom) -> None:
    connection = HTTPConnection(urlsplit(room.base_url).netloc, timeout=10)
    for path in (HOME, "/nothing", "/about-us" + LISTING, "/rss.xml"):
        connection.request("GET", path)
        socket_used = connection.sock
        connection.getresponse().read()
        assert connection.sock is socket_used
    connection.close()


def test_closing_frees_the_port_though_a_client_keeps_its_connection_open(
    capfd: pytest.CaptureFixture[str],
) -> None:
    room = PressRoom(FIFTH)
    with room:
        port = urlsplit(room.base_url).port or 0
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", HOME)
        connection.getresponse().read()
    connection.close()
    with PressRoom(FIFTH, port=port) as again:
        assert ask(again, HOME)[0].status == 200
    assert capfd.readouterr() == ("", "")


def test_a_client_that_hangs_up_in_the_middle_is_no_reason_to_speak(
    room: PressRoom, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(20):
        connection = HTTPConnection(urlsplit(room.base_url).netloc, timeout=10)
        connection.request("GET", HOME)
        connection.close()
    assert ask(room, HOME)[0].status == 200
    room.close()
    assert capfd.readouterr() == ("", "")


def test_the_module_serves_everything_for_a_look() -> None:
    command = [sys.executable, "-m", "monitor.pressroom"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            netloc = urlsplit(said.split()[3]).netloc
            connection = HTTPConnection(netloc, timeout=10)
            connection.request("GET", "/")
            assert connection.getresponse().getheader("Location") == HOME
            connection.close()
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--help"], 0, "--through DAY"),
        (["--through", "1999-01-01"], 2, "Error: "),
        (["--through", "tomorrow"], 2, "does not match the format"),
    ],
)
def test_the_module_explains_itself_and_refuses_what_it_cannot_show(
    words: list[str], code: int, said: str
) -> None:
    command = [sys.executable, "-m", "monitor.pressroom", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, said in done.stdout + done.stderr) == (code, True)


def test_the_module_shows_the_site_as_of_a_day() -> None:
    command = [sys.executable, "-m", "monitor.pressroom", "--through", "2024-07-30"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            netloc = urlsplit(process.stdout.readline().split()[3]).netloc
            connection = HTTPConnection(netloc, timeout=10)
            connection.request("GET", HOME)
            listing = connection.getresponse().read().decode()
            connection.close()
        finally:
            process.kill()
    assert "2024-07-26" in listing
    assert "2024-07-31" not in listing
