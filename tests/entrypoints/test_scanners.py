"""Scanners of mail follow every link, twice, by GET and by HEAD: nothing may come of it."""

from __future__ import annotations

import re
from email.message import EmailMessage
from urllib.parse import urljoin

import httpx

from tests.entrypoints.site import Site, link_to, links_of
from tests.journeys.readers import READER, asks, confirms, file_round, own_token

LINK = re.compile(r'(?:href|action)="([^"#]+)')


def followed_twice(browser: httpx.Client, links: list[str]) -> set[int]:
    """The statuses of every link's answers, by GET and HEAD and once more."""
    return {
        browser.request(method, link).status_code
        for link in links
        for method in ("GET", "HEAD", "GET", "HEAD")
    }


def links_on(browser: httpx.Client, address: str) -> list[str]:
    """All addresses that a page names: its links, and where its forms are sent."""
    shown = browser.get(address)
    return [urljoin(address, found) for found in LINK.findall(shown.text)]


def ours(site: Site, mails: list[EmailMessage]) -> list[str]:
    return [link for mail in mails for link in links_of(mail) if link.startswith(site.address)]


def test_nothing_changes_by_following_every_link_of_every_mail_and_page(site: Site) -> None:
    made = site.service
    asks(made)
    [letter] = site.drain()
    confirms(made)
    file_round(made, 2, "Labor: Spoke.", "Digital Economy: Spoke of ports.", quiet=False)
    mails = [letter, *site.drain()]
    token = own_token(made)
    with site.visitor() as browser:
        browser.post(f"/preferences/{token}/address", data={"address": "new@example.org"})
        mails += site.drain()
        assert [str(mail["To"]) for mail in mails].count(READER) >= 2
        before = site.everything()
        links = ours(site, mails)
        for what in ("confirm", "preferences", "unsubscribe", "address"):
            assert any(f"/{what}/" in link for link in links), links
        pages = [page for link in links for page in links_on(browser, link)]
        mine = {page for page in [*links, *pages] if page.startswith(site.address)}
        posted = {200, 405}  # an address that a form is sent to may be for POST alone
        assert followed_twice(browser, sorted(mine)) <= posted
    assert site.everything() == before


def test_then_one_post_unsubscribes(site: Site) -> None:
    asks(site.service)
    confirms(site.service)
    mails = site.drain()
    leave = link_to(mails[-1], "unsubscribe")
    with site.visitor() as program:
        followed_twice(program, [leave])
        program.post(leave, data={"List-Unsubscribe": "One-Click"})
    assert [row for row in site.everything() if "'unsubscribed'" in row]


def test_every_address_that_can_be_read_changes_nothing_by_being_read(site: Site) -> None:
    """Of all routes of the application, with tokens that count."""
    made = site.service
    asks(made)
    token = own_token(made)
    holder = made.signer.read_reader(token)
    tokens = {
        "/confirm": made.signer.confirm(holder, now=made.now()),
        "/address": made.signer.address(holder, "new@example.org", now=made.now()),
    }
    with site.visitor() as browser:
        described = browser.get("/openapi.json").json()["paths"]
        pages = ("/confirm/{token}", "/address/{token}", "/preferences/{token}/export")
        paths = [*described, *pages, "/preferences/{token}", "/unsubscribe/{token}", "/subscribe"]
        before = site.everything()
        for path in paths:
            right = next((t for start, t in tokens.items() if start in path), token)
            address = path.replace("{token}", right).replace("{number}", "1")
            for method in ("GET", "HEAD"):
                browser.request(method, address)
    assert site.everything() == before
