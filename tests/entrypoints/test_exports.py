"""Rounds, topics, the matrix and comparisons as files, and citations: by address, by command."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import pytest

from notifiers.exports.lines import ChangeLine, RoundLine, TopicLine
from tests.entrypoints.saved import SLUG
from tests.entrypoints.site import served
from tests.entrypoints.user import User

API = f"/api/v1/series/{SLUG}"
CSV = "text/csv; charset=utf-8; header=present"
MARKDOWN = "text/markdown; charset=utf-8"
PROBLEM = "application/problem+json"
DOCS = Path(__file__).parents[2] / "docs" / "exports.md"

TWINS = {
    "/rounds/3": ("show", "3"),
    "/rounds/5": ("latest",),
    "/topics/ethanol": ("topic", "ethanol"),
    "/topics/third-country-issues": ("topic", "Third-Country Issues"),
    "/matrix": ("matrix",),
    "/comparisons/1/5": ("compare", "1", "5"),
    "/comparisons/4/5": ("compare", "4", "5"),
}
NAMES = {
    "/rounds/3": "round-3",
    "/topics/ethanol": "ethanol",
    "/matrix": "topics-by-rounds",
    "/comparisons/1/5": "round-5-against-1",
}


@pytest.fixture
def visitor(reader: User, tmp_path: Path) -> Iterator[httpx.Client]:
    """Somebody who visits the pages of a user's archive, where its public address is not set."""
    url = f"sqlite:///{reader.archive}"
    with served(url, tmp_path / "mail", public_url=None) as site, site.visitor() as visitor:
        yield visitor


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(("form", "option"), [("csv", "--csv"), ("md", "--markdown")])
@pytest.mark.parametrize("path", TWINS, ids=TWINS)
def test_a_command_prints_the_bytes_of_the_address(
    path: str, form: str, option: str, reader: User, visitor: httpx.Client
) -> None:
    done = reader.runs(*TWINS[path], option)
    answer = visitor.get(f"{API}{path}.{form}")
    assert (done.code, done.complained, answer.status_code) == (0, "", 200)
    assert done.said.encode() == answer.content


@pytest.mark.parametrize(("form", "kind"), [("csv", CSV), ("md", MARKDOWN)])
@pytest.mark.parametrize("path", NAMES, ids=NAMES)
def test_a_file_says_what_it_is_and_has_a_name(
    path: str, form: str, kind: str, visitor: httpx.Client
) -> None:
    answer = visitor.get(f"{API}{path}.{form}")
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="{SLUG}-{NAMES[path]}.{form}"'
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    head = visitor.head(f"{API}{path}.{form}")
    assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", kind)
    assert visitor.get(f"{API}{path}.{form}").content == answer.content


def test_a_round_has_a_line_for_each_topic_in_the_order_of_the_page(visitor: httpx.Client) -> None:
    found = lines(visitor.get(f"{API}/rounds/5.csv").content)
    readout = visitor.get("/api/v1/rounds/5").json()["readout"]
    said = [
        {name: m[name] for name in ("strand", "topic", "label", "text")}
        for m in readout["mentions"]
    ]
    assert [{name: line[name] for name in said[0]} for line in found] == said
    assert [line["position"] for line in found] == [str(n + 1) for n in range(len(found))]
    seafood = next(line for line in found if line["topic"] == "seafood")
    assert (seafood["change"], seafood["compared_with"]) == ("introduced", "4")
    assert (seafood["held_start"], seafood["published"]) == ("2024-07-29", "2024-07-31")
    split = next(line for line in found if line["topic"] == "non-market-policies-and-practices")
    assert (split["change"], split["certainty"]) == ("split", "likely")


def test_a_comparison_has_a_line_for_each_change(visitor: httpx.Client, reader: User) -> None:
    found = lines(visitor.get(f"{API}/comparisons/1/5.csv").content)
    told = reader.reads("compare", "1", "5")
    changes = [*told["topics"], *told["bilateral_issues"]]
    assert [(line["topic"], line["change"], line["reason"]) for line in found] == [
        (change["topic"], change["change"], change["reason"]) for change in changes
    ]
    for line, change in zip(found, changes, strict=True):
        pieces = change["redline"]
        assert line["before_text"] == "".join(p["text"] for p in pieces if p["op"] != "insert")
        assert line["after_text"] == "".join(p["text"] for p in pieces if p["op"] != "delete")


