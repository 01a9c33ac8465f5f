"""The contenders of `bench.reading`, each from a page's bytes to title, date and paragraphs.

Run in the environment of `bench/rivals/readers.lock`, which also has what our own core needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from monitor.core.markup import decode
from monitor.core.release import Page, read_page
from monitor.core.soup import Block

Read = Callable[[bytes], Page]
_PARTS = "p, li"


def ours(body: bytes) -> Page:
    """Read with Roundwatch, its checks for walls and limits among the work."""
    return read_page(decode(body, None))


def _page(title: str, day: str, blocks: Iterable[tuple[str, bool]]) -> Page:
    cut = tuple(
        Block(" ".join(text.split()), bullet=bullet) for text, bullet in blocks if text.split()
    )
    return Page(" ".join(title.split()), date.fromisoformat(day[:10]), None, cut)


def _soup(parser: str) -> Read:
    from bs4 import BeautifulSoup

    def read(body: bytes) -> Page:
        main = BeautifulSoup(body.decode(), parser).find("main")
        blocks = main.select_one(".field--name-body").select(_PARTS)
        day = main.select_one("article time")["datetime"]
        return _page(
            main.find("h1").get_text(), day, ((b.get_text(), b.name == "li") for b in blocks)
        )

    return read


def _parsel() -> Read:
    from parsel import Selector

    def read(body: bytes) -> Page:
        main = Selector(text=body.decode()).css("main")
        blocks = main.css(".field--name-body").css(_PARTS)
        found = (("".join(b.css("::text").getall()), b.root.tag == "li") for b in blocks)
        title = "".join(main.css("h1 ::text").getall())
        return _page(title, main.css("article time::attr(datetime)").get(), found)

    return read


def _lexbor() -> Read:
    from selectolax.lexbor import LexborHTMLParser

    def read(body: bytes) -> Page:
        main = LexborHTMLParser(body.decode()).css_first("main")
        blocks = main.css_first(".field--name-body").css(_PARTS)
        day = main.css_first("article time").attributes["datetime"]
        return _page(main.css_first("h1").text(), day, ((b.text(), b.tag == "li") for b in blocks))

    return read


def _trafilatura() -> Read:
    from trafilatura import bare_extraction

    def read(body: bytes) -> Page:
        found = bare_extraction(body.decode(), with_metadata=True)
        lines = found.text.splitlines()
        day = found.date or date.max.isoformat()
        return _page(found.title or "", day, ((x.removeprefix("- "), x[:2] == "- ") for x in lines))

    return read


def contenders() -> dict[str, Read]:
    """All of them by name, ours first."""
    return {
        "roundwatch": ours,
        "Beautiful Soup, html.parser": _soup("html.parser"),
        "Beautiful Soup, lxml": _soup("lxml"),
        "parsel": _parsel(),
        "trafilatura": _trafilatura(),
        "selectolax, lexbor": _lexbor(),
    }
