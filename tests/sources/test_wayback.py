"""The Internet Archive over HTTP: what is asked of its index, and how a capture is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.core.captures import Capture, prefixes, read_captures
from monitor.errors import Gone
from monitor.sources.client import PoliteClient
from monitor.sources.wayback import InternetArchive, hosts_of
from tests.servers.wayback import Held, LocalArchive
from tests.sources.conftest import AGENT, Notebook, Time

OFFICE = "https://ustr.gov/about-us/policy-offices/press-office/press-releases"
AT = f"{OFFICE}/2022/march/a"
PAGE = b"<html><body>A page</body></html>"

Asked = Callable[..., AbstractContextManager[tuple[InternetArchive, LocalArchive]]]


@pytest.fixture
def archive_of() -> Asked:
    """Makes an archive of some captures, and somebody who asks it."""

    @contextmanager
    def made(*held: Held, rows: int = 10_000) -> Iterator[tuple[InternetArchive, LocalArchive]]:
        time = Time()
        with LocalArchive(held, most_rows=rows) as local:
            client = PoliteClient(
                AGENT,
                hosts_of(local.base_url),
                1.0,
                Notebook(),
                clock=time.clock,
                sleep=time.sleep,
                now=time.now,
            )
            yield InternetArchive(f"{local.base_url}/", client), local
            client.close()

    return made


def held(timestamp: str, original: str = AT, **words: object) -> Held:
    return Held(timestamp, original, partial(bytes, PAGE), **words)  # type: ignore[arg-type]


def capture(timestamp: str, original: str = AT) -> Capture:
    return Capture(timestamp, original, "text/html", 200, "X", 1)


def test_the_index_is_asked_for_good_html_pages_and_nothing_is_collapsed(archive_of: Asked) -> None:
    with archive_of() as (site, local):
        site.captures(prefixes()[0], since=date(2022, 3, 1), resume_key="a key&b")
    ((_, target),) = [one for one in local.requests if one[0] == "index"]
    assert parse_qs(urlsplit(target).query) == {
        "url": [prefixes()[0]],
        "matchType": ["prefix"],
        "output": ["json"],
        "fl": ["timestamp,original,mimetype,statuscode,digest,length"],
        "limit": ["10000"],
        "showResumeKey": ["true"],
        "from": ["20220301"],
        "resumeKey": ["a key&b"],
        "filter": ["statuscode:200", "mimetype:text/html"],
    }


def test_the_index_is_read_page_by_page_to_its_end(archive_of: Asked) -> None:
    times = [f"2022030{day}120000" for day in range(1, 8)]
    with archive_of(*map(held, times), rows=3) as (site, local):
        found, key = [], None
        while True:
            page = read_captures(site.captures(prefixes()[0], since=None, resume_key=key).body)
            found += [each.timestamp for each in page.captures]
            key = page.resume_key
            if key is None:
                break
    assert found == times
    assert local.count("index") == 3


def test_a_capture_comes_with_its_bytes_and_the_headers_of_then(archive_of: Asked) -> None:
    with archive_of(held("20220302120000")) as (site, local):
        shown = site.playback(capture("20220302120000"))
    assert shown.address == f"{local.base_url}/web/20220302120000id_/{AT}"
    assert shown.body == PAGE
    assert shown.headers == {
        "server": "Apache",
        "etag": '"20220302120000"',
        "content-length": str(len(PAGE)),
        "content-type": "text/html; charset=UTF-8",
    }


@pytest.mark.parametrize(
    "original",
    [
        f"http://www.ustr.gov:80/index.php{OFFICE[16:]}/2022/march/a",
        f"{AT}?ref=mail&x=1",
        f"{OFFICE}/2022/march/ustr%E2%80%99s-readout",
        f"{OFFICE}/2022/march/ustr’s-readout",
        f"{OFFICE}/2022//march/a",
    ],
)
def test_an_address_is_played_back_as_it_was_captured(archive_of: Asked, original: str) -> None:
    with archive_of(held("20220302120000", original.replace("%E2%80%99", "’"))) as (site, _):
        assert site.playback(capture("20220302120000", original)).body == PAGE


def test_a_capture_that_cannot_be_shown_is_gone(archive_of: Asked) -> None:
    with archive_of(held("20220302120000", gap=True)) as (site, _), pytest.raises(Gone):
        site.playback(capture("20220302120000"))


def test_another_capture_is_not_taken_for_the_one_that_was_asked_for(archive_of: Asked) -> None:
    other = held("20230101000000")
    asked = held("20220302120000", shown_at=other.timestamp)
    with archive_of(asked, other) as (site, _), pytest.raises(Gone, match="another capture"):
        site.playback(capture("20220302120000"))
