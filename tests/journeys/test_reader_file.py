"""All readers as a file: out, and into another database; what is faulty; and a hundred thousand."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.journeys.readers.file import Faulty, Imported, export, faults_of_file, take_in
from storage import subscribers
from storage.database import Database
from storage.records import Channel, Preferences, SubscriberState
from tests.databases import PostgresqlServer, SqliteFiles
from tests.journeys.offices import NOW, SERIES

EARLIER = datetime(2023, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
TASK_FORCE = "us-japan-labor-task-force"
PICKY = Preferences("ja", "text", "weekly", 6, 23, "Asia/Tokyo", date(2024, 9, 1))
OTHERS: tuple[tuple[str, Channel, SubscriberState, Preferences], ...] = (
    ("plain@example.org", "mail", "confirmed", Preferences()),
    ("+=me@example.org", "mail", "pending", PICKY),
    ("'o'clock@example.org", "mail", "unsubscribed", Preferences(rhythm="daily")),
    ("雪@例え.jp", "mail", "suppressed", Preferences()),
    ('"a..b"@docomo.ne.jp', "mail", "suppressed", Preferences()),
    ("https://hooks.example.org/a?b=c,d", "webhook", "confirmed", Preferences()),
)


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with readers of every state and channel."""
    with database.transaction() as tx:
        for number, (address, channel, state, wants) in enumerate(OTHERS):
            reader, _ = subscribers.add(
                tx,
                address=address,
                channel=channel,
                domain="example.org",
                state=state,
                preferences=wants,
                now=EARLIER + timedelta(days=number),
            )
            if state == "suppressed":
                subscribers.suppress(tx, reader.id, "complaint: “this is spam”,\nhe said", NOW)
            if number % 3 != 1:
                subscribers.follow(tx, reader.id, SERIES.slug, ("labor", "x-1"), EARLIER)
            if number % 2:
                subscribers.follow(tx, reader.id, TASK_FORCE, (), NOW)
    return database


@pytest.fixture
def another(
    databases: SqliteFiles | PostgresqlServer, open_database: Callable[..., Database]
) -> Iterator[Database]:
    """A second database, of the same kind, with nothing in it."""
    url = databases.ready()
    database = open_database(url)
    yield database
    database.close()
    databases.drop(url)


def written(database: Database) -> str:
    out = io.StringIO(newline="")
    export(out, database=database)
    return out.getvalue()


def saved(text: str, folder: Path) -> Path:
    path = folder / "readers.csv"
    path.write_bytes(text.encode())
    return path


def test_what_goes_out_comes_in_again_as_it_was(
    filled: Database, another: Database, tmp_path: Path
) -> None:
    text = written(filled)
    path = saved(text, tmp_path)
    assert list(faults_of_file(path)) == []
    done = take_in(path, database=another, now=NOW)
    assert done == Imported(new=6, known=0, followed=7)
    assert written(another) == text
    with another.reading() as tx:
        here = {each.address: each for each in subscribers.subscribers(tx)}
    with filled.reading() as tx:
        for reader in subscribers.subscribers(tx):
            copy = here[reader.address]
            assert (copy.state, copy.reason) == (reader.state, reader.reason)
            assert copy.preferences == reader.preferences


def test_the_file_is_a_table_as_rfc_4180_has_it(filled: Database) -> None:
    text = written(filled)
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert text.startswith("address,channel,state,language,format,rhythm,weekday,hour,zone,")
    assert text.endswith("\r\n")
    assert {len(row) for row in rows} == {len(header)}
    assert "'+=me@example.org" in text


def test_an_import_takes_nobody_back_and_leaves_the_known_as_they_are(
    database: Database, tmp_path: Path
) -> None:
    states: tuple[SubscriberState, ...] = ("pending", "confirmed", "unsubscribed", "suppressed")
    with database.transaction() as tx:
        for state in states:
            subscribers.add(
                tx,
                address=f"{state}@example.org",
                channel="mail",
                domain="example.org",
                state=state,
                preferences=PICKY,
                now=EARLIER,
            )
    before = written(database)
    lines = "".join(f"{state.upper()}@example.org,confirmed,daily\n" for state in states)
    path = saved(f"address,state,rhythm\n{lines}", tmp_path)
    assert take_in(path, database=database, now=NOW) == Imported(known=4)
    assert written(database) == before


