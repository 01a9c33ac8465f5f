"""All hashes computed anew: what differs is named, and nothing else."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Table, update

from monitor.bootstrap import Service
from monitor.core.look import READER
from monitor.errors import BrokenWarc, UsageError
from monitor.journeys import latest as accounts
from monitor.journeys.evidence import export_evidence
from monitor.journeys.verify import verify_exported
from monitor.pressroom import PressRoom
from monitor.sources.warc import checked_records
from storage import archive, journal
from storage.documents import to_document
from storage.records import Snapshot, Span
from storage.schema import mentions, readouts, revisions
from tests.damage import damage_snapshot, lose_snapshot
from tests.databases import SqliteFiles
from tests.journeys.offices import SERIES, office

FORGED_SPAN = Span("1 to 2 January 2001", date(2001, 1, 1), date(2001, 1, 2), "day")


@pytest.fixture
def made(database_url: str) -> Iterator[Service]:
    """An archive of all rounds."""
    with (
        PressRoom(through=date(2025, 12, 31)) as room,
        office(room.base_url, database_url) as service,
    ):
        service.take_past_in()
        yield service


def page_of(made: Service, number: int) -> Snapshot:
    """The page that a round was read from."""
    with made.database.reading() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, number)
        assert filed is not None
        return archive.snapshot_of(tx, filed.source.snapshot_id)


def _official(page: Snapshot) -> str:
    return f"https://ustr.gov{urlsplit(page.address).path}"


def counts(made: Service) -> int:
    with made.database.reading() as tx:
        return archive.count_snapshots(tx) + archive.count_revisions(tx)


def test_an_archive_that_is_whole_agrees_with_all_its_hashes(made: Service) -> None:
    told: list[tuple[int, int]] = []
    found = made.verify(each=lambda done, total: told.append((done, total)))
    assert (found.agreed, found.differing) == (counts(made), [])
    assert told == [(n, counts(made)) for n in range(1, counts(made) + 1)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda page: {"body": b"no zlib"}, "does not unpack"),
        (lambda page: {"body": zlib.compress(b"x" * (page.size - 1))}, "does not unpack"),
        (lambda page: {"body": zlib.compress(b"x" * 50_000_000)}, "does not unpack"),
        (lambda page: {"body": zlib.compress(b"x" * page.size)}, "its SHA-256 is"),
        (lambda page: {"sha256": "0" * 64}, "its SHA-256 is"),
    ],
)
def test_a_damaged_page_is_named_and_an_issue_until_it_is_whole(
    made: Service, change: Callable[[Snapshot], dict[str, object]], why: str
) -> None:
    page = page_of(made, 3)
    with made.database.reading() as tx:
        whole = {"body": archive.packed_body(tx, page.id), "sha256": page.sha256}
    damage_snapshot(made.database, page.id, **change(page))
    found = made.verify()
    (differing,) = found.differing
    assert differing.name == f"snapshot {page.id} of {page.address}"
    assert why in differing.why
    assert found.agreed == counts(made) - 2  # the page, and the text that was read from it
    with made.database.reading() as tx:
        (issue,) = [one for one in journal.issues(tx) if one.kind == "damaged-snapshot"]
    assert (issue.address, issue.snapshot_id) == (page.address, page.id)
    damage_snapshot(made.database, page.id, **whole)
    assert made.verify().differing == []
    with made.database.reading() as tx:
        assert [one for one in journal.issues(tx) if one.kind == "damaged-snapshot"] == []


def test_a_page_that_is_gone_is_named_and_the_rest_is_verified(made: Service) -> None:
    page, before = page_of(made, 3), counts(made)
    lose_snapshot(made.database, page.id)
    found = made.verify()
    (differing,) = found.differing
    assert differing.name == f"snapshot {page.id}"
    assert differing.why == f"it is gone, and {_official(page)} was read from it"
    assert found.agreed == before - 2
    with made.database.reading() as tx:
        (issue,) = [one for one in journal.issues(tx) if one.kind == "damaged-snapshot"]
    assert issue.address == _official(page)
    assert [one.differing for one in (made.verify(), made.verify())] == [[differing]] * 2


def test_reading_again_names_a_damaged_page_and_goes_on(made: Service) -> None:
    page, lost = page_of(made, 3), page_of(made, 2)
    whole = [one for one in made.reread() if one.problem is None]
    damage_snapshot(made.database, page.id, body=b"")
    lose_snapshot(made.database, lost.id)
    foreseen = list(made.foresee_reread())
    assert [one.fault is not None and "damaged" in one.fault for one in foreseen] == [True, True]
    taken = made.reread()
    problems = [(one.name, one.problem.kind) for one in taken if one.problem]
    assert problems == [
        (_official(lost), "damaged-snapshot"),
        (f"snapshot {page.id}", "damaged-snapshot"),
    ]
    assert len([one for one in taken if one.problem is None]) == len(whole) - 2


def test_a_fingerprint_that_is_not_that_of_its_page_is_named(made: Service) -> None:
    page = page_of(made, 2)
    with made.database.transaction() as tx:
        ours = revisions.c.snapshot_id == page.id
        tx.execute(update(revisions).where(ours).values(fingerprint="f" * 64))
    (differing,) = made.verify().differing
    assert differing.name == f"snapshot {page.id} of {page.address}"
    assert "revision 1" in differing.why


def _forge_paragraphs(made: Service) -> None:
    with made.database.transaction() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, 2)
        assert filed is not None
        text = next(
            one for one in archive.revisions_of(tx, filed.release_id) if one.id == filed.revision_id
        )
        first, *others = text.paragraphs
        forged = to_document((replace(first, text=f"{first.text} Not so."), *others))
        one = revisions.c.id == text.id
        tx.execute(update(revisions).where(one).values(paragraphs=forged))


def _forge(made: Service, table: Table, column: str, **values: object) -> None:
    with made.database.transaction() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, 2)
        assert filed is not None
        of = {"revisions": filed.revision_id, "readouts": filed.id, "mentions": filed.id}
        tx.execute(update(table).where(table.c[column] == of[table.name]).values(**values))


def _forge_label(made: Service) -> None:
    with made.database.transaction() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, 2)
        assert filed is not None
        one = (mentions.c.readout_id == filed.id, mentions.c.label == "Labor")
        tx.execute(update(mentions).where(*one).values(label="Labour"))


@pytest.mark.parametrize(
    ("forge", "what"),
    [
        (_forge_paragraphs, "paragraphs"),
        (lambda made: _forge(made, revisions, "id", title="Forged"), "title"),
        (lambda made: _forge(made, mentions, "readout_id", text="Forged"), "text of"),
        (lambda made: _forge(made, readouts, "id", round=77), "rounds"),
        (lambda made: _forge(made, readouts, "id", held=to_document(FORGED_SPAN)), "held"),
        (_forge_label, "topics"),
    ],
)
def test_a_text_that_is_not_what_its_page_says_is_named(
    made: Service, forge: Callable[[Service], None], what: str
) -> None:
    page = page_of(made, 2)
    forge(made)
    (differing,) = made.verify().differing
    assert differing.name == f"snapshot {page.id} of {page.address}"
    assert differing.why.startswith("the text on file is not what its page says: revision 1, ")
    assert what in differing.why
    made.reread()
    assert made.verify().differing == []


def test_words_that_another_edition_read_are_counted_and_not_compared(made: Service) -> None:
    with made.database.reading() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, 2)
    assert filed is not None
    with made.database.transaction() as tx:
        ours = revisions.c.id == filed.revision_id
        tx.execute(update(revisions).where(ours).values(reader=f"{READER}.another", title="Other"))
    found = made.verify()
    assert (found.differing, found.older) == ([], 1)


def test_what_another_reader_made_of_a_page_is_no_damage(made: Service) -> None:
    page = page_of(made, 2)
    with made.database.transaction() as tx:
        ours = revisions.c.snapshot_id == page.id
        tx.execute(update(revisions).where(ours).values(fingerprint="f" * 64, reader="0.abc"))
    found = made.verify()
    assert (found.differing, found.older) == ([], 1)
    assert found.agreed == counts(made) - 1


# --- What was exported ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exported(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evidence for a round, as a folder and as WARCs."""
    where = tmp_path_factory.mktemp("exported")
    with (
        PressRoom(through=date(2025, 12, 31)) as room,
        office(room.base_url, sqlite_files.ready()) as made,
    ):
        made.take_past_in()
        with made.database.reading() as tx:
            account = accounts.of_round(tx, SERIES, 4)
        for name in ("round.warc", "round.warc.gz"):
            export_evidence(account, database=made.database, now=made.now(), warc=where / name)
        folder = where / "folder"
        export_evidence(account, database=made.database, now=made.now(), folder=folder)
    return where


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    """A copy of the folder, to be changed."""
    return Path(shutil.copytree(exported / "folder", tmp_path / "folder"))


