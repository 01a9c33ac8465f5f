"""Mails of every kind, in both languages, for what must hold of all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bs4 import BeautifulSoup

from notifiers.digest.render import render
from storage.records import (
    Choice,
    Language,
    Lead,
    Rendering,
    Span,
    Summary,
    Telling,
    Whereabouts,
    Withdrawn,
)
from tests.notifiers.builders import (
    BACKGROUND,
    ISSUES,
    READOUT_1,
    RELEASE_1,
    RENDERED_AT,
    SOURCE_1,
    TOPICS,
    change,
    comparison,
    dropped,
    introduced,
    pieces,
    summary,
    telling,
)

PUBLIC_URL = "https://rounds.example.org"

FIRST = telling(Summary(RELEASE_1, READOUT_1, None, SOURCE_1), made_at=RENDERED_AT - timedelta(2))
LATEST = telling(summary())

TOLD = summary(
    comparison(
        dropped("Labor", "Labor was on the list."),
        change("Digital Economy", redline=pieces(("keep", "Officials went on as before."))),
        introduced("Seaports", "Cranes were looked at."),
        bilateral_issues=ISSUES[:2],
    ),
    held=Span("July 29, 2024", date(2024, 7, 29), date(2024, 7, 29), "day"),
    next_round=None,
)
"""What a digest told before it was corrected."""

CORRECTION = replace(LATEST, kind="correction", corrected=TOLD)
CHOSEN = replace(
    telling(summary(comparison(*TOPICS[:2], bilateral_issues=ISSUES[3:4]))),
    background=replace(BACKGROUND, counts=()),
    chosen=Choice(("Labor", "Digital trade", "Trade in seafood"), 8),
)
WELCOME = replace(LATEST, kind="welcome")
ELSEWHERE = replace(
    LATEST,
    series_name="Trade Dialogue of Two Others",
    summary=replace(
        LATEST.summary,
        readout=replace(
            LATEST.summary.readout,
            series="trade-dialogue",
            round=3,
            delegations=(
                replace(
                    LATEST.summary.readout.delegations[0], leads=(Lead("Somebody Else", None),)
                ),
            ),
        ),
    ),
    made_at=RENDERED_AT - timedelta(1),
)

WITHDRAWAL = replace(
    LATEST,
    kind="withdrawal",
    whereabouts=Whereabouts(
        withdrawn=Withdrawn(
            RENDERED_AT - timedelta(16), RENDERED_AT - timedelta(1), 15, RENDERED_AT
        )
    ),
)

KINDS: dict[str, tuple[Telling, ...]] = {
    "news": (LATEST,),
    "first": (FIRST,),
    "gathered": (FIRST, LATEST),
    "gathered of two series": (FIRST, ELSEWHERE, LATEST),
    "correction": (CORRECTION,),
    "chosen": (CHOSEN,),
    "welcome": (WELCOME,),
    "withdrawal": (WITHDRAWAL,),
    "gathered with a withdrawal": (LATEST, WITHDRAWAL),
}
LANGUAGES: tuple[Language, ...] = ("en", "ja")


def mail(kind: str, language: Language = "en", public_url: str | None = PUBLIC_URL) -> Rendering:
    return render(KINDS[kind], language=language, public_url=public_url)


def page(rendered: Rendering) -> BeautifulSoup:
    assert rendered.html is not None
    return BeautifulSoup(rendered.html, "html.parser")


def shown(rendered: Rendering) -> str:
    """The words of the HTML that a reader sees, on one line."""
    soup = page(rendered)
    for hidden in soup.select("head, .hint"):
        hidden.decompose()
    return " ".join(soup.get_text(" ").split())