def test_an_import_that_was_broken_off_is_started_again(database: Database, tmp_path: Path) -> None:
    text = "address\n" + "".join(f"{n}@example.org\n" for n in range(1100))
    path = saved(text, tmp_path)

    def breaks_off(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(path, database=database, now=NOW, each=breaks_off)
    assert take_in(path, database=database, now=NOW) == Imported(100, 1000, 100)
    with database.reading() as tx:
        assert sum(1 for _ in subscribers.subscribers(tx, SERIES.slug)) == 1100


def test_a_dry_run_counts_what_an_import_would_do(database: Database, tmp_path: Path) -> None:
    path = saved("address,series\na@example.org,\nb@example.org," + SERIES.slug, tmp_path)
    assert take_in(path, database=database, now=NOW, dry=True) == Imported(2, 0, 1)
    take_in(path, database=database, now=NOW)
    assert take_in(path, database=database, now=NOW, dry=True) == Imported(known=2)


FAULTY = """address,series,rhythm
fine@example.org,us-japan-partnership-on-trade,daily
fine@example.org,us-japan-partnership-on-trade,daily
fine@example.org,us-japan-labor-task-force,weekly
other@example.org,nope,at-once
nobody,,at-once
FINE@example.org,us-japan-labor-task-force,daily

other@example.org,,often
short@example.org
https://example.org/hook,,at-once
"""


def test_every_faulty_line_is_named_by_its_number_and_why(tmp_path: Path) -> None:
    found = {each.number: each.why for each in faults_of_file(saved(FAULTY, tmp_path))}
    assert found == {
        3: "fine@example.org follows us-japan-partnership-on-trade by a line before",
        4: "it says other things of fine@example.org than line 2",
        5: "series: none is called “nope”",
        6: found[6],
        9: "rhythm: “often” is none of at-once, daily, weekly",
        10: "1 cells, where the first line names 3 columns",
        11: "channel: the address is one of webhook, not mail",
    }
    assert found[6].startswith("“nobody” is no mail address: ")


def test_lines_of_one_reader_that_stand_apart_are_a_fault(tmp_path: Path) -> None:
    text = "address\na@example.org\nb@example.org\nA@example.org\n"
    (fault,) = faults_of_file(saved(text, tmp_path))
    assert fault == Faulty(4, "A@example.org stands further up: put its lines together")


@pytest.mark.parametrize(
    ("content", "number", "why"),
    [
        (b'address\na@example.org\n"b@exam"ple.org\n', 3, "no line of a table: "),
        (b'address\na@example.org\n"b@example.org\n', 3, "no line of a table: "),
        (b"address\na@example.org\n\xff\xfe@example.org\n", 3, "it is not in UTF-8"),
        (b"address\n" + b"a" * 200_000 + b"\n", 2, "no line of a table: field larger"),
        (b"address\na@example.org\r\nBcc: b@example.org\n", 3, "“Bcc: b@example.org” is no mail"),
        (b'address\n"a@example.org\r\nBcc: b@example.org"\n', 2, "“a@example.org[U+000D][U+000A]"),
    ],
)
def test_odd_bytes_are_a_fault_of_their_line(
    content: bytes, number: int, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "readers.csv"
    path.write_bytes(content)
    (fault,) = faults_of_file(path)
    assert fault.number == number
    assert fault.why.startswith(why)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"name\n",
        b"address,address\n",
        b"address;state\n",
        b"\x00\xff",
        b"address,mood\n",
    ],
)
def test_a_file_without_our_header_is_refused_whole(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "readers.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="does not name the columns"):
        list(faults_of_file(path))


def test_a_file_as_a_spreadsheet_saves_it_is_read(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "readers.csv"
    path.write_bytes("\ufeffAddress,Language\r\n雪@例え.jp,JA\r\n".encode())
    assert take_in(path, database=database, now=NOW) == Imported(1, 0, 1)
    assert "雪@例え.jp,mail,confirmed,ja" in written(database)


def test_looking_through_many_lines_takes_no_more_memory_than_few(tmp_path: Path) -> None:
    def most_memory(lines: int) -> int:
        path = saved("address\n" + "".join(f"{n}@example.org\n" for n in range(lines)), tmp_path)
        tracemalloc.start()
        try:
            assert list(faults_of_file(path)) == []
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    most_memory(1)
    assert most_memory(3000) - most_memory(500) < 500_000
