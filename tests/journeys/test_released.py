"""What everybody may see of an issue, and what stays with the operator."""

from __future__ import annotations

import pytest

from monitor.journeys.problems import DOUBTS_OF_A_PAGE, FAULTS_OF_A_PAGE
from monitor.journeys.released import public
from storage.records import Issue

OFFICIAL = "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024/july/a"


def issue(kind: str, address: str | None = OFFICIAL) -> Issue:
    return Issue(1, kind, address, "what it says", {"path": "/srv/pages"}, 7)


@pytest.mark.parametrize("kind", ["half-loaded", "empty-listing", *sorted(DOUBTS_OF_A_PAGE)])
def test_what_stands_on_a_public_page_is_public(kind: str) -> None:
    assert public(issue(kind)).summary == "what it says"


@pytest.mark.parametrize("kind", ["unexpected", "unreachable", "too-large", "anything-else"])
def test_what_may_name_a_folder_a_host_or_an_error_is_the_operators(kind: str) -> None:
    assert public(issue(kind)).summary is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (OFFICIAL, OFFICIAL),
        ("https://www.ustr.gov/press", "https://www.ustr.gov/press"),
        ("file:///srv/pages/a.html", None),
        ("http://mirror.example.org/press", None),
        ("http://127.0.0.1:8000/press", None),
        ("https://ustr.gov:x/", None),
        (None, None),
    ],
)
def test_an_address_is_shown_where_it_is_an_official_one(
    address: str | None, shown: str | None
) -> None:
    assert public(issue("doubt", address)).address == shown


def test_no_evidence_is_public() -> None:
    assert "/srv/pages" not in str([public(issue(kind)) for kind in FAULTS_OF_A_PAGE])
