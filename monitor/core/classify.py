"""Is this release the readout of a round? The subject of its first sentence decides.

A mention decides nothing: ministers' readouts mention rounds, rounds mention the Task Force, and
the same ordinals number a dozen other things. A release is a readout where its first sentence says
that the parties held an event of the series (or that the event was held); where only the title says
so, the shape of the page must bear it out. Each verdict carries the words that decided it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.core.release import Page, without_marker
from monitor.core.topics import Series, ordinal_number
from monitor.core.words import sentences
from storage.records import Verdict

_DATELINE = re.compile(
    r"^(?P<city>[A-Z][A-Za-z.’' ]*?(?:,\s*[A-Z][A-Za-z. ]*?)*)"
    r"\s*(?:\([^)]*\))?\s*(?:–|—|--|-(?=\s))\s*(?=\S)"
)
_DATELINE_LENGTH = 60
_HELD = (
    r"(?:held|completed|concluded|convened|conducted|finished|wrapped\s+up|hosted|participated\s+in|"
    r"met(?:\s+[\w,]+){0,8}?\s+for|gathered(?:\s+[\w,]+){0,8}?\s+for|came\s+together(?:\s+[\w,]+){0,5}?\s+for)"
)
_WAS_HELD = (
    r"(?:(?:was|were)\s+(?:successfully\s+)?(?:held|completed|concluded|convened|hosted)|took\s+place|"
    r"concluded|wrapped\s+up|ended|came\s+to\s+a\s+close)"
)
_NOT_YET = re.compile(
    r"\b(?:will|to|plans?\s+to|is\s+set\s+to|are\s+set\s+to)\s+(?:\w+\s+)?(?:hold|host|meet|convene|begin|conclude|take\s+place)\b|"
    r"\bcurrently\b|\b(?:are|is)\s+(?:holding|meeting|hosting|taking\s+place|under\s*way)\b|"
    r"\b(?:first|second|third|fourth|fifth|final|last|opening)\s+day\s+of\b|\b(?:began|opened|kicked\s+off|launched)\b",
    re.IGNORECASE,
)
_LATER_IN_SENTENCE = (
    200  # characters between the sentence's start and its verb: a long list of parties
)
_LIST_SHAPE = 2  # labelled bullets that make a list of topics


@dataclass(frozen=True, slots=True)
class Claim:
    """A series' round that a release reports: which, and the words that say so."""

    series: Series
    number: int | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgment:
    """A verdict with its evidence, and the rounds that the release reports."""

    verdict: Verdict
    evidence: tuple[str, ...]
    claims: tuple[Claim, ...]


def classify(page: Page, followed: tuple[Series, ...]) -> Judgment:
    """Judge a release against all followed series."""
    judged = [_judge(page, series) for series in followed]
    claims = tuple(claim for judgment in judged for claim in judgment.claims)
    for verdict in ("readout", "related"):
        chosen = [j for j in judged if j.verdict == verdict]
        if chosen:
            evidence = tuple(line for judgment in chosen for line in judgment.evidence)
            return Judgment(chosen[0].verdict, evidence, claims)
    return Judgment("unrelated", (_unrelated(page, followed),), ())


def worth_fetching(title: str | None, address: str, followed: tuple[Series, ...]) -> bool:
    """Whether a title or an address alone could be that of a readout; generous on purpose."""
    words = " ".join(re.findall(r"\w+", f"{title or ''} {address}".lower()))
    return title is None or any(hint in words for series in followed for hint in series.title_hints)


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
    """Where the body's first full sentence stands, and the sentence, without its dateline."""
    for index, block in enumerate(page.blocks):
        _, text = dateline(without_marker(block.text))
        first = sentences(text)[:1]
        if first and not block.heading and first[0].endswith((".", ":", "!", "?", "”", '"')):
            return index, first[0]
    return 0, sentences(dateline(page.blocks[0].text)[1])[0]


