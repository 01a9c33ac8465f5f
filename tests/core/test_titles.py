"""The real titles of the public record: none is taken for a Partnership round that is not one."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from monitor.core.readout import read_release
from monitor.core.release import Page, read_text
from monitor.core.soup import Block
from monitor.series import DEFAULT, followed
from storage.records import Reading
from tests.core.builders import CLOSING, INTRO, OPENING

TITLES = Path(__file__).parents[3] / "shared" / "reference" / "titles.tsv"
BULLETS = ("• Labor: Talked about audits.", "• Digital Economy: Talked about data.")
MENTION = "The U.S.-Japan Partnership on Trade held its second round of meetings last week."

pytestmark = pytest.mark.skipif(not TITLES.exists(), reason="../shared/reference is not here")


def rows() -> list[dict[str, str]]:
    if not TITLES.exists():
        return []
    with TITLES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


NOT_OURS = [row for row in rows() if row["is_partnership_round"] == "no"]
OURS = [row for row in rows() if row["is_partnership_round"] == "yes"]


def read(title: str, *lines: str, address: str) -> Reading:
    body = read_text("\n\n".join(lines), address=address)
    return read_release(Page(title, date(2024, 5, 6), body.url, body.blocks), followed())


def of_the_partnership(reading: Reading) -> list[int | None]:
    return [readout.round for readout in reading.readouts if readout.series == DEFAULT]


@pytest.mark.parametrize("row", NOT_OURS, ids=lambda row: row["title"][:60])
@pytest.mark.parametrize(
    "body",
    [
        ("WASHINGTON – The Office of the United States Trade Representative shared this today.",),
        ("WASHINGTON – {title}.", MENTION, INTRO, *BULLETS, CLOSING, "###"),
        ("The Ambassador spoke with the Minister of Japan.", MENTION, INTRO, *BULLETS, "###"),
    ],
    ids=["a plain body", "a mention and a list", "a minister's talk"],
)
def test_a_title_of_something_else_is_no_round(row: dict[str, str], body: tuple[str, ...]) -> None:
    lines = (line.replace("{title}", row["title"]) for line in body)
    reading = read(row["title"], *lines, address=f"https://{row['address']}")
    assert of_the_partnership(reading) == []


@pytest.mark.parametrize("row", OURS, ids=lambda row: row["title"][:60])
def test_the_title_of_a_round_with_its_account_is_that_round(row: dict[str, str]) -> None:
    opening = OPENING.replace("the fourth round of meetings", "a round of meetings")
    reading = read(
        row["title"], opening, INTRO, *BULLETS, CLOSING, "###", address=f"https://{row['address']}"
    )
    assert of_the_partnership(reading) == [int(row["number"])]


def test_the_title_of_a_round_alone_is_none() -> None:
    page = Page(OURS[0]["title"], None, None, (Block("The text follows later."),))
    assert read_release(page, followed()).readouts == ()