def test_a_topic_has_a_line_for_each_round_named_or_not(visitor: httpx.Client) -> None:
    found = lines(visitor.get(f"{API}/topics/ethanol.csv").content)
    assert [(line["round"], line["change"]) for line in found] == [
        *(("1", ""), ("2", ""), ("3", "introduced"), ("4", "dropped"), ("5", "returned"))
    ]
    assert [bool(line["text"]) for line in found] == [False, False, True, False, True]


def test_the_matrix_has_the_words_of_its_marks_and_a_foot_of_sources(visitor: httpx.Client) -> None:
    found = lines(visitor.get(f"{API}/matrix.csv").content)
    rounds = [f"round_{number}" for number in range(1, 6)]
    assert list(found[0]) == ["strand", "topic", "name", *rounds]
    marks = {line["topic"]: [line[each] for each in rounds] for line in found}
    assert marks["ethanol"] == ["", "", "came", "went", "returned"]
    assert marks["non-market-policies-and-practices"][4] == "split (not certain)"
    assert [line["topic"] for line in found if line["strand"] == "source"] == [
        *("address", "fetched_at", "sha256")
    ]
    assert all(re.fullmatch("[0-9a-f]{64}", mark) for mark in marks["sha256"])


@pytest.mark.parametrize("path", TWINS, ids=TWINS)
def test_every_file_names_its_sources(path: str, visitor: httpx.Client, reader: User) -> None:
    rounds = {
        "/rounds/3": [3],
        "/rounds/5": [5],
        "/comparisons/1/5": [1, 5],
        "/comparisons/4/5": [4, 5],
    }.get(path, [1, 2, 3, 4, 5])
    for number in rounds:
        source = reader.reads("show", str(number))["source"]
        for form in ("csv", "md"):
            text = visitor.get(f"{API}{path}.{form}").text
            assert source["sha256"] in text
            assert source["address"] in text
            assert source["fetched_at"][:10] in text


def test_the_markdown_of_a_comparison_names_both_rounds_and_every_change(
    visitor: httpx.Client,
) -> None:
    said = visitor.get(f"{API}/comparisons/1/5.md").text
    assert said.startswith("# U.S.-Japan Partnership on Trade, round 5 against round 1\n")
    assert "### Dropped: Environment" in said
    assert re.search(r"~~Work will start on reverse supply chains.*~~\n", said)
    assert "\n\n\n" not in said


def test_the_markdown_of_the_matrix_is_a_table_for_each_strand(visitor: httpx.Client) -> None:
    said = visitor.get(f"{API}/matrix.md").text
    assert "| Topic | 1 | 2 | 3 | 4 | 5 |\n| --- | --- | --- | --- | --- | --- |\n" in said
    assert "| ethanol |  |  | came | went | returned |" in said


