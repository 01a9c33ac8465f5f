"""Is this release the readout of a round? The subject of its first sentence decides.

A mention decides nothing: ministers' readouts mention rounds, rounds mention the Task Force, and
the same ordinals number a dozen other things. A release is a readout where its first sentence says
that the parties held an event of the series (or that the event was held); where only the title says
so, the shape of the page must bear it out. Each verdict carries the words that decided it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.ordinals import numbers_in
from monitor.core.release import Page, without_marker
from monitor.core.reported import reported_in
from monitor.core.topics import Series
from monitor.core.words import clipped, sentences
from storage.records import Verdict

LOOKS_LIKE_ONE = "it looks like the readout of a round, but"
"""How the evidence of a release begins that a person should look at."""

_DATELINE = re.compile(
    r"^(?P<city>[A-Z][A-Za-z.’' ]*?(?:,\s*[A-Z][A-Za-z. ]*?)*)"
    r"\s*(?:\([^)]*\))?\s*(?:–|—|--|-(?=\s))\s*(?=\S)"
)
_DATELINE_LENGTH = 60
_DATELINE_BLOCKS = 4  # a subhead or two may stand before the dateline

_NOT_YET = re.compile(
    r"\b(?:will|to|plans?\s+to|set\s+to)\s+(?:\w+\s+)?(?:hold|host|meet|convene|begin|conclude|take\s+place)\b|"
    r"\bcurrently\b|\b(?:are|is)\s+(?:holding|meeting|hosting|taking\s+place|under\s*way)\b|"
    r"\b(?:first|second|third|fourth|fifth|final|last|opening)\s+day\s+of\b|"
    r"\b(?:began|opened|kicked\s+off|launched|postponed|cancell?ed|upcoming|advisory|preview|schedule|"
    r"week\s+ahead|announce\w*)\b",
    re.IGNORECASE,
)
# "The Office today released the following readout:": what follows is the first sentence.
_PREAMBLE = re.compile(
    r"\b(?:released|issued|published|shared)\b.{0,40}\b(?:readout|statement|summary)\b",
    re.IGNORECASE,
)
_LIST_SHAPE = 2  # labelled bullets that make a list of topics
# How error pages that come with a 200 call themselves.
_NO_PAGE = re.compile(
    r"\b(?:not|(?:no|[’'])t be) found\b|\berror 404\b|^\W*404\b|\bno longer (?:available|exists)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^[^.]{2,120}?\s*[–—:]\s*\S")


@dataclass(frozen=True, slots=True)
class Claim:
    """A series' round that a release reports: which, and the words that say so.

    `told` is the stretch of the first sentence that speaks of this round, empty where it does not.
    """

    series: Series
    number: int | None
    told: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgment:
    """A verdict with its evidence, and the rounds that the release reports."""

    verdict: Verdict
    evidence: tuple[str, ...]
    claims: tuple[Claim, ...]


def classify(page: Page, followed: tuple[Series, ...]) -> Judgment:
    """Judge a release against all followed series."""
    text = " ".join([page.title or "", *(block.text for block in page.blocks)]).casefold()
    named = [s for s in followed if s.may_be_in(text) and _mention(page, s)]
    _, first = opening_sentence(page)
    judged = [_judge(page, first, series) for series in named]
    claims = tuple(
        sorted(
            (claim for judgment in judged for claim in judgment.claims),
            key=lambda claim: first.find(claim.told),
        )
    )
    for verdict in ("readout", "related"):
        chosen = [j for j in judged if j.verdict == verdict]
        if chosen:
            evidence = tuple(line for judgment in chosen for line in judgment.evidence)
            return Judgment(chosen[0].verdict, evidence, claims)
    return Judgment("unrelated", (_unrelated(first, followed),), ())


def worth_fetching(title: str | None, address: str, followed: tuple[Series, ...]) -> bool:
    """Whether a title or an address alone could be that of a readout; generous on purpose."""
    words = " ".join(re.findall(r"\w+", f"{title or ''} {address}".lower()))
    return title is None or any(hint in words for series in followed for hint in series.title_hints)


def is_another(
    title: str | None, *, listed: str | None, address: str, followed: tuple[Series, ...]
) -> bool:
    """Whether a page that reports no round cannot be the one that a listing led to.

    Its title or address names a followed series, and the page bears another title: an error page,
    or the start page, may come with a 200. A page that says to be none is one whatever was
    expected. A page of the title expected is what it says it is.

    Args:
        title: the page's own.
        listed: what the listing calls it, if it was named by one.
        address: its address; the end of it stands in for a title that nobody gave.
        followed: all followed series.
    """
    expected = set(re.findall(r"\w+", (listed or address.rpartition("/")[2]).lower()))
    found = set(re.findall(r"\w+", (title or "").lower()))
    if _NO_PAGE.search(title or "") and not _NO_PAGE.search(listed or ""):
        return True
    return worth_fetching(listed or "", address, followed) and (
        len(expected & found) * 2 < len(expected)
    )


def dateline(paragraph: str) -> tuple[str | None, str]:
    """The city before the dash that opens a release ("WASHINGTON – "), and the rest."""
    match = _DATELINE.match(paragraph)
    if match is None or match.end() > _DATELINE_LENGTH:
        return None, paragraph
    first = match["city"].split(",")[0].strip()
    if not first.isupper() and not first.istitle():
        return None, paragraph
    return " ".join(word.capitalize() for word in first.split()), paragraph[match.end() :]


def opening_sentence(page: Page) -> tuple[int, str]:
    """Where the body's first full sentence stands, and the sentence, without its dateline.

    A sentence that only says that a readout was released is passed over.
    """
    for index, block in enumerate(page.blocks[:_DATELINE_BLOCKS]):
        city, text = dateline(without_marker(block.text))
        if city and text and not block.bullet:
            return index, sentences(text)[0]
    for index, block in enumerate(page.blocks):
        if block.heading:
            continue
        for sentence in sentences(without_marker(block.text))[:2]:
            if sentence.endswith((".", ":", "!", "?", "”", '"')) and not _PREAMBLE.search(sentence):
                return index, sentence
    return 0, sentences(page.blocks[0].text)[0]


def _judge(page: Page, first: str, series: Series) -> Judgment:
    title = page.title or ""
    titled = series.event.search(title)
    announced = bool(_NOT_YET.search(title))
    reported = reported_in(first, series, by_persons=False)
    if not reported and ((titled and not announced) or _has_shape(page)):
        reported = reported_in(first, series, by_persons=True)
    if reported:
        stretches = [Claim(series, number, told) for number, told, _ in reported]
        claims = _checked(stretches, _title_numbers(title, titled) or _in_subhead(page, series))
        evidence = f"the first sentence reports it held: “{clipped(reported[0][2])}”"
        notes = tuple(dict.fromkeys(note for claim in claims for note in claim.notes))
        return Judgment("readout", (evidence, *notes), claims)
    if titled and not announced and _is_told(page, first, series):
        numbers = _title_numbers(title, titled) or (None,)
        evidence = f"the title names the event, “{titled[0]}”, and the body lists its topics"
        return Judgment("readout", (evidence,), tuple(Claim(series, n) for n in numbers))
    return _mentioned(page, series, first, suspicious=_is_suspicious(page, titled, first, series))


def _title_numbers(title: str, titled: re.Match[str] | None) -> tuple[int, ...]:
    words = (titled["ordinal"] or titled["count"]) if titled else None
    if words is None and (match := re.search(r"\bRound\s+(\d{1,2})\b", title, re.IGNORECASE)):
        words = match[1]
    return numbers_in(words) if words else ()


def _in_subhead(page: Page, series: Series) -> tuple[int, ...]:
    """The number of an event in a line between the title and the opening."""
    opening, _ = opening_sentence(page)
    found = (series.numbered_noun.search(block.text) for block in page.blocks[:opening])
    return next((numbers_in(match["ordinal"]) for match in found if match), ())


def _checked(claims: list[Claim], in_title: tuple[int, ...]) -> tuple[Claim, ...]:
    """The claims, with the title's number where the body has none, or unknown if they disagree."""
    in_body = [claim.number for claim in claims if claim.number is not None]
    if not in_body:
        numbers = in_title if len(claims) == 1 else ()
        return tuple(
            Claim(claims[0].series, number, claims[0].told) for number in numbers
        ) or tuple(claims)
    if in_title and not set(in_title) & set(in_body):
        one, other = (_listed(numbers) for numbers in (in_title, in_body))
        note = f"title and body disagree on the number: {one} in the title, {other} in the body"
        return tuple(Claim(c.series, None, c.told, (note,)) for c in claims[:1])
    return tuple(claims)


