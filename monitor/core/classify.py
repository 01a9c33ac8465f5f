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
from monitor.core.topics import ORDINAL, Series, ordinal_number
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

_HELD = (
    r"(?:held|completed|concluded|convened|conducted|finished|wrapped\s+up|hosted|"
    r"participated\s+in|engaged\s+in|"
    r"(?:met|gathered|came\s+together|joined)(?:\s+[\w,.’-]+){0,8}?\s+for)"
)
_WAS_HELD = (
    r"(?:(?:was|were)\s+(?:successfully\s+)?(?:held|completed|concluded|convened|hosted)|"
    r"took\s+place|concluded|wrapped\s+up|ended|came\s+to\s+a\s+close)"
)
_MANNER = (
    r"(?:,?\s+(?:virtually|online|successfully|jointly|today|yesterday|recently|"
    r"this\s+week|last\s+week|"
    r"in\s+person|in\s+[A-Z][\w.]+(?:\s+[A-Z][\w.]+)?(?:,\s+D\.?C\.?)?),?)"
)
# USTR's own announcement that something was held reports it too.
_ANNOUNCED = re.compile(
    r"^(?:The\s+)?(?:Office\s+of\s+the\s+)?(?:United\s+States|U\.S\.)\s+Trade\s+Representative[^,;]{0,60}?"
    r"\s+(?:today\s+)?announced(?:\s+today)?\s+that\s+",
    re.IGNORECASE,
)
_APPOSITION = re.compile(r",\s+(?:which|who|led\s+by|represented\s+by)\b[^,;]*,(?=\s)")
# A verb of its own, or a word that hangs the clause on another: what follows is a mention.
_HANGS = re.compile(
    r"\b(?:that|which|who|when|while|after|before|since|as|if|because|where|whether|not|never|"
    r"unless|until|once|without|progress|following)\b|\b(?!United\b|led\b)\w{2,}ed\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:will|to|plans?\s+to|set\s+to)\s+(?:\w+\s+)?(?:hold|host|meet|convene|begin|conclude|take\s+place)\b|"
    r"\bcurrently\b|\b(?:are|is)\s+(?:holding|meeting|hosting|taking\s+place|under\s*way)\b|"
    r"\b(?:first|second|third|fourth|fifth|final|last|opening)\s+day\s+of\b|"
    r"\b(?:began|opened|kicked\s+off|launched|postponed|cancell?ed|upcoming|advisory|preview|schedule|"
    r"week\s+ahead|announce\w*)\b",
    re.IGNORECASE,
)
_LONGEST_LEAD_IN = 150  # characters of "Today, ..." or "In line with ..., " before the subject
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


def is_another(
    title: str | None, *, listed: str | None, address: str, followed: tuple[Series, ...]
) -> bool:
    """Whether a page that reports no round cannot be the one that a listing led to.

    Its title or address names a followed series, and the page bears another title: an error page,
    or the start page, may come with a 200. A page of the title expected is what it says it is.

    Args:
        title: the page's own.
        listed: what the listing calls it, if it was named by one.
        address: its address; the end of it stands in for a title that nobody gave.
        followed: all followed series.
    """
    expected = set(re.findall(r"\w+", (listed or address.rpartition("/")[2]).lower()))
    found = set(re.findall(r"\w+", (title or "").lower()))
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
    """Where the body's first full sentence stands, and the sentence, without its dateline."""
    for index, block in enumerate(page.blocks[:_DATELINE_BLOCKS]):
        city, text = dateline(without_marker(block.text))
        if city and text and not block.bullet:
            return index, sentences(text)[0]
    for index, block in enumerate(page.blocks):
        first = sentences(without_marker(block.text))[:1]
        if first and not block.heading and first[0].endswith((".", ":", "!", "?", "”", '"')):
            return index, first[0]
    return 0, sentences(page.blocks[0].text)[0]


def _judge(page: Page, series: Series) -> Judgment:
    _, first = opening_sentence(page)
    title = page.title or ""
    titled = re.search(series.event_pattern, title, re.IGNORECASE)
    reported = _reported_event(first, series)
    if reported:
        claim = _claim(page, series, reported, titled)
        evidence = f"the first sentence reports it held: “{clipped(reported[0])}”"
        return Judgment("readout", (evidence, *claim.notes), (claim,))
    if titled and not _NOT_YET.search(title) and _is_told(page, first, series):
        claim = _claim(page, series, None, titled)
        evidence = f"the title names the event, “{titled[0]}”, and the body lists its topics"
        return Judgment("readout", (evidence, *claim.notes), (claim,))
    return _mentioned(page, series, first, suspicious=_is_suspicious(page, titled, first, series))


def _reported_event(sentence: str, series: Series) -> re.Match[str] | None:
    """The event that the sentence's main clause reports, with the verb."""
    plain = _APPOSITION.sub(" ", _ANNOUNCED.sub("", sentence))
    active = re.compile(
        rf"\b(?:have\s+|has\s+)?{_HELD}{_MANNER}*\s+{series.event_pattern}", re.IGNORECASE
    )
    passive = re.compile(rf"^{series.event_pattern}[^.;]{{0,120}}?\s{_WAS_HELD}\b", re.IGNORECASE)
    for start in _clause_starts(plain):
        clause = plain[start:]
        match = active.search(clause)
        if match and _subject_is_parties(clause[: match.start()], clause[match.end() :], series):
            return match
        match = passive.match(clause)
        if match and not _HANGS.search(_between(match, series)):
            return match
    return None


