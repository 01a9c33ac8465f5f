"""From a release that reports a round to its readout; every paragraph gets its part.

Strict: what a rule does not recognise stays unknown, and a paragraph that plays no known part is
`other`, which opens an issue. `docs/reading.md` names the rule behind each field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.core.addresses import dated
from monitor.core.classify import Claim, classify, dateline, opening_sentence
from monitor.core.dates import YearHint, days_in, month_in, period_in
from monitor.core.release import Page, without_marker
from monitor.core.topics import Party, Series
from monitor.core.words import sentences
from storage.records import (
    Delegation,
    Lead,
    Mention,
    Paragraph,
    Reading,
    Readout,
    Release,
    Role,
    Span,
)

# A label ends at the first dash or colon, never at a hyphen; a dash before a capital after "U.S."
# belongs to the name ("U.S.– Japan").
_LABELLED = re.compile(
    r"^(?P<label>[^:–—]{1,150}?)(?<!U\.S\.)(?<!U\.S\. )\s*[:–—](?P<text>.*)$", re.DOTALL
)
_INTRO = re.compile(
    r"(?:including|following|areas?|topics?|initiatives?|issues)\b[^.]*:$", re.IGNORECASE
)
_BILATERAL = re.compile(
    r"\b(?:discussed|covered|addressed|raised|touched\s+(?:up)?on|reviewed|went\s+over|considered|"
    r"took\s+up|spoke\s+(?:about|of)|exchanged\s+\w+\s+on)\b"
    r"[^.]{0,80}\bbilateral\s+(?:trade\s+)?(?:issues|matters|concerns)\b",
    re.IGNORECASE,
)
_ITEMS = re.compile(
    r"\b(?:including|such\s+as|among\s+them)\s+(?P<issues>(?:trade\s+)?issues\s+)?"
    r"(?P<areas>(?:(?:in|on)\s+)?(?:the\s+)?areas?\s+of\s+)?",
    re.IGNORECASE,
)
_AMONG_OTHERS = re.compile(
    r",?\s*(?:among\s+(?:other\s+(?:issues|topics|things)|others)|and\s+others)\s*$"
)
_CONTINUES = re.compile(
    r"^(?:including|such|as|particularly|especially|notably|which|those|where)\b"
)
_PURPOSE = re.compile(
    r"\b(?:was\s+)?launched\b|\baims?\s+to\b|\bestablished\s+in\b|\bwas\s+announced\b",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\b(?P<words>(?:look(?:s|ed|ing)?\s+forward\s+to|expect(?:s|ed)?\s+to|plan(?:s|ned)?\s+to|intend(?:s)?\s+to|"
    r"agreed\s+to|anticipate(?:s)?|will)\b[^.;]*?\bnext\s+(?:round|meeting)s?"
    r"(?:\s+of\s+(?:the\s+)?(?:[\w.’'-]+\s+){0,6}?meetings)?)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\b(?:intersessional|follow-up\s+(?:work|activities)|next\s+(?:round|meeting)|continue\s+(?:to|their))\b",
    re.IGNORECASE,
)
_END_MARK = re.compile(r"^[#*\s]+$|^-\s*30\s*-$")
_BACKGROUND = re.compile(r"^background:?$", re.IGNORECASE)
_RANK = (
    r"(?:Acting|Assistant|Associate|Deputy|Director|Vice|Minister|Ambassador|Chief|Secretary|Under|Senior|"
    r"Special|Head|Commissioner|Counselor|Principal|Parliamentary|State|Trade\s+Representative|U\.S\.|United)"
)
_NEW_LEAD = re.compile(
    rf"(?:,\s*and|;\s*and|;|\s+and)\s+(?=(?:[A-Z][\w’'.-]+\s+){{1,3}}?[A-Z][\w’'.-]+,\s+(?:the\s+)?{_RANK}\b)"
)
_TITLE_WORDS = re.compile(
    rf"^(?:{_RANK}|Representative|General|Affairs|Negotiator|Officer|Advis[eo]r|States|Trade|for|of|the|and|to)[,]?$"
)
_NAME_LENGTH = (2, 4)  # words of a name behind a title


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the body with its role, still with the bullet's sign."""

    role: Role
    text: str


