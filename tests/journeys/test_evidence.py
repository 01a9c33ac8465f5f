"""Evidence to take away: byte for byte, all or nothing, and taken in again as it was."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from monitor.bootstrap import Service
from monitor.errors import DamagedSnapshot, UsageError
from monitor.journeys import latest as accounts
from monitor.journeys.evidence import Exported, export_evidence
from monitor.journeys.past.wayback import AskedOfTheArchive
from monitor.journeys.verify import verify_exported
from monitor.pressroom import PressRoom
from monitor.sources.folder import saved_paths
from monitor.sources.warc import WarcFile
from storage import archive
from storage.database import Database
from storage.records import Revision, Sighting
from tests.damage import damage_snapshot
from tests.databases import SqliteFiles
from tests.entrypoints.saved import page, release
from tests.journeys.offices import SERIES, office
from tests.servers.captured import bundled, captures_of
from tests.servers.wayback import LocalArchive

ROUNDS = tuple(source for source in bundled() if "partnership-trade" in source.path)


@pytest.fixture(scope="module")
def filled(
    sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """An archive whose rounds were found live and captured, and one of them saved by hand."""
    folder = tmp_path_factory.mktemp("saved")
    (folder / "round-5.html").write_bytes(
        page(release(5)).replace(b"</body>", b"<!-- saved --></body>")
    )
    with (
        PressRoom(through=date(2025, 12, 31)) as room,
        LocalArchive(captures_of(ROUNDS)) as local,
        office(room.base_url, sqlite_files.ready(), wayback_url=local.base_url) as made,
    ):
        made.take_past_in()
        made.take_captures_in(AskedOfTheArchive(every_capture=True))
        made.take_folder_in(folder)
        yield made


def export(made: Service, number: int, **where: Path | bool) -> Exported:
    with made.database.reading() as tx:
        account = accounts.of_round(tx, SERIES, number)
    return export_evidence(account, database=made.database, now=made.now(), **where)  # type: ignore[arg-type]


def on_file(database: Database, number: int) -> tuple[tuple[Sighting, ...], tuple[Revision, ...]]:
    """What is on file of a round's release: the pages that show it, and its texts."""
    with database.reading() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, number)
        assert filed is not None
        release_id = filed.release_id
        return archive.sightings_of(tx, release_id), archive.revisions_of(tx, release_id)


def test_a_folder_holds_every_page_byte_for_byte_with_headers_time_and_origin(
    filled: Service, tmp_path: Path
) -> None:
    done = export(filled, 3, folder=tmp_path / "evidence")
    sightings, texts = on_file(filled.database, 3)
    manifest = json.loads((tmp_path / "evidence" / "manifest.json").read_bytes())
    assert done.pages == len(sightings) == len(manifest["pages"])
    assert {one["origin"] for one in manifest["pages"]} == {"live", "wayback"}
    for one in manifest["pages"]:
        assert one["captured_at"] == (one["fetched_at"] if one["origin"] == "wayback" else None)
    for shown, sighting in zip(manifest["pages"], sightings, strict=True):
        snapshot = sighting.snapshot
        body = (tmp_path / "evidence" / shown["file"]).read_bytes()
        with filled.database.reading() as tx:
            assert body == archive.body_of(tx, snapshot.id)
        assert hashlib.sha256(body).hexdigest() == shown["sha256"] == snapshot.sha256
        headers = json.loads((tmp_path / "evidence" / shown["headers_file"]).read_bytes())
        assert headers == snapshot.headers
        assert shown["address"] == f"https://ustr.gov{ROUNDS[2].path}"
        assert (shown["origin"], shown["revision"]) == (snapshot.origin, sighting.revision)
    assert [one["fingerprint"] for one in manifest["texts"]] == [one.fingerprint for one in texts]
    assert manifest["texts"][-1]["readouts"][0]["round"] == 3


def test_an_archive_of_pages_from_everywhere_agrees(filled: Service) -> None:
    found = filled.verify()
    assert (found.differing, found.older) == ([], 0)


def test_sha256sum_accepts_a_folder(filled: Service, tmp_path: Path) -> None:
    export(filled, 1, folder=tmp_path / "evidence")
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=tmp_path / "evidence",
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "manifest.json: OK" in checked.stdout


