"""read and compare by path: saved pages, of which nothing is filed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.entrypoints.saved import near_miss, release, save, text
from tests.entrypoints.user import Ended, User

ELSEWHERE = "https://ustr.gov/about/policy-offices/press-office/press-releases/2022/march/round"


def readings(done: Ended) -> list[Any]:
    return [json.loads(line) for line in done.said.splitlines()]


def test_a_saved_page_is_read_and_nothing_is_filed(newcomer: User) -> None:
    path = save(release(5), newcomer.home)
    done = newcomer.runs("read", str(path))
    assert (done.code, done.complained) == (0, "")
    assert "readout" in done.said
    assert "round 5, held July 29-30, 2024" in done.said.replace("\xa0", " ")
    assert "- Third-Country Issues" in done.said
    assert not newcomer.archive.exists()


def test_several_pages_are_one_object_a_line_in_the_order_given(newcomer: User) -> None:
    paths = [save(r, newcomer.home) for r in (release(4), near_miss(), release(2))]
    done = newcomer.runs("read", *map(str, paths), "--json")
    found = readings(done)
    assert [each["verdict"] for each in found] == ["readout", "related", "readout"]
    assert [r["round"] for each in found for r in each["readouts"]] == [4, 2]
    assert all(each["evidence"] for each in found)
    assert done.code == 1


def test_a_page_comes_through_standard_input_as_text_or_as_markup(newcomer: User) -> None:
    markup = save(release(3), newcomer.home).read_text("utf-8")
    from_markup = newcomer.runs_alone("read", "-", "--json", stdin=markup)
    from_text = newcomer.runs("read", "-", "--json", stdin=text(release(3)))
    assert (from_markup.code, from_text.code) == (0, 0)
    assert readings(from_markup)[0]["readouts"] == readings(from_text)[0]["readouts"]


def test_the_address_and_the_day_may_be_given(newcomer: User) -> None:
    words = ("read", "-", "--url", ELSEWHERE, "--published", "2022-03-01", "--json")
    (reading,) = readings(newcomer.runs(*words, stdin=text(release(1)).partition("\n\n")[2]))
    assert reading["release"]["url"] == ELSEWHERE
    assert reading["release"]["published"] == "2022-03-01"
    assert reading["readouts"][0]["held"]["start"] == "2022-02-28"


def test_without_a_year_anywhere_the_day_is_left_open(newcomer: User) -> None:
    body = text(release(1)).split("\n\n", 2)[2]
    (reading,) = readings(newcomer.runs("read", "-", "--json", stdin=body))
    assert reading["release"]["published"] is None


@pytest.mark.parametrize(
    "content",
    ["", " \n\t", "<html><head></head><body><div></div></body></html>"],
    ids=["nothing", "white space", "a frame"],
)
def test_what_is_no_release_is_said_to_be_none(content: str, newcomer: User) -> None:
    path = newcomer.home / "page.html"
    path.write_text(content, "utf-8")
    done = newcomer.runs("read", str(path), "--json")
    (reading,) = readings(done)
    assert done.code == 1
    assert (reading["verdict"], reading["release"]) == ("not-a-release", None)
    assert reading["readouts"] == []
    assert reading["evidence"][0] in done.complained


def test_a_file_that_is_not_there_is_named(newcomer: User) -> None:
    done = newcomer.runs("read", "nowhere.html", "--json")
    assert (done.code, done.said) == (3, "")
    assert "nowhere.html cannot be read: No such file" in done.complained


def test_two_saved_pages_are_compared_as_they_stand(newcomer: User) -> None:
    paths = [str(save(release(n), newcomer.home)) for n in (1, 5)]
    found = newcomer.reads("compare", *paths)
    assert (found["before_round"], found["after_round"]) == (1, 5)
    assert found["missing_rounds"] == [2, 3, 4]
    dropped = [c["topic"] for c in found["topics"] if c["change"] == "dropped"]
    assert "environment" in dropped
    assert "not in the archive: 2, 3, 4" in newcomer.runs("compare", *paths).said
    assert not newcomer.archive.exists()


def test_a_page_that_reports_no_round_cannot_be_compared(newcomer: User) -> None:
    paths = [str(save(r, newcomer.home)) for r in (release(1), near_miss())]
    done = newcomer.runs("compare", *paths)
    assert (done.code, done.said) == (1, "")
    assert f"{paths[1]} is not the readout of a round" in done.complained


@pytest.mark.parametrize("words", [("1", "page.html"), ("page.html", "1")], ids=" ".join)
def test_a_round_and_a_page_are_not_compared(words: tuple[str, str], newcomer: User) -> None:
    done = newcomer.runs("compare", *words)
    assert (done.code, done.said) == (2, "")
    assert "not one of each" in done.complained


def test_a_sign_that_only_looks_like_a_number_is_a_path(newcomer: User) -> None:
    done = newcomer.runs("compare", "²", "³")
    assert done.code == 3
    assert "² cannot be read" in done.complained