def read_release(page: Page, followed: tuple[Series, ...]) -> Reading:
    """Read a release: verdict, paragraphs with their roles, a readout for each round reported.

    Args:
        page: the release.
        followed: all series that are followed.
    """
    judgment = classify(page, followed)
    if not judgment.claims:
        plain = tuple(Paragraph("other", block.text) for block in page.blocks)
        release = Release(page.title, page.published, page.url, plain)
        return Reading(judgment.verdict, (*judgment.evidence, *page.notes), release, ())
    parts = _parts(page, judgment.claims[0].series)
    release = Release(
        page.title, page.published, page.url, tuple(Paragraph(p.role, p.text) for p in parts)
    )
    readouts, notes = [], list(page.notes)
    for claim in judgment.claims:
        readout, found = _readout(page, parts, claim)
        readouts.append(readout)
        notes += found
    return Reading("readout", (*judgment.evidence, *notes), release, tuple(readouts))


def doubts(reading: Reading) -> tuple[str, ...]:
    """What a person should look at in a readout: parts without a role, facts that are missing."""
    found = []
    if reading.verdict == "readout" and reading.release:
        found += [
            f"no known part: “{p.text[:120]}”"
            for p in reading.release.paragraphs
            if p.role == "other"
        ]
    for readout in reading.readouts:
        if readout.round is None:
            found.append("the number of the round is unknown")
        if readout.held.start is None:
            found.append(f"the days are unknown: “{readout.held.text}”")
        if not readout.complete:
            found.append("the page breaks off")
        if not any(m.strand == "common-interest" for m in readout.mentions):
            found.append("no topic was found")
    return tuple(found)


def _parts(page: Page, series: Series) -> tuple[_Part, ...]:
    opening, _ = opening_sentence(page)
    parts: list[_Part] = []
    stopped = False
    for index, block in enumerate(page.blocks):
        stopped = stopped or bool(_BACKGROUND.match(block.text))
        if index <= opening:
            parts.append(_Part("opening", block.text))
        elif stopped and not _END_MARK.match(block.text):
            parts.append(_Part("purpose", block.text))
        else:
            parts += _assigned(block.text, block.bullet, parts, series)
    return tuple(parts)


def _assigned(text: str, bullet: bool, before: list[_Part], series: Series) -> list[_Part]:
    if _END_MARK.match(text):
        return [_Part("end-mark", text)]
    trailing = re.search(r"\s*#{3,}$", text)
    if trailing:
        return [
            *_assigned(text[: trailing.start()], bullet, before, series),
            _Part("end-mark", trailing[0].strip()),
        ]
    listing = any(part.role == "list-intro" for part in before)
    if bullet and listing:
        return _bullet(text)
    return [_Part(_role(text, series), text)]


def _bullet(text: str) -> list[_Part]:
    """A bullet ends where the bilateral sentence begins, even on the same line."""
    kept = sentences(text)
    for index, sentence in enumerate(kept):
        if index and _BILATERAL.search(sentence):
            head, tail = " ".join(kept[:index]), " ".join(kept[index:])
            return [_Part("mention", head), _Part("bilateral", tail)]
    bare = without_marker(text)
    return [_Part("mention" if not bare or _LABELLED.match(bare) else "other", text)]


def _role(text: str, series: Series) -> Role:
    if re.search(r"\bdelegations?\s+(?:was|were)\s+led\b", text) and not series.mention.search(
        text
    ):
        return "delegation"
    if _INTRO.search(text):
        return "list-intro"
    if _BILATERAL.search(text):
        return "bilateral"
    if _PURPOSE.search(text):
        return "purpose"
    return "closing" if _CLOSING.search(text) else "other"


