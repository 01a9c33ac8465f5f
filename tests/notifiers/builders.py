"""Readouts, comparisons and summaries for the notifiers' tests, in our own words.

The dates, names, labels and addresses are real; every sentence is ours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from storage.records import (
    Background,
    Change,
    Comparison,
    Delegation,
    DelegationChange,
    FiledReadout,
    Lead,
    Mention,
    Op,
    Paragraph,
    Piece,
    RankChange,
    Readout,
    Release,
    SourceOf,
    Span,
    Summary,
    Telling,
)

SERIES = "us-japan-partnership-on-trade"
SERIES_NAME = "U.S.-Japan Partnership on Trade"
RENDERED_AT = datetime(2024, 7, 31, 18, 5, tzinfo=UTC)
PRESS = "https://ustr.gov/about-us/policy-offices/press-office/press-releases"
ROUND_1 = f"{PRESS}/2022/march/readout-first-round-meetings-us-japan-partnership-trade"
ROUND_5 = f"{PRESS}/2024/july/readout-fifth-round-meetings-under-us-japan-partnership-trade"
AVIATION_FUELS = (
    "areas for cooperation to increase the globally available supply of sustainable aviation "
    "fuels and feedstocks, including those that are ethanol-based"
)


def pieces(*runs: tuple[Op, str]) -> tuple[Piece, ...]:
    return tuple(Piece(op, text) for op, text in runs)


def change(label: str, **facts: Any) -> Change:
    """A continued topic, the same in every respect, but for the facts given."""
    standard = Change(
        change="continued",
        before=(label,),
        after=(label,),
        topic=label.lower().replace(" ", "-"),
        label_changed=False,
        text_change="same",
        moved=None,
        words_gone=(),
        words_new=(),
        certainty="certain",
        reason=f"Both rounds name “{label}”.",
        last_seen_round=None,
        redline=pieces(("keep", f"Talks went on about {label}.")),
    )
    return replace(standard, **facts)


def dropped(label: str, text: str, **facts: Any) -> Change:
    standard: dict[str, Any] = {
        "change": "dropped",
        "after": (),
        "text_change": None,
        "reason": f"Round 5 names nothing like “{label}”.",
        "last_seen_round": 1,
        "redline": pieces(("delete", text)),
    }
    return change(label, **(standard | facts))


def introduced(label: str, text: str, **facts: Any) -> Change:
    standard: dict[str, Any] = {
        "change": "introduced",
        "before": (),
        "text_change": None,
        "reason": f"Round 1 names nothing like “{label}”.",
        "redline": pieces(("insert", text)),
    }
    return change(label, **(standard | facts))


def mention(label: str, text: str, strand: Any = "common-interest") -> Mention:
    return Mention(strand, label.lower().replace(" ", "-"), label, text)


TOPICS = (
    change(
        "Labor",
        text_change="reworded",
        redline=pieces(
            ("keep", "The two sides "),
            ("delete", "agreed to talk further about "),
            ("insert", "took stock of their work on "),
            ("keep", "keeping forced labor out of supply chains"),
            ("delete", ", with international standards as the measure"),
            ("insert", " under the Task Force set up for it"),
            ("keep", "."),
        ),
    ),
    change(
        "Digital Economy",
        text_change="shortened",
        redline=pieces(
            ("keep", "Officials went on answering rules of third countries together"),
            ("delete", ", and compared notes on rules for trade that is done over networks"),
            ("keep", "."),
        ),
    ),
    dropped(
        "Environment",
        "Both governments plan talks on reusing materials and on trade in goods that emit little "
        "or no carbon.",
    ),
    dropped(
        "Trade Facilitation",
        "Sturdy supply chains and customs work done by computer were discussed.",
    ),
    change(
        "Third-Country Issues",
        change="split",
        before=("Third-country Issues",),
        after=("Third-Country Issues", "Non-Market Policies and Practices"),
        text_change="replaced",
        certainty="likely",
        reason=(
            "The same name but for its style. “Non-Market Policies and Practices” is likely split "
            "off from it: in round 1 those words stood under “Third-country Issues”, and have "
            "left it; or else it is a new topic."
        ),
        redline=pieces(
            ("delete", "Concerns about what others do outside the market were shared."),
            (
                "insert",
                "Accords that exist with third countries were gone through.\n"
                "How to meet the excess capacity that policies outside the market bring about, "
                "in several sectors, was laid out by each side.",
            ),
        ),
    ),
    dropped(
        "Multilateral Cooperation",
        "Plans were made for the years in which each country is host to its partners.",
    ),
    introduced(
        "U.S.-Japan Critical Minerals Agreement (CMA)",
        "What has been done to keep the promises of the CMA was looked at.",
    ),
)

ISSUES = (
    change(
        "regulatory transparency",
        after=("regulatory transparency and due process",),
        label_changed=True,
        text_change="extended",
        certainty="likely",
        reason=(
            "One label holds the other: “regulatory transparency and due process” has all the "
            "words of “regulatory transparency”."
        ),
        redline=pieces(("keep", "regulatory transparency"), ("insert", " and due process")),
    ),
    dropped("standards", "standards"),
    introduced(
        "ensuring a level playing field for certain products and services",
        "ensuring a level playing field for certain products and services",
    ),
    introduced("trade in seafood", "trade in seafood"),
    introduced(
        AVIATION_FUELS,
        AVIATION_FUELS,
        change="returned",
        topic="ethanol",
        certainty="likely",
        reason="Round 3 named “increasing Japan’s use of ethanol”; round 1 did not.",
        last_seen_round=3,
    ),
)

COMPARISON = Comparison(
    series=SERIES,
    before_round=1,
    after_round=5,
    missing_rounds=(2, 3, 4),
    topics=TOPICS,
    bilateral_issues=ISSUES,
    delegations=(
        DelegationChange("United States", ("Michael Beeman",), ("Scott Wilbur",)),
        DelegationChange("Japan", ("Ono Keiichi", "Matsuo Takehiko"), ()),
    ),
)

BACKGROUND = Background(
    rounds=(1,),
    times_stood={
        "environment": 1,
        "trade-facilitation": 1,
        "multilateral-cooperation": 1,
        "standards": 1,
    },
    ranks=(
        RankChange(
            "United States",
            "Assistant U.S. Trade Representative for Japan, Korea and APEC Affairs",
            "Director for Japan Affairs",
            "lower",
            "The delegation of the United States was led by a Director; an Assistant U.S. Trade "
            "Representative, a higher rank, led it in round 1.",
        ),
    ),
)

HELD_5 = Span("July 29-30, 2024", date(2024, 7, 29), date(2024, 7, 30), "day")
HELD_1 = Span("February 28 (March 1, Japan time)", date(2022, 2, 28), date(2022, 2, 28), "day")
HELD_1_IN_JAPAN = Span(
    "March 1, Japan time", date(2022, 3, 1), date(2022, 3, 1), "day", "Japan time"
)

READOUT_5 = Readout(
    series=SERIES,
    round=5,
    held=HELD_5,
    held_elsewhere=(),
    city="Washington",
    delegations=(
        Delegation("United States", (Lead("Scott Wilbur", "Director for Japan Affairs"),)),
    ),
    mentions=(
        mention(
            "Digital Economy", "Officials went on answering rules of third countries together."
        ),
        mention("Labor", "The two sides took stock of their work."),
        mention("trade in seafood", "trade in seafood", "bilateral"),
    ),
    next_round=Span("look forward to meeting again", None, None, "unstated"),
    complete=True,
)

READOUT_1 = Readout(
    series=SERIES,
    round=1,
    held=HELD_1,
    held_elsewhere=(HELD_1_IN_JAPAN,),
    city="Washington",
    delegations=(
        Delegation(
            "United States",
            (
                Lead(
                    "Michael Beeman",
                    "Assistant U.S. Trade Representative for Japan, Korea and APEC Affairs",
                ),
            ),
        ),
        Delegation(
            "Japan",
            (
                Lead("Ono Keiichi", "Director General, Ministry of Foreign Affairs"),
                Lead(
                    "Matsuo Takehiko",
                    "Director General, Ministry of Economy, Trade, and Industry",
                ),
            ),
        ),
    ),
    mentions=(mention("Labor", "The two sides agreed to talk further."),),
    next_round=Span("during the summer of 2022", date(2022, 6, 1), date(2022, 8, 31), "season"),
    complete=True,
)

RELEASE_5 = Release(
    "Readout of the Fifth Round of Meetings under the U.S.-Japan Partnership on Trade",
    date(2024, 7, 31),
    ROUND_5,
    (Paragraph("opening", "The United States and Japan met for the fifth time."),),
)
RELEASE_1 = Release(None, None, ROUND_1, ())

SOURCE_5 = SourceOf(
    address=ROUND_5,
    fetched_from=ROUND_5,
    origin="live",
    fetched_at=datetime(2024, 7, 31, 18, 2, 11, tzinfo=UTC),
    sha256="9b1c04f7" * 8,
    snapshot_id=8,
)
SOURCE_1 = SourceOf(
    address=ROUND_1,
    fetched_from="file:///archive/round%201.html",
    origin="folder",
    fetched_at=datetime(2024, 7, 1, 9, 0, tzinfo=UTC),
    sha256="00ff" * 16,
    snapshot_id=1,
)

BEFORE = FiledReadout(1, 1, 1, RELEASE_1, READOUT_1, SOURCE_1)


def comparison(*topics: Change, **facts: Any) -> Comparison:
    standard: dict[str, Any] = {"topics": topics, "bilateral_issues": (), "missing_rounds": ()}
    return replace(COMPARISON, **(standard | facts))


def summary(found: Comparison | None = COMPARISON, **facts: Any) -> Summary:
    """Round 5 against round 1; facts replace those of the readout."""
    return Summary(RELEASE_5, replace(READOUT_5, **facts), found, SOURCE_5)


def telling(found: Summary, **facts: Any) -> Telling:
    """News of a round; its comparison, if it has one, is with round 1."""
    standard: dict[str, Any] = {
        "kind": "news",
        "series_name": SERIES_NAME,
        "background": BACKGROUND,
        "before": BEFORE if found.comparison else None,
        "made_at": RENDERED_AT,
    }
    return Telling(summary=found, **(standard | facts))