def _listed(numbers: Iterable[int]) -> str:
    return " and ".join(map(str, numbers))


def _is_told(page: Page, first: str, series: Series) -> bool:
    """Whether the page tells of a meeting that was: by its first sentence and its shape."""
    met = re.search(r"\b(?:met|held|gathered|convened|concluded|completed|discussed)\b", first)
    return (
        series.names_all_parties(first)
        and bool(met)
        and not _NOT_YET.search(first)
        and _has_shape(page)
    )


def _has_shape(page: Page) -> bool:
    """A line that opens a list, and labelled bullets behind it."""
    opens = [
        i for i, block in enumerate(page.blocks) if block.text.endswith(":") and not block.bullet
    ]
    behind = page.blocks[opens[0] :] if opens else ()
    bullets = [b for b in behind if b.bullet and _LABEL.search(without_marker(b.text))]
    return len(bullets) >= _LIST_SHAPE


def _is_suspicious(page: Page, titled: re.Match[str] | None, first: str, series: Series) -> bool:
    """Whether a release that was not taken for a readout should be looked at by a person."""
    if _NOT_YET.search(page.title or "") or _NOT_YET.search(first):
        return False
    if titled and re.search(r"\breadout\b", page.title or "", re.IGNORECASE):
        return True
    # Another series' readout, with a title of its own, may well mention this one.
    about_it = series.mention.search(page.title or first)
    return about_it is not None and _has_shape(page)


def _mention(page: Page, series: Series) -> str | None:
    """The words around the first place where a release names a series in full."""
    for text in (page.title or "", *(block.text for block in page.blocks)):
        if match := series.mention.search(text):
            return text[max(0, match.start() - 60) : match.end() + 40].strip()
    return None


def _mentioned(page: Page, series: Series, first: str, *, suspicious: bool) -> Judgment:
    why = f"{LOOKS_LIKE_ONE} " if suspicious else "it is mentioned, but "
    why += "the first sentence reports no round held"
    quoted = f"“…{_mention(page, series)}…”; first sentence: “{clipped(first)}”"
    return Judgment("related", (f"{why}: {quoted}",), ())


def _unrelated(first: str, followed: tuple[Series, ...]) -> str:
    names = ", ".join(series.name for series in followed)
    return (
        f"no followed series ({names}) is named; "
        f"the first sentence is about something else: “{clipped(first)}”"
    )