def _readout(page: Page, parts: tuple[_Part, ...], claim: Claim) -> tuple[Readout, list[str]]:
    _, first = opening_sentence(page)
    intro = " ".join(part.text for part in parts if part.role in {"opening", "delegation"})
    expected = _next_round(parts)
    held, elsewhere, notes = _held(page, parts, first, expected)
    return (
        Readout(
            series=claim.series.slug,
            round=claim.number,
            held=held,
            held_elsewhere=elsewhere,
            city=_city(page, first),
            delegations=_delegations(intro, claim.series),
            mentions=(*_topics(parts, claim.series), *_issues(parts, claim.series)),
            next_round=expected,
            complete=_complete(parts),
        ),
        notes,
    )


def _held(
    page: Page, parts: tuple[_Part, ...], first: str, expected: Span | None
) -> tuple[Span, tuple[Span, ...], list[str]]:
    found = days_in(first, _year_hints(page, parts, expected))
    if found is None:
        span = period_in(first)
        return span or Span("", None, None, "unstated"), (), []
    notes = (
        [f"the year of “{found.span.text}” is from {found.year_from}"] if found.year_from else []
    )
    return found.span, found.elsewhere, notes


def _year_hints(
    page: Page, parts: tuple[_Part, ...], expected: Span | None
) -> tuple[YearHint, ...]:
    """Where a year that is not written may come from, best first; never from today's date."""
    hints = []
    if page.published:
        until = page.published
        hints.append(YearHint(until - timedelta(days=180), until, f"the release's date, {until}"))
    where = dated(page.url) if page.url else None
    if where:
        year, month = where
        until = date(year + (month == 12), month % 12 + 1, 28) if month else date(year, 12, 31)
        after = until - timedelta(days=180) if month else date(year, 1, 1)
        hints.append(YearHint(after, until, f"the address, /{year}/"))
    purpose = " ".join(part.text for part in parts if part.role == "purpose")
    launched = month_in(purpose)
    if launched and expected and expected.start:
        words = f"the page: after “{launched[1]}” and before “{expected.text}”"
        hints.append(YearHint(launched[0], expected.start - timedelta(days=1), words))
    return tuple(hints)


def _city(page: Page, first: str) -> str | None:
    stated = re.search(
        r"\bin\s+((?:[A-Z][a-z]+\.?\s?){1,3})(?:,\s*(?:D\.?C\.?|[A-Z][a-z]+))?(?=[\s,.]|$)", first
    )
    if stated and not re.match(
        r"(?:January|February|March|April|May|June|July|August|September|October|November|December)",
        stated[1],
    ):
        return stated[1].strip()
    opening, _ = opening_sentence(page)
    return dateline(page.blocks[opening].text)[0]


def _delegations(intro: str, series: Series) -> tuple[Delegation, ...]:
    found = []
    for party in series.parties:
        led = re.search(
            rf"(?:the\s+)?{party.of_pattern}(?:[’']s)?\s+delegation\s+(?:was|were)\s+led\s+by\s+(?P<leads>.*)",
            intro,
            re.IGNORECASE | re.DOTALL,
        )
        if led:
            found.append(
                Delegation(party.country, _leads(_until_next_party(led["leads"], series, party)))
            )
    return tuple(found)


def _until_next_party(text: str, series: Series, party: Party) -> str:
    text = sentences(text)[0].rstrip(".")
    for other in series.parties:
        if other is not party:
            text = re.split(
                rf",?\s*(?:and|while|;)\s+(?:the\s+)?{other.of_pattern}(?:[’']s)?\s+(?:delegation|side)\b",
                text,
                maxsplit=1,
                flags=re.IGNORECASE,
            )[0]
    return text.strip(" ,;")


def _leads(text: str) -> tuple[Lead, ...]:
    return tuple(_lead(piece.strip(" ,;")) for piece in _NEW_LEAD.split(text) if piece.strip(" ,;"))