def _clause_starts(sentence: str) -> list[int]:
    """Where the main clause may start: at once, or behind a lead-in and its comma."""
    commas = [m.end() for m in re.finditer(r",\s+", sentence[:_LONGEST_LEAD_IN])]
    return [0, *commas]


def _between(match: re.Match[str], series: Series) -> str:
    """What stands between a passive event and its verb."""
    event = re.match(series.event_pattern, match[0], re.IGNORECASE)
    verb = re.search(rf"\s{_WAS_HELD}$", match[0], re.IGNORECASE)
    return match[0][event.end() : verb.start()] if event and verb else ""


def _subject_is_parties(subject: str, behind: str, series: Series) -> bool:
    """Both parties, or the sides without a name, and no verb before: a person holds no round.

    One party may stand behind the event: "hosted the fourth round ... with Japan".
    """
    if _HANGS.search(subject) or not subject.strip():
        return False
    flags = re.IGNORECASE if subject.isupper() else 0
    named = [
        bool(re.search(f"{p.name_pattern}|{p.of_pattern}", subject, flags))
        or bool(re.match(rf"[^.;]{{0,60}}\bwith\s+(?:[\w’'-]+\s+){{0,4}}?{p.name_pattern}", behind))
        for p in series.parties
    ]
    sides = re.search(
        r"\b(?:two|both)\s+(?:countries|sides|governments|partners|delegations)\b", subject
    )
    person = re.search(r"\b(?:Ambassador|Minister|Secretary|President|he|she)\b", subject)
    return (all(named) or bool(sides)) and not person


def _in_subhead(page: Page, series: Series) -> str | None:
    """The number of an event in a line between the title and the opening."""
    opening, _ = opening_sentence(page)
    nouns = "|".join(sorted(series.events, key=len, reverse=True))
    pattern = re.compile(rf"\b(?P<ordinal>{ORDINAL})\s+(?:{nouns})\b", re.IGNORECASE)
    found = (pattern.search(block.text) for block in page.blocks[:opening])
    return next((match["ordinal"] for match in found if match), None)


def _claim(
    page: Page, series: Series, reported: re.Match[str] | None, titled: re.Match[str] | None
) -> Claim:
    in_body = (reported["ordinal"] or reported["count"]) if reported else None
    title = page.title or ""
    in_title = (titled["ordinal"] or titled["count"]) if titled else None
    if in_title is None and in_body is None:
        in_title = _in_subhead(page, series)
    if in_title is None and (match := re.search(r"\bRound\s+(\d{1,2})\b", title, re.IGNORECASE)):
        in_title = match[1]
    body_number = ordinal_number(in_body) if in_body else None
    title_number = ordinal_number(in_title) if in_title else None
    if body_number and title_number and body_number != title_number:
        note = f"title and body disagree on the number: “{in_title}” and “{in_body}”"
        return Claim(series, None, (note,))
    return Claim(series, body_number or title_number)


def _is_told(page: Page, first: str, series: Series) -> bool:
    """Whether the page tells of a meeting that was: by its first sentence and its shape."""
    both = all(re.search(f"{p.name_pattern}|{p.of_pattern}", first) for p in series.parties)
    met = re.search(r"\b(?:met|held|gathered|convened|concluded|completed|discussed)\b", first)
    return both and bool(met) and not _NOT_YET.search(first) and _has_shape(page, series)


def _has_shape(page: Page, series: Series) -> bool:
    """A line that opens a list, labelled bullets behind it, and the series' name somewhere."""
    label = re.compile(r"^[^.]{2,120}?\s*[–—:]\s*\S")
    opens = [
        i for i, block in enumerate(page.blocks) if block.text.endswith(":") and not block.bullet
    ]
    behind = page.blocks[opens[0] :] if opens else ()
    bullets = [b for b in behind if b.bullet and label.search(without_marker(b.text))]
    named = any(series.mention.search(b.text) for b in page.blocks)
    return len(bullets) >= _LIST_SHAPE and named


def _is_suspicious(page: Page, titled: re.Match[str] | None, first: str, series: Series) -> bool:
    """Whether a release that was not taken for a readout should be looked at by a person."""
    if _NOT_YET.search(page.title or "") or _NOT_YET.search(first):
        return False
    if titled and re.search(r"\breadout\b", page.title or "", re.IGNORECASE):
        return True
    # Another series' readout, with a title of its own, may well mention this one.
    about_it = series.mention.search(page.title or first)
    return about_it is not None and _has_shape(page, series)


def _mentioned(page: Page, series: Series, first: str, *, suspicious: bool) -> Judgment:
    for text in (page.title or "", *(block.text for block in page.blocks)):
        match = series.mention.search(text)
        if match:
            around = text[max(0, match.start() - 60) : match.end() + 40].strip()
            why = f"{LOOKS_LIKE_ONE} " if suspicious else "it is mentioned, but "
            why += "the first sentence reports no round held"
            quoted = f"“…{around}…”; first sentence: “{clipped(first)}”"
            return Judgment("related", (f"{why}: {quoted}",), ())
    return Judgment("unrelated", (), ())


def _unrelated(page: Page, followed: tuple[Series, ...]) -> str:
    names = ", ".join(series.name for series in followed)
    _, first = opening_sentence(page)
    return (
        f"no followed series ({names}) is named; "
        f"the first sentence is about something else: “{clipped(first)}”"
    )
