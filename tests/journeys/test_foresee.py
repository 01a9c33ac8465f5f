"""Reading again says first what comes out differently, and keeps it only then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, update

from monitor.bootstrap import Service
from storage import archive, journal
from storage.records import Paragraph, Reading, Release
from storage.schema import fetches, mentions, metadata, readouts, releases, snapshots
from tests.faults.server import MisbehavingServer
from tests.journeys.offices import NOW, SERIES, Clock, office
from tests.journeys.pages import path_of
from tests.scenarios.watched import Watched

SECOND = "https://ustr.gov" + path_of(2)


@pytest.fixture
def made(database_url: str) -> Iterator[Service]:
    """A service that has read two rounds and ten other releases."""
    clock = Clock()
    with MisbehavingServer() as server, office(server.base_url, database_url, now=clock) as service:
        Watched(server, service, clock).looks(1)
        yield service


def misread(made: Service) -> None:
    """What is on file of the second round is what a worse reader had made of it."""
    with made.database.transaction() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, 2)
        assert filed is not None
        labor = (mentions.c.readout_id == filed.id, mentions.c.label == "Labor")
        tx.execute(update(mentions).where(*labor).values(label="Labour", topic="labour"))
        tx.execute(update(readouts).where(readouts.c.id == filed.id).values(city="Osaka"))
        one = releases.c.id == filed.release_id
        tx.execute(update(releases).where(one).values(title="Menu", verdict="related"))


def foreseen(made: Service) -> dict[str, list[tuple[str, str | None, str | None]]]:
    return {
        page.name: [(d.what, d.before, d.after) for d in page.differences]
        for page in made.foresee_reread()
    }


def everything(made: Service) -> dict[str, int]:
    with made.database.reading() as tx:
        return {
            table.name: tx.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
            if table.name != "requests"  # these are put on record a little later
        }


def test_what_comes_out_as_before_is_not_told(made: Service) -> None:
    assert foreseen(made) == {}
    made.reread()
    assert foreseen(made) == {}


def test_what_comes_out_differently_is_told_by_release_and_kept_only_by_reading_again(
    made: Service,
) -> None:
    misread(made)
    before = everything(made)
    ((name, told),) = foreseen(made).items()
    assert name == SECOND
    place = f"{SERIES.slug} 2: "
    assert [(what.removeprefix(place), old, new) for what, old, new in told] == [
        ("verdict", "related", "readout"),
        (
            "title",
            "Menu",
            "Readout of the Second Round of Meetings under the U.S.-Japan Partnership on Trade",
        ),
        ("city", "Osaka", "Washington"),
        ("topics", "Labour", "Labor"),
    ]
    assert everything(made) == before
    assert list(foreseen(made)) == [SECOND]
    made.reread()
    assert foreseen(made) == {}


def test_a_page_that_nobody_understood_and_that_is_understood_now_is_told(made: Service) -> None:
    with made.database.transaction() as tx:
        first = select(snapshots).where(snapshots.c.address.endswith(path_of(1)))
        row = tx.execute(first).mappings().one()
        address = "https://ustr.gov" + path_of(1) + "-again"
        tx.execute(
            snapshots.insert().values(
                **{k: v for k, v in row.items() if k != "id"} | {"address": address}
            )
        )
    assert foreseen(made) == {address: [("verdict", "not understood", "readout")]}


def test_a_page_that_is_not_understood_any_more_is_told_and_keeps_its_earlier_account(
    made: Service,
) -> None:
    address = "https://ustr.gov/about/policy-offices/press-office/press-releases/2024/july/short"
    wall = b"<html><head><title>Access Denied</title></head><body>Really.</body></html>"
    release = Release("Denied", None, address, (Paragraph("other", "Really."),))
    with made.database.transaction() as tx:
        page = archive.file_snapshot(
            tx,
            address=address,
            origin="live",
            fetched_at=NOW,
            status=200,
            headers={"content-type": "text/html"},
            body=wall,
        )
        filed = archive.file_reading(
            tx,
            release_key="press-releases/2024/july/short",
            address=address,
            reading=Reading("unrelated", ("no series is named",), release, ()),
            fingerprint="f" * 64,
            snapshot_id=page.id,
            reader="1",
            now=NOW,
        )
    (found,) = made.foresee_reread()
    assert found.name == address
    assert found.fault is not None
    assert found.fault.startswith("not understood any more: a wall stands before the page")
    made.reread()
    with made.database.reading() as tx:
        kept = archive.release_by_id(tx, filed.release_id)
        assert kept is not None
        assert (kept.title, kept.verdict) == ("Denied", "unrelated")
        assert [issue.kind for issue in journal.issues(tx)] == ["blocked-page"]


def test_a_round_that_a_worse_reader_had_missed_is_told(made: Service) -> None:
    with made.database.transaction() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, 2)
        assert filed is not None
        own = readouts.c.id == filed.id
        tx.execute(update(readouts).where(own).values(superseded_at=NOW))
        tx.execute(
            update(releases).where(releases.c.id == filed.release_id).values(verdict="unrelated")
        )
    assert foreseen(made) == {
        SECOND: [("verdict", "unrelated", "readout"), ("rounds", None, f"{SERIES.slug} 2")]
    }


def test_reading_again_leaves_the_validators_to_the_edition_that_reads_now(made: Service) -> None:
    with made.database.transaction() as tx:
        of_releases = fetches.c.address.contains("/2024/")
        tx.execute(update(fetches).where(of_releases).values(reader="1"))
    made.reread()
    with made.database.reading() as tx:
        assert len(set(tx.scalars(select(fetches.c.reader)))) == 1
