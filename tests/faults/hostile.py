"""Reads one hostile page the whole way, bytes to readout; prints its outcome, seconds, and MiB.

Run as a process of its own, so that time and memory are those of this page alone.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

SIZE = 5 * 1024 * 1024  # the most that is ever taken from a server, see monitor/sources/body.py
EVENT = "the fourth round of meetings under the United States-Japan Partnership on Trade"
OPENING = f"WASHINGTON – The United States and Japan held {EVENT} on May 6-7, 2024."
ARTICLE = '<html><body><main><h1>A title</h1><p>May 8, 2024</p><div class="field--name-body">{}</div></main></body></html>'

# What is said over and over, as a text, and as the body of an article.
UNITS = {
    "hyphens": "- ",
    "labels": "a: ",
    "brackets": "(",
    "closed brackets": "(a) ",
    "and": ", and ",
    "abbreviations": "U.S. ",
    "bare abbreviations": "U.S.",
    "weeks": "the week of ",
    "days": "May 6-7, 2024, ",
    "numbers": "1 ",
    "events": f"the two sides held {EVENT}. ",
    "openings": f"{OPENING} ",
    "openings without end": f"The United States and Japan held {EVENT} and ",
    "who led": "The U.S. delegation was led by Ada Bell, Director, and ",
    "label bullets": "• Labor: They talked of audits.\n",
    "labels alone": "• Labor\nThey talked.\n",
    "bilateral": "They discussed bilateral trade issues including plywood, and mutton ",
    "discussed": "discussed ",
    "looking forward": "look forward to ",
    "next": "next ",
    "months": "May ",
    "datelines": "WASHINGTON – ",
    "capitals": "A. ",
    "letters": "a",
    "capital letters": "A",
    "words": "word ",
    "lines": "a\n",
    "sentences": "It is so. ",
    "paragraphs": "It is so.\n\n",
    "dashes": "–",
    "spaces": "a          ",
    "new lines": "\n",
    "stars": "*",
    "bold": "**a",
    "hashes": "#",
    "hash lines": "# a\n",
    "right to left": "\u200f\u202e",
    "accents": "e\u0301\u0301\u0301",
    "emoji": "😀 ",
    "braces": "{",
    "quotes": '"',
    "entities": "&amp;",
    "numbered entities": "&#150;",
    "broken entities": "&",
    "commas": ",",
    "colons": ":",
    "full stops": ".",
}
MARKUP = {
    "nested divs": "<div>" * (SIZE // 5),
    "a few nested divs": "<div>" * 19_000,
    "lists in lists": "<ul><li>a" * 9_000,
    "tags": "<p>a" * (SIZE // 4),
    "fewer tags": "<p>a" * 19_000,
    "line breaks": "<br>a" * 19_000,
    "smaller than": "<" * SIZE,
    "headings": "<h1>a</h1>" * 9_000,
    "times": '<time datetime="2024-05-06">a</time>' * 9_000,
    "asides": "<aside>" * 19_000,
    "bodies": '<div class="field--name-body">' * 19_000,
    "mains": "<main>" * 19_000,
    "tables": "<table><tr><td>" * 6_000,
    "links": "<a href=/about/policy-offices/press-office/press-releases/2024/may/a>a</a>" * 9_000,
    "an attribute": f'<p title="{"a " * (SIZE // 2 - 200)}">a</p>',
    "attributes": f"<p {'a=b ' * (SIZE // 4 - 200)}>a</p>",
    "classes": f'<p class="{"nav " * (SIZE // 4 - 200)}">a</p>',
    "a comment": f"<!--{'- ' * (SIZE // 2 - 200)}",
    "a script": f"<script>{'a ' * (SIZE // 2 - 200)}",
    "canonicals": "<link " + "rel=canonical " * (SIZE // 14 - 200),
    "a title": f"<title>{'a ' * (SIZE // 2 - 200)}",
    "linked data": '<script type="application/ld+json">'
    + '"datePublished": "' * (SIZE // 18 - 200),
    "metas": f"<meta {'content=' * (SIZE // 8 - 200)}>",
}
BYTES = {
    "zeros": b"\0" * SIZE,
    "all bytes": bytes(range(256)) * (SIZE // 256),
    "UTF-16": "• Labor: a\n".encode("utf-16") * (SIZE // 24),
    "mixed encodings": ("–".encode() + "–".encode("cp1252")) * (SIZE // 4),
    "surrogates": b"\xed\xa0\x80" * (SIZE // 3),
    "surrogates in a record": b'{"body": "' + b"\\ud800 " * 60_000 + b'"}',
    "a record": b'{"body": "a", "title": [' + b"[" * 100_000,
    "absurd values": b'{"body": {"a": [1e999]}, "date": -1, "url": ["http://["], "title": 7}',
    "numbers in a record": b'{"body": ' + b"9" * (SIZE - 100) + b"}",
    "a nested record": b'{"a":' * 200_000,
    "a long record": b'{"body": "' + b"a: " * (SIZE // 3) + b'"}',
}


def pages() -> dict[str, Callable[[], bytes]]:
    """Every hostile page by its name, made when it is asked for."""
    found: dict[str, Callable[[], bytes]] = {n: partial(bytes, b) for n, b in BYTES.items()}
    for name, unit in UNITS.items():
        for shape, page in SHAPES.items():
            found[f"{name}, {shape}"] = partial(page, unit)
    for name, markup in MARKUP.items():
        for place, around in PLACES.items():
            found[f"{name}, {place}"] = partial(placed, markup, around)
    return found


def repeated(unit: str, length: int, around: str = "{}") -> bytes:
    """A unit over and over up to a length, inside what stands around it."""
    return around.replace("{}", (unit * (length // len(unit) + 1))[:length]).encode()[:SIZE]


def placed(markup: str, around: str) -> bytes:
    """Markup inside what stands around it, at most the size at the cap."""
    return around.replace("{}", markup).encode()[:SIZE]


SHAPES: dict[str, Callable[[str], bytes]] = {
    "a text": lambda unit: repeated(unit, SIZE),
    "a text within the limit": lambda unit: repeated(unit, LONGEST, f"{OPENING}\n\n{{}}"),
    "the opening of a text": lambda unit: repeated(unit, LONGEST, "WASHINGTON – {}"),
    "a page": lambda unit: repeated(unit, SIZE, ARTICLE),
    "a page within the limit": lambda unit: repeated(
        unit, LONGEST, ARTICLE.replace("{}", f"<p>{OPENING}<p>{{}}")
    ),
}
PLACES = {
    "bare": "<html>{}",
    "in an article": ARTICLE,
    "before an article": "<html><body>{}" + ARTICLE.replace("{}", "<p>a"),
}


LONGEST = 295_000  # characters: just within the limit of a body


def read(body: bytes) -> str:
    """Do what `roundwatch read` does; the verdict, or the kind of the refusal."""
    from monitor.core.markup import decode
    from monitor.core.readout import doubts, read_release
    from monitor.core.release import read_saved
    from monitor.errors import RoundwatchError
    from monitor.series import followed

    try:
        reading = read_release(read_saved(decode(body, None)), followed())
    except RoundwatchError as refusal:
        return refusal.kind
    doubts(reading)
    return reading.verdict


def main() -> None:
    """Read the page that standard input holds."""
    body = sys.stdin.buffer.read()
    started = time.process_time()
    outcome = read(body)
    seconds = time.process_time() - started
    # getrusage counts what the parent had before this program was started in its place.
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) // 1024
    sys.stdout.write(
        json.dumps({"outcome": outcome, "seconds": round(seconds, 3), "mebibytes": peak})
    )


if __name__ == "__main__":
    main()
