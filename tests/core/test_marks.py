"""The matrix as marks: what became of each topic in each round."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from monitor.core.history import steps
from monitor.core.marks import MarkedMatrix, marked_matrix
from storage.records import FiledReadout, Readout, Release, SourceOf
from tests.core.builders import PARTNERSHIP, issue, mention, readout

SOURCE = SourceOf(None, "file:///x", "folder", datetime(2024, 1, 1, tzinfo=UTC), "0" * 64, 1)


def marked(*readouts: Readout) -> MarkedMatrix:
    filed = [
        FiledReadout(number, number, number, Release(None, None, None, ()), one, SOURCE)
        for number, one in enumerate(readouts, 1)
    ]
    found = {step.after.id: step.comparison for step in steps(filed, PARTNERSHIP)}
    return marked_matrix(filed, found, PARTNERSHIP)


def marks(found: MarkedMatrix, topic: str) -> list[str]:
    [row] = [row for row in found.rows if row.topic == topic]
    return [cell.mark for cell in row.cells]


def test_a_topic_comes_stays_goes_and_returns() -> None:
    labor, environment = mention("Labor", "Talked."), mention("Environment", "Talked.")
    found = marked(
        readout(1, labor),
        readout(2, labor, environment),
        readout(3, labor),
        readout(4, labor, environment),
        readout(5, labor),
        readout(6, labor),
    )
    assert marks(found, "labor") == ["named"] * 6
    assert marks(found, "environment") == ["", "came", "went", "returned", "went", ""]


def test_other_words_are_marked_and_a_torn_page_says_nothing() -> None:
    found = marked(
        readout(1, mention("Labor", "Talked at length."), mention("Environment", "Talked.")),
        readout(2, mention("Labor", "Talked of forced labor at length."), complete=False),
    )
    assert marks(found, "labor") == ["named", "reworded"]
    assert marks(found, "environment") == ["named", "unseen"]


def test_common_topics_stand_before_bilateral_issues_with_their_names() -> None:
    found = marked(readout(1, issue("trade in seafood"), mention("Digital Economy", "Talked.")))
    assert [(row.strand, row.name) for row in found.rows] == [
        ("common-interest", "Digital Economy"),
        ("bilateral", "trade in seafood"),
    ]


def test_a_change_that_is_not_certain_is_marked_so() -> None:
    first = readout(1, mention("Labor", "Talked."))
    second = readout(2, mention("Labor", "Talked."), mention("Environment", "Talked."))
    filed = [
        FiledReadout(n, n, n, Release(None, None, None, ()), one, SOURCE)
        for n, one in enumerate((first, second), 1)
    ]
    [step] = steps(filed, PARTNERSHIP)
    doubted = replace(
        step.comparison,
        topics=tuple(replace(change, certainty="likely") for change in step.comparison.topics),
    )
    found = marked_matrix(filed, {2: doubted}, PARTNERSHIP)
    assert [cell.certain for row in found.rows for cell in row.cells] == [True, False] * 2
    assert marked_matrix([], {}, PARTNERSHIP).rows == ()