def test_a_saved_page_is_in_it_without_the_folders_of_whoever_saved_it(
    filled: Service, tmp_path: Path
) -> None:
    export(filled, 5, folder=tmp_path / "evidence", warc=tmp_path / "round-5.warc")
    told = (tmp_path / "evidence" / "manifest.json").read_text("utf-8")
    assert '"file:///round-5.html"' in told
    assert "/saved" not in told
    assert b"file:///round-5.html" in (tmp_path / "round-5.warc").read_bytes()


@pytest.mark.parametrize("name", ["round-3.warc", "round-3.warc.gz"])
def test_a_warc_is_read_by_others_and_states_the_hashes_of_the_archive(
    filled: Service, tmp_path: Path, name: str
) -> None:
    export(filled, 3, warc=tmp_path / name)
    sightings, _ = on_file(filled.database, 3)
    with (tmp_path / name).open("rb") as file:
        records = []
        for record in ArchiveIterator(file, check_digests="raise"):
            body = record.content_stream().read()
            records.append((record.rec_type, record.rec_headers, record.http_headers, body))
    kinds = [kind for kind, *_ in records]
    assert kinds == ["warcinfo", *["response"] * len(sightings), "metadata"]
    for (_, about, http, body), sighting in zip(records[1:-1], sightings, strict=True):
        snapshot = sighting.snapshot
        assert about.protocol == "WARC/1.1"
        assert about.get_header("WARC-Payload-Digest") == f"sha256:{snapshot.sha256}"
        assert hashlib.sha256(body).hexdigest() == snapshot.sha256
        assert about.get_header("WARC-Target-URI") == f"https://ustr.gov{ROUNDS[2].path}"
        assert http.get_statuscode() == "200"
        assert http.get_header("content-type") == snapshot.headers["content-type"]


@pytest.mark.parametrize("name", ["all.warc", "all.warc.gz"])
def test_a_warc_taken_in_again_gives_the_same_pages_texts_and_rounds_by_hash(
    filled: Service, tmp_path: Path, database_url: str, name: str
) -> None:
    for number in range(1, 6):
        export(filled, number, warc=tmp_path / f"{number}-{name}")
    with office("http://127.0.0.1:9", database_url) as again:
        done = again.take_folder_in(tmp_path)
        assert done.problems == []
        for number in range(1, 6):
            pages, texts = on_file(filled.database, number)
            pages_again, texts_again = on_file(again.database, number)
            assert _identity(pages) == _identity(pages_again)
            assert [one.fingerprint for one in texts] == [one.fingerprint for one in texts_again]
            with filled.database.reading() as tx, again.database.reading() as other:
                before = archive.readout_of_round(tx, SERIES.slug, number)
                after = archive.readout_of_round(other, SERIES.slug, number)
            assert before is not None
            assert after is not None
            assert (before.readout, before.release) == (after.readout, after.release)


def _identity(pages: tuple[Sighting, ...]) -> list[tuple[object, ...]]:
    """What must be the same: when, which bytes, showing which text."""
    return [(one.snapshot.fetched_at, one.snapshot.sha256, one.revision) for one in pages]


# --- All or nothing ---------------------------------------------------------------------------


def test_what_is_there_is_not_overwritten_without_being_told(
    filled: Service, tmp_path: Path
) -> None:
    export(filled, 1, folder=tmp_path / "evidence", warc=tmp_path / "one.warc")
    for where in ({"folder": tmp_path / "evidence"}, {"warc": tmp_path / "one.warc"}):
        with pytest.raises(UsageError, match="there already"):
            export(filled, 2, **where)
    both = {"folder": tmp_path / "evidence", "warc": tmp_path / "one.warc"}
    export(filled, 2, **both, force=True)
    assert json.loads((tmp_path / "evidence" / "manifest.json").read_bytes())["round"] == 2
    assert verify_exported(tmp_path / "evidence").differing == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence", "one.warc"]


