"""Small values for the tests of the core: sample releases in our own words, and readouts by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from monitor.core.release import Page, read_text
from monitor.core.topics import Series
from monitor.series import series_named
from storage.records import Delegation, Lead, Mention, Readout, Span, Strand

PARTNERSHIP: Series = series_named("us-japan-partnership-on-trade")

OPENING = (
    "WASHINGTON – The United States and Japan held the fourth round of meetings under the "
    "United States-Japan Partnership on Trade on May 6-7, 2024."
)
INTRO = "In areas where they work together, the two sides took up several topics, including:"
CLOSING = "Both sides look forward to the next round of Partnership meetings."


def release(*lines: str) -> Page:
    """A release saved as text, one paragraph a line."""
    return read_text("\n\n".join(lines))


def readout_page(
    *,
    opening: str = OPENING,
    bullets: Iterable[str] = (
        "• Labor: Talked about audits.",
        "• Digital Economy: Talked about data.",
    ),
    bilateral: str = "They also discussed bilateral trade issues including plywood and mutton.",
    closing: str = CLOSING,
) -> Page:
    """A whole readout in our own words."""
    return release(opening, INTRO, *bullets, bilateral, closing, "###")


def mention(
    label: str, text: str = "Talked about it.", strand: Strand = "common-interest"
) -> Mention:
    """A topic as one readout names it."""
    return Mention(strand, PARTNERSHIP.topic_slug(label), label, text)


def issue(label: str) -> Mention:
    """A bilateral issue as one readout names it."""
    return mention(label, label, "bilateral")


def readout(
    number: int | None, *mentions: Mention, lead: str | None = None, complete: bool = True
) -> Readout:
    """A readout of a round with these topics."""
    delegations = (Delegation("United States", (Lead(lead, "Director"),)),) if lead else ()
    day = date(2021 + (number or 0), 5, 6)
    return Readout(
        series=PARTNERSHIP.slug,
        round=number,
        held=Span(f"May 6, {day.year}", day, day, "day"),
        held_elsewhere=(),
        city="Washington",
        delegations=delegations,
        mentions=mentions,
        next_round=None,
        complete=complete,
    )