def test_a_folder_as_it_was_exported_agrees(folder: Path) -> None:
    found = verify_exported(folder)
    assert found.differing == []
    assert found.agreed == len([path for path in folder.rglob("*") if path.is_file()]) - 1


def _change(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


@pytest.mark.parametrize("name", ["manifest.json", "README.txt", "page", "headers"])
def test_any_file_that_was_changed_is_named(folder: Path, name: str) -> None:
    pages = sorted((folder / "pages").iterdir())
    named = {"page": pages[1], "headers": pages[0]}.get(name, folder / name)
    _change(named)
    (differing,) = verify_exported(folder).differing
    assert differing.name == named.relative_to(folder).as_posix()


def test_a_file_that_is_missing_or_was_added_is_named(folder: Path) -> None:
    (folder / "README.txt").unlink()
    (folder / "pages" / "more.html").write_text("more")
    assert [one.name for one in verify_exported(folder).differing] == [
        "README.txt",
        "pages/more.html",
    ]


def test_a_page_changed_together_with_its_sum_differs_from_the_manifest(folder: Path) -> None:
    page = next(path for path in (folder / "pages").iterdir() if path.suffix == ".html")
    before = hashlib.sha256(page.read_bytes()).hexdigest()
    _change(page)
    sums = folder / "SHA256SUMS"
    after = hashlib.sha256(page.read_bytes()).hexdigest()
    sums.write_text(sums.read_text("utf-8").replace(before, after), "utf-8")
    (differing,) = verify_exported(folder).differing
    assert "manifest.json states another" in differing.why


def test_no_file_outside_of_the_folder_is_read(folder: Path) -> None:
    (folder.parent / "outside").write_text("secret")
    with (folder / "SHA256SUMS").open("a", encoding="utf-8") as sums:
        sums.write(f"{hashlib.sha256(b'secret').hexdigest()}  ../outside\n")
    (differing,) = verify_exported(folder).differing
    assert differing.why == "it lies outside of the folder"


@pytest.mark.parametrize("spoiled", ["SHA256SUMS", "manifest.json"])
def test_a_folder_of_something_else_is_wrong_usage(folder: Path, spoiled: str) -> None:
    (folder / spoiled).write_text("{")
    with pytest.raises(UsageError, match="neither an evidence folder nor a WARC"):
        verify_exported(folder)
    (folder / spoiled).unlink()
    with pytest.raises(UsageError, match="neither an evidence folder nor a WARC"):
        verify_exported(folder)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"secret " * 10_000, b"\x1f\x8b"])