def _lead(text: str) -> Lead:
    name, comma, title = text.partition(", ")
    if comma and not _TITLE_WORDS.match(name.split()[0]):
        return Lead(name.strip(), title.strip())
    words = text.split()
    start = len(words)
    while start > 0 and words[start - 1][:1].isupper() and not _TITLE_WORDS.match(words[start - 1]):
        start -= 1
    if _NAME_LENGTH[0] <= len(words) - start <= _NAME_LENGTH[1] and start > 0:
        return Lead(" ".join(words[start:]), " ".join(words[:start]).rstrip(","))
    return Lead(text, None)


def _topics(parts: tuple[_Part, ...], series: Series) -> tuple[Mention, ...]:
    mentions = []
    for part in parts:
        match = _LABELLED.match(without_marker(part.text)) if part.role == "mention" else None
        if match and match["text"].strip():
            label = match["label"].strip()
            mentions.append(
                Mention("common-interest", series.topic_slug(label), label, match["text"].strip())
            )
    return tuple(mentions)


def _issues(parts: tuple[_Part, ...], series: Series) -> tuple[Mention, ...]:
    found = []
    for part in parts:
        for sentence in sentences(part.text) if part.role == "bilateral" else ():
            found += _items(sentence, series) if _BILATERAL.search(sentence) else []
    return tuple(Mention("bilateral", series.topic_slug(item), item, item) for item in found)


def _items(sentence: str, series: Series) -> list[str]:
    """The items of one sentence's list: an Oxford comma, items with "and" and commas inside."""
    topic = _BILATERAL.search(sentence)
    opener = _ITEMS.search(sentence, topic.end() if topic else 0)
    if opener is None:
        return []
    text = _AMONG_OTHERS.sub("", sentence[opener.end() :].rstrip(" .;"))
    pieces: list[str] = []
    for piece in re.split(r"[,;]\s+", text):
        if pieces and _CONTINUES.match(piece):
            pieces[-1] += f", {piece}"
        else:
            pieces.append(piece)
    if len(pieces) == 1:
        return _pair(pieces[0], series, plain=bool(opener["areas"]))
    if re.match(r"and\s", pieces[-1]):
        return [re.sub(r"^and\s+", "", piece) for piece in pieces]
    return [*pieces[:-1], *_pair(pieces[-1], series, plain=True)]


def _pair(text: str, series: Series, *, plain: bool) -> list[str]:
    """Two items joined by "and" without a comma, unless the whole is known as one issue."""
    if series.topic_of(text) or (not plain and text.count(" and ") != 1):
        return [text]
    return re.split(r"\s+and\s+", text, maxsplit=1)


def _next_round(parts: tuple[_Part, ...]) -> Span | None:
    for part in reversed(parts):
        for sentence in sentences(part.text) if part.role in {"closing", "bilateral"} else ():
            match = _NEXT.search(sentence)
            if match:
                when = period_in(sentence[match.end() :])
                return when or Span(_trimmed(match["words"]), None, None, "unstated")
    return None


def _trimmed(words: str) -> str:
    """From the last verb that looks ahead: "will engage ... and look forward to the next round"."""
    later = _NEXT.search(words, 1)
    while later:
        words, later = later["words"], _NEXT.search(later["words"], 1)
    return words


def _complete(parts: tuple[_Part, ...]) -> bool:
    """A page breaks off where a bullet is empty, or where it stops without a close."""
    for part in parts:
        if part.role == "mention":
            match = _LABELLED.match(without_marker(part.text))
            if match is None or not match["text"].strip():
                return False
    last = parts[-1]
    ends_well = last.role == "end-mark" or last.text.rstrip("”\"’')").endswith((".", "!", "?"))
    return ends_well and any(part.role == "closing" for part in parts)


def with_address(reading: Reading, url: str | None) -> Reading:
    """The same reading under another canonical address."""
    if reading.release is None:
        return reading
    return replace(reading, release=replace(reading.release, url=url))