@pytest.mark.parametrize("form", ["csv", "md"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/rounds/9", 404),
        ("/rounds/five", 404),
        ("/topics/nothing-of-the-kind", 404),
        ("/comparisons/1/9", 404),
        ("/comparisons/5/1", 404),
        ("/comparisons/5/5", 404),
    ],
)
def test_what_is_not_there_is_a_problem(
    path: str, status: int, form: str, visitor: httpx.Client
) -> None:
    answer = visitor.get(f"{API}{path}.{form}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert "content-disposition" not in answer.headers


def test_of_a_series_without_rounds_there_is_no_file(visitor: httpx.Client) -> None:
    for series, path in (("us-kenya-stip", "matrix.csv"), ("nope", "rounds/1.md")):
        answer = visitor.get(f"/api/v1/series/{series}/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


@pytest.mark.parametrize(
    "words", [("latest",), ("show", "5"), ("matrix",), ("topic", "labor"), ("compare", "1", "5")]
)
@pytest.mark.parametrize("form", ["--csv", "--markdown"])
def test_json_and_a_file_are_not_given_at_once(
    words: tuple[str, ...], form: str, reader: User
) -> None:
    ended = reader.runs_alone(*words, "--json", form)
    assert (ended.code, ended.said) == (2, "")
    assert "ask for one of them" in ended.complained


def test_saved_pages_are_no_files_since_they_name_no_source(reader: User) -> None:
    done = reader.runs("compare", "one.html", "two.html", "--csv")
    assert (done.code, done.said) == (2, "")
    assert "which a saved page does not" in done.complained


def test_every_column_stands_in_the_docs() -> None:
    page = DOCS.read_text("utf-8")
    for kind in (RoundLine, TopicLine, ChangeLine):
        assert [f.name for f in fields(kind) if f"`{f.name}`" not in page] == []


def test_every_address_of_a_file_is_described_with_an_example(visitor: httpx.Client) -> None:
    described: dict[str, Any] = visitor.get("/openapi.json").json()["paths"]
    files = {
        path: each["get"] for path, each in described.items() if path.endswith((".csv", ".md"))
    }
    assert len(files) == 8
    for path, file in files.items():
        kind = CSV if path.endswith(".csv") else MARKDOWN
        content = file["responses"]["200"]["content"]
        assert list(content) == [kind]
        assert content[kind]["example"]


# --- Citations --------------------------------------------------------------------------------


def test_a_round_is_cited_alike_by_address_and_by_command(
    reader: User, visitor: httpx.Client
) -> None:
    answer = visitor.get(f"{API}/rounds/5/citation")
    assert answer.json() == reader.reads("cite", "5")
    assert set(answer.json()) == {"apa", "bibtex", "plain"}
    entry = visitor.get(f"{API}/rounds/5/citation.bib")
    assert entry.headers["content-type"].startswith("application/x-bibtex")
    assert entry.headers["content-disposition"] == f'attachment; filename="{SLUG}-round-5.bib"'
    assert entry.text == answer.json()["bibtex"] == reader.runs("cite", "5", "--bibtex").said
    told = reader.runs("cite", "5").said
    assert all(form in told for form in answer.json().values())


def test_a_citation_names_the_office_and_our_copy(reader: User) -> None:
    found, source = reader.reads("cite", "5"), reader.reads("show", "5")["source"]
    assert found["apa"].startswith(
        "Office of the United States Trade Representative. (2024, July 31). Readout of the Fifth"
    )
    assert found["apa"].endswith(f"[Press release]. {source['address']}")
    for form in (found["plain"], found["bibtex"]):
        assert source["sha256"] in form
        assert source["fetched_at"][:10] in form


def test_of_a_round_that_is_not_there_there_is_no_citation(
    reader: User, visitor: httpx.Client
) -> None:
    done = reader.runs("cite", "9")
    assert (done.code, done.said) == (1, "")
    for path in ("citation", "citation.bib"):
        answer = visitor.get(f"{API}/rounds/9/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


@pytest.mark.parametrize(("language", "words"), [("en", "How to cite"), ("ja", "引用のしかた")])
def test_a_page_shows_how_to_cite_its_round_and_leads_to_its_files(
    language: str, words: str, visitor: httpx.Client
) -> None:
    page = visitor.get(f"/rounds/5?lang={language}").text
    assert f"<summary>{words}</summary>" in page
    assert "(2024, July 31)" in page
    assert f'href="{API}/rounds/5/citation.bib"' in page
    for path, file in (
        ("/rounds/5", "rounds/5"),
        (f"/{SLUG}/compare/1/5", "comparisons/1/5"),
        (f"/{SLUG}/topics", "matrix"),
        (f"/{SLUG}/topics/ethanol", "topics/ethanol"),
    ):
        shown = visitor.get(f"{path}?lang={language}").text
        for form in ("csv", "md"):
            assert f'href="{API}/{file}.{form}"' in shown
        assert f'href="{API}/{file}"' in shown
        assert visitor.get(f"{API}/{file}").headers["content-type"] == "application/json"
