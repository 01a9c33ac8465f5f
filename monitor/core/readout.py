"""From a release that reports a round to its readout; every paragraph gets its part.

Strict: what a rule does not recognise stays unknown, and a paragraph that plays no known part is
`other`, which opens an issue. `docs/reading.md` names the rule behind each field.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from monitor.core.bilateral import BILATERAL, items_of
from monitor.core.classify import (
    LOOKS_LIKE_ONE,
    Claim,
    classify,
    opening_sentence,
)
from monitor.core.delegations import delegations_in
from monitor.core.meeting import meeting_of
from monitor.core.next_round import next_round_in, year_counted_from
from monitor.core.parts import BACKGROUND, Part, is_complete, parts_of
from monitor.core.release import Page
from monitor.core.topics import Series
from monitor.core.words import clipped, sentences
from storage.records import (
    Mention,
    Paragraph,
    Reading,
    Readout,
    Release,
)

_NOT_TOLD_APART = "the page does not tell apart what was discussed in which of its rounds"


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
    parts = parts_of(page, judgment.claims)
    release = Release(
        page.title, page.published, page.url, tuple(Paragraph(p.role, p.text) for p in parts)
    )
    readouts, notes = [], list(page.notes)
    for place, claim in enumerate(judgment.claims):
        own = tuple(part for part in parts if part.claim in {None, place})
        readout, found = _readout(page, own, claim, alone=len(judgment.claims) == 1)
        readouts.append(readout)
        notes += found
    if _share_topics(readouts):
        notes.append(_NOT_TOLD_APART)
    return Reading("readout", (*judgment.evidence, *notes), release, tuple(readouts))


def doubts(reading: Reading) -> tuple[str, ...]:
    """What a person should look at: parts without a role, facts that are missing."""
    found = [*reading.evidence] if _looks_like_one(reading) else []
    if reading.verdict == "readout" and reading.release:
        found += [
            f"no known part: “{clipped(p.text)}”"
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
    return (*found, *withheld(reading))


def withheld(reading: Reading) -> tuple[str, ...]:
    """Why a readout must not be announced yet: its topics may not all have been understood.

    What could not be assigned inside the list of topics would be told as dropped.
    """
    if not reading.readouts or reading.release is None:
        return ()
    roles = [p.role for p in reading.release.paragraphs]
    listed = [i for i, role in enumerate(roles) if role in {"list-intro", "mention"}]
    ended = [i for i, role in enumerate(roles) if role in {"bilateral", "closing"}]
    first, last = min(listed, default=0), max([*listed, *ended], default=0)
    found = []
    if not any(m.strand == "common-interest" for r in reading.readouts for m in r.mentions):
        found.append("no topic was found")
    if "other" in roles[first:last]:
        found.append("a paragraph among the topics was not understood")
    if "bilateral" in roles and not any(
        m.strand == "bilateral" for r in reading.readouts for m in r.mentions
    ):
        found.append("no bilateral issue was found where some are spoken of")
    if _share_topics(reading.readouts):
        found.append(_NOT_TOLD_APART)
    return tuple(found)


def _share_topics(readouts: Sequence[Readout]) -> bool:
    """Whether two rounds of one series have the same list of topics on the page."""
    lists = [(readout.series, readout.mentions) for readout in readouts if readout.mentions]
    return len(set(lists)) < len(lists)


def _looks_like_one(reading: Reading) -> bool:
    return reading.verdict == "related" and any(
        line.startswith(LOOKS_LIKE_ONE) for line in reading.evidence
    )


def _readout(
    page: Page, parts: tuple[Part, ...], claim: Claim, *, alone: bool
) -> tuple[Readout, list[str]]:
    intro = " ".join(part.text for part in parts if part.role in {"opening", "delegation"})
    _, first = opening_sentence(page)
    ahead = _about_what_comes(parts, first)
    planned = next_round_in(ahead, claim.number, None, published=page.published)
    meeting = meeting_of(page, parts, claim, alone=alone, expected=planned)
    start = meeting.held.start
    expected = next_round_in(ahead, claim.number, start, published=page.published)
    notes = list(meeting.notes)
    if expected and (counted := year_counted_from(expected, start, page.published)):
        notes.append(f"the days of “{expected.text}” are counted from {counted}")
    return (
        Readout(
            series=claim.series.slug,
            round=claim.number,
            held=meeting.held,
            held_elsewhere=meeting.elsewhere,
            city=meeting.city,
            delegations=delegations_in(intro, claim.series),
            mentions=(*_topics(parts, claim.series), *_issues(parts, claim.series)),
            next_round=expected,
            complete=is_complete(parts),
        ),
        notes,
    )


def _about_what_comes(parts: tuple[Part, ...], first: str) -> list[str]:
    """The paragraphs that may speak of the next round: neither a topic nor the background does."""
    told = list(takewhile(lambda part: not BACKGROUND.match(part.text), parts))
    return [part.text.replace(first, "", 1) for part in told if part.role != "mention"]


def _topics(parts: tuple[Part, ...], series: Series) -> tuple[Mention, ...]:
    return tuple(
        Mention("common-interest", series.topic_slug(entry.label), entry.label, entry.said)
        for part in parts
        if part.role == "mention"
        for entry in part.entries
    )


def _issues(parts: tuple[Part, ...], series: Series) -> tuple[Mention, ...]:
    found: list[str] = []
    for part in parts:
        if part.role == "bilateral":
            listed = [entry.label for entry in part.entries]
            found += listed or _items_in(part.text, series)
    return tuple(Mention("bilateral", series.topic_slug(item), item, item) for item in found)


def _items_in(text: str, series: Series) -> list[str]:
    return [
        item
        for sentence in sentences(text)
        if BILATERAL.search(sentence) and not sentence.endswith(":")
        for item in items_of(sentence, series)
    ]
