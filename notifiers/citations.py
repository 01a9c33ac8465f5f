"""How to cite a round: as APA has it, for BibTeX, and in plain words with our stored copy.

APA: Publication Manual, 7th edition, section 10.1 and its example of a press release: group author,
date, title, [Press release], address. The title keeps the capitals it was published with: which of
them belong to names, a program cannot know. BibTeX: `@misc`, which the old styles and biblatex
both have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from urllib.parse import quote

from notifiers.words.wording import one_line, visible
from storage.records import FiledReadout

NO_ADDRESS = "no official address known"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "`": r"\textasciigrave{}",
    **{sign: f"\\{sign}" for sign in "$&#%_"},
}
"""What LaTeX takes for more than itself. A brace has a name, since BibTeX counts even `\\{`."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A round's press release, ready to be cited in three ways."""

    apa: str
    bibtex: str
    plain: str


@dataclass(frozen=True, slots=True)
class Cited:
    """What is cited: who published it, what, when, where, and which copy of it we keep.

    `captured`: the Internet Archive made the copy, at the time `fetched`. `title` is in one line;
    `address` is one of the web, or None.
    """

    key: str
    publisher: str
    title: str
    untitled: bool
    published: date | None
    address: str | None
    fetched: datetime
    captured: bool
    sha256: str


def citation(filed: FiledReadout, *, publisher: str, series_name: str) -> Citation:
    """How to cite the press release that reports a round.

    Args:
        filed: the round, its release and its source.
        publisher: the office that published it, as its author.
        series_name: what the talks are called, for a release without a title.
    """
    cited = _cited(filed, publisher, series_name)
    return Citation(_apa(cited), _bibtex(cited), _plain(cited))


def _cited(filed: FiledReadout, publisher: str, series_name: str) -> Cited:
    title = visible(one_line(filed.release.title or ""))
    return Cited(
        key=_key(filed),
        publisher=visible(one_line(publisher)),
        title=title or _described(filed.readout.round, series_name),
        untitled=not title,
        published=filed.release.published,
        address=_of_the_web(filed.release.url or filed.source.address or ""),
        fetched=filed.source.fetched_at.astimezone(UTC),
        captured=filed.source.origin == "wayback",
        sha256=filed.source.sha256,
    )


def _key(filed: FiledReadout) -> str:
    """The same for ever, whatever is corrected: series and number; without one, what it is on."""
    readout = filed.readout
    if readout.round is not None:
        return f"{readout.series}-round-{readout.round}"
    known_by = f"{filed.release.url or filed.source.sha256}/{readout.held.text}"
    return f"{readout.series}-{sha256(known_by.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _described(number: int | None, series_name: str) -> str:
    which = "a round" if number is None else f"round {number}"
    return f"Readout of {which} of the {visible(one_line(series_name))}"


def _of_the_web(address: str) -> str | None:
    """The address with whatever it must not hold written in percent (RFC 3986); None for others."""
    if not re.match(r"https?://", address, re.IGNORECASE):
        return None
    return quote(address.encode("utf-8", "replace"), safe="%/:?#[]@!$&'()*+,;=~")


def _apa(cited: Cited) -> str:
    when = f"{cited.published:%Y, %B} {cited.published.day}" if cited.published else "n.d."
    what = f"[{cited.title}; press release]" if cited.untitled else f"{cited.title} [Press release]"
    where = cited.address or f"({NO_ADDRESS.capitalize()}.)"
    return f"{cited.publisher}. ({when}). {what}. {where}"


def _plain(cited: Cited) -> str:
    title = cited.title if cited.untitled else f"“{cited.title}”"
    when = f"{cited.published.day} {cited.published:%B %Y}" if cited.published else "no date"
    when_had = f"on {cited.fetched:%Y-%m-%d at %H:%M UTC}"
    had = (
        f"captured {when_had} by the Internet Archive" if cited.captured else f"fetched {when_had}"
    )
    copy = f"Our copy was {had}; SHA-256 {cited.sha256}."
    where = cited.address or f"{NO_ADDRESS.capitalize()}."
    return f"{cited.publisher}: {title}. Press release, {when}. {where} {copy}"


def _bibtex(cited: Cited) -> str:
    fields = ",\n".join(f"  {name} = {value}" for name, value in _fields(cited))
    return f"@misc{{{cited.key},\n{fields}\n}}\n"


def _fields(cited: Cited) -> Iterator[tuple[str, str]]:
    """Double braces keep a group's name whole, and a title's capitals."""
    yield "author", f"{{{{{_for_latex(cited.publisher)}}}}}"
    yield "title", f"{{{{{_for_latex(cited.title)}}}}}"
    yield "howpublished", "{Press release}"
    if cited.published:
        yield "year", f"{{{cited.published.year:04}}}"
        yield "month", _MONTHS[cited.published.month - 1]
        yield "date", f"{{{cited.published.isoformat()}}}"
    if cited.address:
        yield "url", f"{{{cited.address}}}"
        yield "urldate", f"{{{cited.fetched:%Y-%m-%d}}}"
    where = "" if cited.address else f"{NO_ADDRESS.capitalize()}. "
    had = "captured by the Internet Archive" if cited.captured else "fetched"
    copy = f"Copy {had} {cited.fetched:%Y-%m-%d %H:%M} UTC, SHA-256 {cited.sha256}"
    yield "note", f"{{{where}{copy}}}"


def _for_latex(text: str) -> str:
    return "".join(_SIGNS.get(sign, sign) for sign in text)
