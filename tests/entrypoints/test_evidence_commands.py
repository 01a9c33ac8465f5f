"""evidence and verify: where it all comes from, to take away and to check."""

from __future__ import annotations

import json
from pathlib import Path

from storage import archive
from storage.database import Database
from tests.damage import damage_snapshot
from tests.entrypoints.user import User


def test_the_evidence_for_a_round_is_written_and_agrees(reader: User, tmp_path: Path) -> None:
    folder, warc = tmp_path / "round-3", tmp_path / "round-3.warc.gz"
    done = reader.runs("evidence", "3", "--to", str(folder), "--warc", str(warc))
    assert (done.code, done.complained) == (0, "")
    assert done.said == f"1 page (live) in {folder}\n1 page (live) in {warc}\n"
    for path in (folder, warc):
        checked = reader.runs("verify", str(path))
        assert (checked.code, checked.complained) == (0, "")
        assert checked.said.endswith(" agree with what was stored\n")


def test_what_was_written_is_told_as_json(reader: User, tmp_path: Path) -> None:
    folder = tmp_path / "round-1"
    assert reader.reads("evidence", "1", "--to", str(folder)) == {
        "pages": 1,
        "origins": ["live"],
        "folder": str(folder),
        "warc": None,
    }
    assert json.loads((folder / "manifest.json").read_bytes())["round"] == 1


def test_evidence_goes_nowhere_unless_told_where(reader: User, tmp_path: Path) -> None:
    done = reader.runs("evidence", "3")
    assert (done.code, done.said) == (2, "")
    assert "nowhere to write" in done.complained
    done = reader.runs("evidence", "9", "--to", str(tmp_path / "nine"))
    assert (done.code, done.said) == (1, "")
    done = reader.runs("evidence", "3", "--to", str(tmp_path / "no" / "folder"))
    assert (done.code, done.said) == (2, "")


def test_what_is_there_is_replaced_only_by_force(reader: User, tmp_path: Path) -> None:
    words = ("evidence", "3", "--to", str(tmp_path / "round-3"))
    assert reader.runs(*words).code == 0
    done = reader.runs(*words)
    assert (done.code, done.said) == (2, "")
    assert "is there already" in done.complained
    assert reader.runs(*words, "--force").code == 0


def test_an_archive_that_is_whole_agrees(reader: User) -> None:
    found = reader.reads("verify")
    assert found["differing"] == []
    assert reader.runs("verify").said == (
        f"{found['agreed']} of {found['agreed']} agree with what was stored\n"
    )


def test_a_damaged_page_fails_with_a_line_that_names_it(reader: User) -> None:
    database = Database(str(reader.settings["database_url"]))
    with database.reading() as tx:
        filed = archive.readout_of_round(tx, "us-japan-partnership-on-trade", 3)
    assert filed is not None
    damage_snapshot(database, filed.source.snapshot_id, sha256="0" * 64)
    database.close()
    done = reader.runs("verify")
    assert (done.code, done.complained) == (1, "")
    line, summary = done.said.splitlines()
    assert line.startswith(f"snapshot {filed.source.snapshot_id} of http://127.0.0.1:")
    assert " its SHA-256 is " in line
    assert summary.endswith(" agree with what was stored")
    (issue,) = reader.reads("issues")
    assert issue["kind"] == "damaged-snapshot"
    failed = reader.runs("verify", "--json")
    assert (failed.code, len(json.loads(failed.said)["differing"])) == (1, 1)


def test_a_path_that_is_nothing_of_ours_is_wrong_usage(reader: User, tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        done = reader.runs("verify", str(path))
        assert (done.code, done.said) == (2, "")


def test_a_warc_that_breaks_off_is_named(reader: User, tmp_path: Path) -> None:
    warc = tmp_path / "round-3.warc"
    reader.runs("evidence", "3", "--warc", str(warc))
    warc.write_bytes(warc.read_bytes()[:-2000])
    done = reader.runs("verify", str(warc))
    assert done.code == 3
    assert "round-3.warc is no whole WARC" in done.complained


def test_a_round_says_where_its_page_was_seen(reader: User) -> None:
    assert "seen at: the live page, first " in reader.runs("show", "3").said
    (seen,) = reader.reads("show", "3")["whereabouts"]["seen"]
    assert seen["origin"] == "live"
