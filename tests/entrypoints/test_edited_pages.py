"""A round whose page was edited, withdrawn or moved: on its page, for programs, on the terminal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import archive
from tests.entrypoints.saved import SLUG
from tests.entrypoints.site import Site
from tests.journeys.readers import file_round

API = f"/api/v1/series/{SLUG}/rounds/1"
ELSEWHERE = "https://ustr.gov/about/policy-offices/press-office/fact-sheets/2024/july/1"


def release_of(site: Site) -> int:
    with site.service.database.reading() as tx:
        filed = archive.readout_of_round(tx, SLUG, 1)
    assert filed is not None
    return filed.release_id


def withdraw(site: Site) -> None:
    """Have the page of round 1 be missing for 15 days, and say so."""
    release_id, now = release_of(site), site.service.now()
    with site.service.database.transaction() as tx:
        for day in (15, 1):
            known = archive.missing_release(tx, release_id)
            missing = archive.miss_release(
                tx,
                release_id,
                known,
                kind="gone",
                what="404",
                days=15,
                at=now - timedelta(days=day),
            )
        archive.say_withdrawn(tx, missing.id, now)
        # What the stamp of the archive sees: a journey opens an issue with it.
        archive.file_twin(tx, key="a", address=ELSEWHERE, twin_of=release_id, stands=True, now=now)


@pytest.mark.parametrize(
    ("language", "gone", "edited"),
    [
        (
            "en",
            "can no longer be found (first missed July 17, 2024; last",
            "How the page was edited",
        ),
        ("ja", "見つからなくなりました", "ページの変更"),
    ],
)
def test_the_page_of_a_round_says_what_became_of_its_release(
    site: Site, language: str, gone: str, edited: str
) -> None:
    with site.visitor() as visitor:
        before = visitor.get(f"/rounds/1?lang={language}").text
        assert gone not in before
        assert edited not in before
        file_round(site.service, 1, "Labor: Talked at length.", "Digital Economy: Talked.")
        withdraw(site)
        after = visitor.get(f"/rounds/1?lang={language}").text
    assert gone in after
    assert ELSEWHERE in after
    assert edited in after
    assert "<ins>" in after


def test_programs_are_told_where_a_page_is_and_how_it_was_edited(site: Site) -> None:
    file_round(site.service, 1, "Labor: Talked at length.", "Digital Economy: Talked.")
    withdraw(site)
    with site.visitor() as program:
        told = program.get(API).json()["whereabouts"]
        texts = program.get(f"{API}/revisions").json()
        assert program.get(f"{API.replace('/1', '/7')}/revisions").status_code == 404
    assert told["withdrawn"]["days"] == 15
    assert [other["address"] for other in told["also_at"]] == [ELSEWHERE]
    assert told["moved_from"] == []
    assert [text["number"] for text in texts] == [1, 2]
    assert texts[0]["amendment"] is None
    redline = texts[1]["comparison"]["topics"][0]["redline"]
    assert any("at length" in piece["text"] for piece in redline if piece["op"] == "insert")


def test_the_list_of_releases_says_which_were_withdrawn(site: Site) -> None:
    with site.visitor() as visitor:
        assert "our copy is kept" not in visitor.get("/releases").text
        withdraw(site)
        assert "Withdrawn: its page can no longer be found" in visitor.get("/releases").text
        (only,) = visitor.get("/api/v1/releases").json()["items"]
    assert only["withdrawn"] is True
