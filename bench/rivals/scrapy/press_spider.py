"""Scrapy's way to do our backfill, with its own settings but for the delay, which is nought.

Run by `scrapy runspider` in an environment of its own. Both keep the page and what it says: Scrapy
writes the fields as JSON lines (its own feed export), and with `keep` the page as it came into a
SQLite file, each in a commit of its own, as we do.

Arguments: `start`, the listing; `wanted`, words that a title must have to be fetched, or nothing
for every release; `keep`, the SQLite file, or nothing.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterator
from typing import ClassVar

import scrapy
from scrapy.http import Response

RELEASE = re.compile(r"/press-office/press-releases/(?:archives/)?\d{4}/[^/]+/[^/]+$")
YEAR_PAGE = re.compile(r"/press-office/press-releases/\d{4}(?:/[a-z]+)?$")
TITLE = "//h1[contains(@class, 'pageTitle')] | //h1[not(ancestor::header)]"
BODY = (
    "//*[contains(@class, 'field--name-body')]//p | //div[contains(@class, 'field-item')]//p"
    " | //article//p | //main//p"
)


class PressSpider(scrapy.Spider):
    """Follows the pager of the listing, and the releases it names."""

    name = "press"
    custom_settings: ClassVar = {
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_DELAY": 0,
        "TELNETCONSOLE_ENABLED": False,
        "USER_AGENT": "press-spider (+http://localhost/)",
        "LOG_LEVEL": "ERROR",
    }

    def __init__(self, start: str, wanted: str = "", keep: str = "", **rest: str) -> None:
        super().__init__(**rest)
        self.start_urls = [start]
        self.wanted = wanted.lower()
        self.pages = sqlite3.connect(keep, isolation_level=None) if keep else None
        if self.pages:
            self.pages.execute("pragma journal_mode = wal")
            self.pages.execute("pragma synchronous = normal")
            self.pages.execute("create table pages (address text primary key, body blob)")

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        """Read a page of the listing."""
        for link in response.xpath("//a[@href]"):
            target = response.urljoin(link.attrib["href"])
            title = " ".join(link.xpath(".//text()").getall()).lower()
            if RELEASE.search(target.partition("?")[0]):
                if self.wanted in title:
                    yield response.follow(target, self.parse_release)
            elif "page=" in target and not YEAR_PAGE.search(target.partition("?")[0]):
                yield response.follow(target, self.parse)

    def parse_release(self, response: Response) -> Iterator[dict[str, object]]:
        """Read a release, and keep its page."""
        if self.pages:
            row = (response.url, zlib.compress(response.body))
            self.pages.execute("insert or ignore into pages values (?, ?)", row)
        yield {
            "address": response.url,
            "title": response.xpath(TITLE).xpath("string()").get(),
            "published": response.xpath("//time/@datetime").get()
            or response.xpath("string(//article//p[1] | //main//p[1])").get(),
            "paragraphs": [p.xpath("string()").get() for p in response.xpath(BODY)],
        }
