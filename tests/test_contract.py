"""Our output, held against the published contract: schemas, and the expected records.

The contract and the two real readouts lie beside a checkout in `../shared`; without them these
tests are skipped, visibly.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from notifiers.webhook.document import webhook_document
from storage.records import Telling
from tests.notifiers.builders import BACKGROUND, BEFORE, RENDERED_AT, SERIES_NAME, summary

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
CONTRACT, SEEDS = SHARED / "contract", SHARED / "seeds"
PARTNERSHIP = "us-japan-partnership-on-trade"
ORDINARY = SHARED / "reference" / "releases-2019"

pytestmark = pytest.mark.skipif(not CONTRACT.is_dir(), reason="../shared/contract is not here")


def roundwatch(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, on an archive of its own."""
    environment = {
        "PATH": os.defpath,
        "HOME": str(home),
        "ROUNDWATCH_DATABASE_URL": f"sqlite:///{home / 'archive.db'}",
    }
    program = "from monitor.entrypoints.cli import main; main()"
    argv = [sys.executable, "-c", program, *words]
    return subprocess.run(
        argv, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def printed(*words: str, home: Path) -> Any:
    return json.loads(roundwatch(*words, home=home).stdout)


def schema(name: str) -> Draft202012Validator:
    document = json.loads((CONTRACT / name).read_text("utf-8"))
    return Draft202012Validator(document, format_checker=Draft202012Validator.FORMAT_CHECKER)


def expected(name: str) -> Any:
    return json.loads((CONTRACT / "examples" / name).read_text("utf-8"))


def agrees(found: Any, wanted: Any, where: str = "") -> list[str]:
    """Where a record differs from the expected one; a list of text changes means any of them."""
    if isinstance(wanted, dict):
        return [
            line
            for key, value in wanted.items()
            if key != "notes"
            for line in agrees(found.get(key) if found else None, value, f"{where}.{key}")
        ]
    if isinstance(wanted, list) and where.endswith(".text_change"):
        return [] if found in wanted else [f"{where}: {found!r}, not one of {wanted!r}"]
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        pairs = enumerate(zip(found, wanted, strict=True))
        return [line for i, (a, b) in pairs for line in agrees(a, b, f"{where}[{i}]")]
    return [] if found == wanted else [f"{where}: {found!r}, not {wanted!r}"]


@pytest.mark.parametrize("example", ["round-1.expected.json", "round-5.expected.json"])
def test_reading_a_seed_agrees_with_the_expected_record(example: str, tmp_path: Path) -> None:
    wanted = expected(example)
    page = str(SHARED / wanted["input"])
    found = printed("read", page, *wanted.get("arguments", []), "--json", home=tmp_path)
    schema("readout.schema.json").validate(found)
    assert found["verdict"] == wanted["verdict"]
    assert agrees(found["release"], wanted["release"]) == []
    assert agrees(found["readouts"][0], wanted["readout"]) == []


def test_without_an_address_the_year_comes_from_the_page_and_the_evidence_says_so(
    tmp_path: Path,
) -> None:
    page = str(SHARED / expected("round-1.expected.json")["input"])
    found = printed("read", page, "--json", home=tmp_path)
    assert found["readouts"][0]["held"]["start"] == "2022-02-28"
    assert any("from the page" in line for line in found["evidence"])


def test_comparing_the_seeds_agrees_with_the_expected_comparison(tmp_path: Path) -> None:
    wanted = expected("compare-1-5.expected.json")
    pages = [str(SHARED / page) for page in wanted["input"]]
    found = printed("compare", *pages, "--json", home=tmp_path)
    schema("comparison.schema.json").validate(found)
    assert agrees(found, {k: v for k, v in wanted.items() if k != "input"}) == []


def test_the_seeds_go_through_the_archive_to_the_latest_round(tmp_path: Path) -> None:
    assert roundwatch("backfill", "--from", str(SEEDS), home=tmp_path).returncode == 0
    found = printed("latest", "--json", home=tmp_path)
    assert {"release", "readout", "comparison", "news"} == set(found) - {"source", "whereabouts"}
    reading = {"verdict": "readout", "evidence": [], "release": found["release"]}
    schema("readout.schema.json").validate({**reading, "readouts": [found["readout"]]})
    schema("comparison.schema.json").validate(found["comparison"])
    assert agrees(found["readout"], expected("round-5.expected.json")["readout"]) == []
    comparison = {k: v for k, v in expected("compare-1-5.expected.json").items() if k != "input"}
    assert agrees(found["comparison"], comparison) == []
    assert found["comparison"]["missing_rounds"] == [2, 3, 4]


def test_what_a_webhook_is_sent_is_of_the_same_shapes() -> None:
    told = Telling("news", SERIES_NAME, summary(), BACKGROUND, BEFORE, RENDERED_AT)
    found = json.loads(webhook_document([told]))
    reading = {"verdict": "readout", "evidence": [], "release": found["release"]}
    schema("readout.schema.json").validate({**reading, "readouts": [found["readout"]]})
    schema("comparison.schema.json").validate(found["comparison"])


def test_the_same_two_rounds_compare_alike_by_number_and_by_path(tmp_path: Path) -> None:
    roundwatch("backfill", "--from", str(SEEDS), home=tmp_path)
    pages = [str(SHARED / page) for page in expected("compare-1-5.expected.json")["input"]]
    by_number = printed("compare", "1", "5", "--json", home=tmp_path)
    assert by_number == printed("compare", *pages, "--json", home=tmp_path)


def test_a_redline_is_exact_for_the_real_texts(tmp_path: Path) -> None:
    pages = [str(SHARED / page) for page in expected("compare-1-5.expected.json")["input"]]
    texts = [
        {
            m["label"]: m["text"]
            for m in printed("read", p, "--json", home=tmp_path)["readouts"][0]["mentions"]
        }
        for p in pages
    ]
    found = printed("compare", *pages, "--json", home=tmp_path)
    for change in (*found["topics"], *found["bilateral_issues"]):
        for side, op, known in (("before", "insert", texts[0]), ("after", "delete", texts[1])):
            joined = "".join(piece["text"] for piece in change["redline"] if piece["op"] != op)
            assert joined == "\n".join(known[label] for label in change[side])


def test_ordinary_releases_are_unrelated_each_with_a_reason(tmp_path: Path) -> None:
    pages = sorted(map(str, ORDINARY.glob("*.json")))
    assert len(pages) == 13
    followed = roundwatch("read", *pages, "--json", home=tmp_path)
    verdicts = [json.loads(line)["verdict"] for line in followed.stdout.splitlines()]
    # One of them speaks of the UK working group, a series of its own.
    assert sorted(verdicts) == ["related"] + ["unrelated"] * 12
    done = roundwatch("read", *pages, "--series", PARTNERSHIP, "--json", home=tmp_path)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [reading["verdict"] for reading in found] == ["unrelated"] * 13
    for reading in found:
        schema("readout.schema.json").validate(reading)
        assert reading["evidence"][0].startswith("no followed series")
        assert reading["release"]["title"]


def test_a_page_that_is_no_release_still_prints_a_valid_record(tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_text("  ", "utf-8")
    done = roundwatch("read", str(tmp_path / "empty.html"), "--json", home=tmp_path)
    found = json.loads(done.stdout)
    schema("readout.schema.json").validate(found)
    assert (found["verdict"], found["release"], done.returncode) == ("not-a-release", None, 1)
