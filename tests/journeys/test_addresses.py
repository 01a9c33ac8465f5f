"""A release is the one that was asked for, whatever its page declares to be its address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.bootstrap import Service
from monitor.core.addresses import OFFICIAL_ORIGIN
from storage import archive, journal
from tests.faults.server import MisbehavingServer, Page
from tests.journeys.offices import SERIES, office
from tests.journeys.pages import LISTING, listing, page, path_of

ADDRESS = OFFICIAL_ORIGIN + path_of(1)


@pytest.fixture
def made(server: MisbehavingServer, database_url: str) -> Iterator[Service]:
    """A service that looks at it."""
    with office(server.base_url, database_url) as service:
        yield service


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    """A server without pages so far."""
    with MisbehavingServer() as serving:
        yield serving


def declare(server: MisbehavingServer, address: str) -> None:
    """Publish the first round on a page that declares this address."""
    head = f'<link rel="canonical" href="{address}">'
    server.set(path_of(1), Page(page(1, "Labor: Talked.", head=head)))
    server.set(LISTING, Page(listing(path_of(1)), etag='"1"'))


def filed_under(made: Service) -> list[str | None]:
    with made.database.reading() as tx:
        return [f.release.url for f in archive.current_readouts(tx, SERIES.slug)]


def issues(made: Service) -> list[str]:
    with made.database.reading() as tx:
        return [issue.kind for issue in journal.issues(tx)]


@pytest.mark.parametrize(
    "declared",
    [
        "https://ustr.gov/node/123",
        "https://ustr.gov/",
        f"https://ustr.gov{LISTING}",
        f"https://example.org{path_of(2)}",
    ],
)
def test_a_declared_address_that_is_no_releases_is_passed_over_and_the_page_read_once(
    server: MisbehavingServer, made: Service, declared: str
) -> None:
    declare(server, declared)
    made.look()
    assert filed_under(made) == [ADDRESS]
    assert issues(made) == []
    assert made.look().requests == 1


def test_another_releases_address_is_an_issue_and_not_followed(
    server: MisbehavingServer, made: Service
) -> None:
    declare(server, OFFICIAL_ORIGIN + path_of(2))
    made.look()
    assert filed_under(made) == [ADDRESS]
    assert issues(made) == ["moved-address"]
    assert made.look().requests == 1


def test_a_declared_spelling_of_the_same_address_is_believed(
    server: MisbehavingServer, made: Service
) -> None:
    spelled = ADDRESS.replace("/about-us/", "/about/")
    declare(server, spelled)
    made.look()
    assert filed_under(made) == [spelled]
    assert made.look().requests == 1


@pytest.mark.parametrize(
    ("declared", "believed"), [(ADDRESS, ADDRESS), ("https://ustr.gov/node/123", None)]
)
def test_a_saved_page_is_the_release_it_declares_to_be(
    made: Service, tmp_path: Path, declared: str, believed: str | None
) -> None:
    head = f'<link rel="canonical" href="{declared}">'
    (tmp_path / "saved.html").write_text(page(1, "Labor: Talked.", head=head), "utf-8")
    made.take_folder_in(tmp_path)
    assert filed_under(made) == [believed]
