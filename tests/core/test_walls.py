"""Walls are told by their marks, whatever status they answer with; and no release is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.core.addresses import LISTING_PATHS, OFFICIAL_ORIGIN
from monitor.core.listing import read_listing
from monitor.core.markup import refuse_walls
from monitor.core.release import read_page
from monitor.core.walls import network_of
from monitor.errors import BlockedPage
from monitor.pressroom import releases
from monitor.pressroom.site import LISTING, Page, Site
from tests.walls import WALLS

PAGES = Path(__file__).parent.parent / "pages"
PRESS = OFFICIAL_ORIGIN + LISTING_PATHS[0]


@pytest.mark.parametrize("network", WALLS)
def test_a_wall_that_answers_as_a_page_is_named_with_its_network(network: str) -> None:
    for read in (lambda html: read_listing(html, PRESS), read_page):
        with pytest.raises(BlockedPage) as caught:
            read(WALLS[network])
        assert caught.value.evidence["network"] == network
        assert caught.value.todo
        if network != "not known":
            assert f"a wall of {network} " in caught.value.summary


@pytest.mark.parametrize(
    ("headers", "body", "network"),
    [
        *(({}, body, network) for network, body in WALLS.items() if network != "not known"),
        ({"server": "AkamaiGHost"}, "", "Akamai"),
        ({"cf-mitigated": "challenge"}, "", "Cloudflare"),
        ({"x-amzn-waf-action": "captcha"}, "", "AWS WAF"),
        ({"x-sucuri-block": "EXPVP16"}, "", "Sucuri"),
        ({"server": "cloudflare", "cf-ray": "1-IAD"}, "The site's own refusal.", None),
        ({"x-iinfo": "1-2-3", "x-azure-ref": "4"}, "The site's own refusal.", None),
        ({}, "", None),
    ],
)
def test_a_refusal_names_the_network_only_where_the_network_itself_refuses(
    headers: dict[str, str], body: str, network: str | None
) -> None:
    if network == "Drupal":  # its title is no mark in a refusal, which has a status to go by
        body = "The site is currently under maintenance. We should be back shortly."
    assert network_of(headers, body) == network


def test_no_page_known_is_taken_for_a_wall() -> None:
    for path in sorted(PAGES.glob("*.html")):
        refuse_walls(path.read_text("utf-8"))
    site = Site(releases(), releases()[0].published, "/about")
    for path in (f"/about{LISTING}", *(release.path for release in releases())):
        page = site.answer(path)
        assert isinstance(page, Page)
        refuse_walls(page.body.decode())


@pytest.mark.parametrize(
    "title",
    [
        "Market Access Denied No Longer: Beef Goes to Japan",
        "USTR Statement on Requests Denied",
        "Access Denied to U.S. Pork: USTR Requests Consultations",
        "Site Under Maintenance Rules: A Report on Just a Moment in Trade",
    ],
)
def test_a_release_about_denied_access_is_a_release_though_it_be_short(title: str) -> None:
    html = (
        f"<html><head><title>{title}</title><script src='/_Incapsula_Resource?a=1'></script>"
        f"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script></head><body>"
        f"<article><h1>{title}</h1><p>May 4, 2026</p><p>WASHINGTON – Producers were denied access, "
        "and verification that forbidden goods are human-made was under maintenance, said the "
        "office. Access denied for years was the matter of the talks, in which the request was "
        "unsuccessful at first. Both sides take it up again in the fall, the office said; until "
        "then the firms concerned may write to it, and the list of goods stays as it was published "
        "last year in the register.</p></article></body></html>"
    )
    assert read_page(html).title == title