def test_a_file_of_something_else_is_wrong_usage_and_not_quoted(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "settings.env"
    file.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        verify_exported(file)
    assert refused.value.summary == f"{file} is neither an evidence folder nor a WARC"
    file.write_bytes(gzip.compress(content))
    with pytest.raises(UsageError, match="neither an evidence folder nor a WARC"):
        verify_exported(file)


def test_a_broken_warc_is_quoted_briefly_and_in_print(tmp_path: Path) -> None:
    file = tmp_path / "odd.warc"
    file.write_bytes(b"WARC/1.1 \x1b[31m" + b"secret " * 10_000 + b"\r\n\r\n")
    with pytest.raises(BrokenWarc) as broken:
        verify_exported(file)
    file.write_bytes(b"secret\x1b\x07 " * 10_000 + b"\r\n\r\n")
    with pytest.raises(BrokenWarc) as odd:
        list(checked_records(file))
    for said in (broken.value.summary, odd.value.summary):
        assert len(said) <= 200
        assert said.isprintable()


@pytest.mark.parametrize("name", ["round.warc", "round.warc.gz"])
def test_a_warc_as_it_was_exported_agrees(exported: Path, name: str) -> None:
    found = verify_exported(exported / name)
    pages = json.loads((exported / "folder" / "manifest.json").read_bytes())["pages"]
    assert (found.agreed, found.differing, found.unstated) == (len(pages) + 2, [], [])


def test_a_page_that_was_changed_in_a_warc_is_named(exported: Path, tmp_path: Path) -> None:
    content = (exported / "round.warc").read_bytes()
    assert b"Labor" in content
    (tmp_path / "round.warc").write_bytes(content.replace(b"Labor", b"Steel", 1))
    (differing,) = verify_exported(tmp_path / "round.warc").differing
    assert differing.name.startswith("response https://ustr.gov/about-us/")
    assert "digest failed" in differing.why


@pytest.mark.parametrize("name", ["round.warc", "round.warc.gz"])
def test_a_warc_that_breaks_off_is_named(exported: Path, tmp_path: Path, name: str) -> None:
    content = (exported / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(BrokenWarc, match="no whole WARC"):
        verify_exported(tmp_path / name)