def test_a_folder_of_something_else_is_never_replaced(filled: Service, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear reader")
    with pytest.raises(UsageError, match="not replaced"):
        export(filled, 1, folder=tmp_path / "mine", force=True)
    assert (tmp_path / "mine" / "letter.txt").read_text() == "Dear reader"


@pytest.mark.parametrize("name", ["other.db", "letter.txt", "other.warc", "folder", "link"])
def test_only_a_warc_that_was_exported_is_replaced(
    filled: Service, tmp_path: Path, name: str
) -> None:
    target = tmp_path / name
    with closing(sqlite3.connect(tmp_path / "other.db")) as database:
        database.execute("create table letters (text)")
    (tmp_path / "letter.txt").write_text("Dear reader")
    with (tmp_path / "other.warc").open("wb") as out:
        WarcFile(out, "other.warc", {"software": "Another crawler"})
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "other.db")
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    with pytest.raises(UsageError, match="is not replaced"):
        export(filled, 1, folder=tmp_path / "evidence", warc=target, force=True)
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before
    assert (tmp_path / "folder").is_dir()
    assert not (tmp_path / "evidence").exists()


def test_a_folder_with_a_manifest_of_something_else_is_not_replaced(
    filled: Service, tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "manifest.json").write_text("{}")
    with pytest.raises(UsageError, match="not replaced"):
        export(filled, 1, folder=tmp_path / "site", force=True)
    assert (tmp_path / "site" / "manifest.json").read_text() == "{}"


def test_a_file_is_not_replaced_by_a_folder(filled: Service, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear reader")
    with pytest.raises(UsageError, match="not replaced"):
        export(filled, 1, folder=tmp_path / "letter.txt", force=True)
    assert (tmp_path / "letter.txt").read_text() == "Dear reader"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a place nobody can write to")
@pytest.mark.parametrize("what", ["folder", "warc"])
def test_a_place_that_cannot_be_written_to_is_wrong_usage(filled: Service, what: str) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        export(filled, 1, **{what: Path("/proc/evidence")})


@contextmanager
def copy_of(filled: Service, sqlite_files: SqliteFiles) -> Iterator[Service]:
    """A service on a copy of an archive, which may be altered."""
    url = sqlite_files.empty()
    with (
        closing(sqlite3.connect(filled.settings.database_url.removeprefix("sqlite:///"))) as here,
        closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as there,
    ):
        here.backup(there)
    with office("http://127.0.0.1:9", url) as made:
        yield made


def test_the_evidence_of_a_withdrawn_round_says_so(
    filled: Service, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    with copy_of(filled, sqlite_files) as made:
        with made.database.transaction() as tx:
            filed = archive.readout_of_round(tx, SERIES.slug, 2)
            assert filed is not None
            gone = archive.miss_release(
                tx, filed.release_id, None, kind="gone", what="404", days=15, at=made.now()
            )
            archive.say_withdrawn(tx, gone.id, made.now())
        export(made, 2, folder=tmp_path / "gone")
        export(made, 3, folder=tmp_path / "standing")
    readme = (tmp_path / "gone" / "README.txt").read_text("utf-8")
    assert "can no longer be found" in readme
    assert "missing on 15 days" in readme
    assert json.loads((tmp_path / "gone" / "manifest.json").read_bytes())["withdrawn"]["days"] == 15
    assert "no longer" not in (tmp_path / "standing" / "README.txt").read_text("utf-8")
    standing = json.loads((tmp_path / "standing" / "manifest.json").read_bytes())
    assert standing["withdrawn"] is None


def test_a_folder_of_evidence_taken_in_files_nothing_of_its_own(
    filled: Service, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    export(filled, 3, folder=tmp_path / "evidence")
    with office("http://127.0.0.1:9", sqlite_files.ready()) as made:
        made.take_folder_in(tmp_path / "evidence")
        with made.database.reading() as tx:
            assert archive.count_snapshots(tx) == 0
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "README.txt").write_text("A letter of somebody's")
    assert [path.name for path in saved_paths(tmp_path / "plain")] == ["README.txt"]


def test_a_damaged_page_is_never_exported_and_nothing_is_left_behind(
    filled: Service, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    with copy_of(filled, sqlite_files) as made:
        sightings, _ = on_file(made.database, 2)
        damage_snapshot(made.database, sightings[-1].snapshot.id, body=b"\0")
        with pytest.raises(DamagedSnapshot):
            export(made, 2, folder=tmp_path / "evidence", warc=tmp_path / "two.warc")
    assert list(tmp_path.iterdir()) == []