def _judge(page: Page, series: Series) -> Judgment:
    _, first = opening_sentence(page)
    reported = _reported_event(first, series)
    title = page.title or ""
    titled = re.search(rf"{series.event_pattern}", title, re.IGNORECASE)
    if reported:
        claim = _claim(series, reported, titled, title)
        return Judgment(
            "readout",
            (f"the first sentence reports it held: “{reported[0]}”", *claim.notes),
            (claim,),
        )
    if (
        titled
        and not _NOT_YET.search(title)
        and not _NOT_YET.search(first)
        and _has_shape(page, series)
    ):
        claim = _claim(series, None, titled, title)
        evidence = f"the title names the event, “{titled[0]}”, and the body lists its topics"
        return Judgment("readout", (evidence, *claim.notes), (claim,))
    return _mentioned(page, series, first)


def _reported_event(sentence: str, series: Series) -> re.Match[str] | None:
    active = re.compile(rf"\b{_HELD}\s+{series.event_pattern}", re.IGNORECASE)
    passive = re.compile(
        rf"^(?:(?:Today|Yesterday|This\s+week|Earlier\s+\w+)[^,]*,\s*)?{series.event_pattern}[^.]{{0,80}}?\s{_WAS_HELD}\b",
        re.IGNORECASE,
    )
    match = active.search(sentence)
    if (
        match
        and match.start() < _LATER_IN_SENTENCE
        and _subject_is_parties(sentence[: match.start()], series)
    ):
        return None if _NOT_YET.search(sentence[: match.end()]) else match
    return passive.match(sentence)


def _subject_is_parties(subject: str, series: Series) -> bool:
    """Both parties, or the sides without a name; a person alone holds no round."""
    named = [
        bool(re.search(p.name_pattern, subject) or re.search(p.of_pattern, subject))
        for p in series.parties
    ]
    sides = re.search(
        r"\b(?:two|both)\s+(?:countries|sides|governments|partners|delegations)\b", subject
    )
    return (all(named) or bool(sides)) and not re.search(
        r"\b(?:mentioned|discussed|welcomed|recalled)\b", subject
    )


def _claim(
    series: Series, reported: re.Match[str] | None, titled: re.Match[str] | None, title: str
) -> Claim:
    in_body = reported["ordinal"] if reported else None
    in_title = titled["ordinal"] if titled else None
    if in_title is None and (match := re.search(r"\bRound\s+(\d{1,2})\b", title, re.IGNORECASE)):
        in_title = match[1]
    body_number = ordinal_number(in_body) if in_body else None
    title_number = ordinal_number(in_title) if in_title else None
    if body_number and title_number and body_number != title_number:
        note = f"title and body disagree on the number: “{in_title}” and “{in_body}”"
        return Claim(series, None, (note,))
    return Claim(series, body_number or title_number)


def _has_shape(page: Page, series: Series) -> bool:
    bullets = [
        b
        for b in page.blocks
        if b.bullet and re.search(r"^[^.]{2,120}?\s*[–—:]\s*\S", without_marker(b.text))
    ]
    return len(bullets) >= _LIST_SHAPE and any(series.mention.search(b.text) for b in page.blocks)


def _mentioned(page: Page, series: Series, first: str) -> Judgment:
    for text in (page.title or "", *(block.text for block in page.blocks)):
        match = series.mention.search(text)
        if match:
            around = text[max(0, match.start() - 60) : match.end() + 40].strip()
            why = "it is mentioned, but the first sentence reports no round held"
            return Judgment(
                "related", (f"{why}: “…{around}…”; first sentence: “{first[:160]}”",), ()
            )
    return Judgment("unrelated", (), ())


def _unrelated(page: Page, followed: tuple[Series, ...]) -> str:
    names = ", ".join(series.name for series in followed)
    _, first = opening_sentence(page)
    return (
        f"no followed series ({names}) is named; "
        f"the first sentence is about something else: “{first[:160]}”"
    )
