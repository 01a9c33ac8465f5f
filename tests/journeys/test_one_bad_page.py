"""One page that cannot be taken in is an issue; the others are read, and it is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.bootstrap import Service
from monitor.journeys.poll import Polled
from storage import archive, journal
from storage.errors import DatabaseFull
from tests.faults.server import MisbehavingServer, Page
from tests.journeys.offices import SERIES, add_reader, office
from tests.journeys.pages import LISTING, body, listing, page, path_of

# A database that refuses one page's words: to refuse, and to allow them again.
NO_RULES = (
    "create trigger no_rules before insert on mentions when new.text like '%rules%'"
    " begin select raise(abort, 'no rules'); end",
    "drop trigger if exists no_rules",
)
NO_RULES_ON_POSTGRESQL = (
    "alter table mentions add constraint no_rules check (position('rules' in text) = 0)",
    "alter table mentions drop constraint if exists no_rules",
)


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    """A server without pages so far."""
    with MisbehavingServer() as serving:
        yield serving


@pytest.fixture
def made(server: MisbehavingServer, database_url: str) -> Iterator[Service]:
    """A service that looks at it and has one reader."""
    with office(server.base_url, database_url) as service:
        add_reader(service, "reader@example.org")
        yield service


def publish(server: MisbehavingServer, *numbers: int, **others: str) -> None:
    """Put rounds on the listing, and other releases by their names."""
    paths = [path_of(number) for number in numbers]
    for number in numbers:
        server.set(path_of(number), Page(page(number, "Labor: Talked of audits.")))
    for name, html in others.items():
        paths.append(f"{LISTING}/2024/july/{name}")
        server.set(paths[-1], Page(html))
    server.set(LISTING, Page(listing(*paths)))


def rounds(made: Service) -> list[int | None]:
    with made.database.reading() as tx:
        return [f.readout.round for f in archive.current_readouts(tx, SERIES.slug)]


def issues(made: Service) -> list[tuple[str, str]]:
    with made.database.reading() as tx:
        return [(i.kind, (i.address or "").rpartition("/")[2]) for i in journal.issues(tx)]


def kinds(polled: Polled) -> list[str]:
    return [problem.kind for problem in polled.problems]


def test_a_release_that_only_mentions_a_round_on_file_is_an_issue_and_the_next_round_is_news(
    server: MisbehavingServer, made: Service
) -> None:
    publish(server, 1)
    made.look()
    about = page(
        1,
        opens="WASHINGTON – Two ministers spoke of the United States and Japan, which "
        "held the first round of meetings under the U.S.-Japan Partnership on Trade.",
    )
    publish(server, 1, 2, ministers=about)
    polled = made.look()
    assert kinds(polled) == []
    assert len(polled.announced) == 1
    assert rounds(made) == [1, 2]


def test_a_conflict_while_filing_ends_neither_the_look_nor_the_other_pages(
    server: MisbehavingServer, made: Service
) -> None:
    publish(server, 1)
    made.look()
    with made.database.transaction() as tx:
        tx.exec_driver_sql("create unique index only_once on mentions (readout_id, text)")
    twice = page(2, "Labor: The same words.", "Seafood: The same words.")
    publish(server, 1, 3, twice=twice)
    polled = made.look()
    assert kinds(polled) == ["unexpected"]
    assert rounds(made) == [1, 3]
    assert issues(made) == [("unexpected", "twice")]
    with made.database.reading() as tx:
        (issue,) = journal.issues(tx)
        assert archive.wanted_releases(tx, now=made.now()) == []
        (later,) = archive.wanted_releases(tx, now=made.now() + timedelta(hours=1))
    assert issue.evidence["type"] == "Conflict"
    assert issue.snapshot_id is not None
    assert later.address is not None
    assert later.address.endswith("twice")


def test_what_nobody_foresaw_is_an_issue_that_closes_when_the_page_is_read(
    made: Service, tmp_path: Path
) -> None:
    (tmp_path / "1.txt").write_text(body(1, "Labor: Talked of rules that cannot be kept."), "utf-8")
    (tmp_path / "2.txt").write_text(body(2, "Labor: Talked of audits."), "utf-8")
    refuse, allow = NO_RULES if made.database.on_sqlite else NO_RULES_ON_POSTGRESQL
    with made.database.transaction() as tx:
        tx.exec_driver_sql(refuse)
    for expected in (["unexpected"], []):
        done = made.take_folder_in(tmp_path)
        assert [problem.kind for problem in done.problems] == expected
        assert [kind for kind, _ in issues(made)] == expected
        with made.database.transaction() as tx:
            tx.exec_driver_sql(allow)
    assert rounds(made) == [1, 2]


def test_a_database_that_is_full_in_the_middle_of_a_page_ends_the_look(
    server: MisbehavingServer, tmp_path: Path
) -> None:
    with office(server.base_url, f"sqlite:///{tmp_path / 'archive.db'}") as made:
        with made.database.transaction() as tx:
            pages = tx.exec_driver_sql("pragma page_count").scalar_one()
            tx.exec_driver_sql(f"pragma max_page_count = {pages + 12}")
        # Packed, the page is small and can be kept; its text as read is large and cannot be filed.
        publish(server, long=page(1, "Labor: " + "Much was said. " * 10_000))
        with pytest.raises(DatabaseFull):
            made.look()
        with made.database.reading() as tx:
            assert [s.address.rpartition("/")[2] for s in archive.snapshots(tx)][-1] == "long"
