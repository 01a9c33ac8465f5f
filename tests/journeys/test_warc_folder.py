"""The past from WARC files in a folder: releases by their address, what is broken named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from warcio.warcwriter import WARCWriter

from monitor.bootstrap import Service
from monitor.core.captures import recorded_at
from monitor.journeys.past.window import Window
from storage import archive, journal
from tests.entrypoints.saved import PUBLISHED, page, release
from tests.journeys.offices import SERIES, office
from tests.sources.test_warc import chunked, response, written

HTML = ("Content-Type", "text/html; charset=UTF-8")


def of_round(number: int, at: str = "2024-08-01T00:00:00Z") -> Callable[[WARCWriter], None]:
    """An answer with a round's page, in chunks as it came over the wire."""
    body = chunked(page(release(number)), 4000)
    return response(
        release(number).address, body, HTML, ("Transfer-Encoding", "chunked"), WARC_Date=at
    )


@pytest.fixture
def made(database_url: str) -> Iterator[Service]:
    with office("http://127.0.0.1:9", database_url) as service:
        yield service


def rounds_of(made: Service) -> tuple[int, ...]:
    with made.database.reading() as tx:
        return archive.round_numbers(tx, SERIES.slug)


def test_releases_of_a_warc_are_taken_in_with_their_own_address_and_time(
    made: Service, tmp_path: Path
) -> None:
    written(tmp_path / "crawl.warc.gz", of_round(1), of_round(2), of_round(3))
    done = made.take_folder_in(tmp_path)
    assert done.problems == []
    assert rounds_of(made) == (1, 2, 3)
    with made.database.reading() as tx:
        for filed in archive.current_readouts(tx, SERIES.slug):
            assert filed.release.url == release(filed.readout.round or 0).address
            assert filed.source.origin == "folder"
            assert filed.source.fetched_at.isoformat() == "2024-08-01T00:00:00+00:00"
            assert recorded_at(filed.source.fetched_from) == filed.release.url


def test_pages_of_other_sites_and_kinds_are_passed_over(made: Service, tmp_path: Path) -> None:
    elsewhere = release(1).address.replace("ustr.gov", "example.org")
    written(
        tmp_path / "crawl.warc",
        response(elsewhere, page(release(1))),
        response("https://ustr.gov/about-us/biographies", page(release(2))),
        of_round(3),
    )
    made.take_folder_in(tmp_path)
    assert rounds_of(made) == (3,)
    with made.database.reading() as tx:
        assert len(list(archive.snapshots(tx))) == 1


def test_all_takes_in_whatever_page_there_is(made: Service, tmp_path: Path) -> None:
    written(
        tmp_path / "crawl.warc", response("https://ustr.gov/japan/second-meeting", page(release(2)))
    )
    assert made.take_folder_in(tmp_path).read == 0
    assert made.take_folder_in(tmp_path, everything=True).read == 1


def test_a_warc_that_breaks_off_is_an_issue_until_it_is_whole_and_what_stood_before_is_taken(
    made: Service, tmp_path: Path
) -> None:
    path = written(tmp_path / "crawl.warc.gz", of_round(1), of_round(2), of_round(3))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 5 // 6])
    (problem,) = made.take_folder_in(tmp_path).problems
    assert "2 records stand before the break" in problem.summary
    assert rounds_of(made) == (1, 2)
    with made.database.reading() as tx:
        (issue,) = journal.issues(tx)
    assert (issue.kind, issue.address) == ("broken-warc", path.as_uri())
    path.write_bytes(whole)
    assert made.take_folder_in(tmp_path).problems == []
    assert rounds_of(made) == (1, 2, 3)
    with made.database.reading() as tx:
        assert journal.issues(tx) == ()


def test_a_record_that_is_damaged_is_named_and_the_others_are_taken_in(
    made: Service, tmp_path: Path
) -> None:
    damaged = response(release(2).address, page(release(2)), WARC_Payload_Digest="sha1:" + "A" * 32)
    written(tmp_path / "crawl.warc", of_round(1), damaged, of_round(3))
    (problem,) = made.take_folder_in(tmp_path).problems
    assert problem.kind == "damaged-record"
    assert rounds_of(made) == (1, 3)


def test_of_a_warc_only_the_window_is_taken(made: Service, tmp_path: Path) -> None:
    written(tmp_path / "crawl.warc", *(of_round(number) for number in range(1, 6)))
    made.take_folder_in(tmp_path, Window(PUBLISHED[2], date(2023, 6, 1)))
    assert rounds_of(made) == (2, 3)


def test_pages_of_a_warc_are_read_again_as_the_pages_they_are(
    made: Service, tmp_path: Path
) -> None:
    written(tmp_path / "crawl.warc", of_round(1), of_round(2))
    made.take_folder_in(tmp_path)
    with made.database.reading() as tx:
        before = archive.current_readouts(tx, SERIES.slug)
    assert [page.problem for page in made.reread()] == [None, None]
    with made.database.reading() as tx:
        assert archive.current_readouts(tx, SERIES.slug) == before


def test_taking_a_folder_in_twice_changes_nothing(made: Service, tmp_path: Path) -> None:
    written(tmp_path / "crawl.warc", of_round(1), of_round(1, at="2024-09-01T00:00:00Z"))
    made.take_folder_in(tmp_path)
    with made.database.reading() as tx:
        before = list(archive.snapshots(tx))
    made.take_folder_in(tmp_path)
    with made.database.reading() as tx:
        assert list(archive.snapshots(tx)) == before
