"""A round narrowed to the topics a reader chose: what is told of it, and whether it is news."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from monitor.core.topics import Series
from storage.records import Background, Change, Choice, Comparison, Summary, Telling

_NOTHING_NEW = frozenset({None, "same", "style"})


def holds_news(telling: Telling, topics: Collection[str], series: Series) -> bool:
    """Whether a digest tells anything new of the topics chosen.

    A topic that goes on in the same words is no news; one that is named in the first round on file
    is. Of a correction, it is what was not told before. That the page of a round was withdrawn is
    news to all who follow the talks.

    Args:
        telling: the whole digest.
        topics: the slugs chosen; empty means all.
        series: the series, with the aliases that were linked.
    """
    if not topics or telling.kind == "withdrawal":
        return True
    now = _narrow_summary(telling.summary, topics, series)
    if telling.corrected is not None:
        before = _narrow_summary(telling.corrected, topics, series)
        return (before.comparison, before.readout.mentions) != (
            now.comparison,
            now.readout.mentions,
        )
    if now.comparison is None:
        return bool(now.readout.mentions)
    return any(_is_news(change) for change in now.comparison.changes)


def narrowed(telling: Telling, topics: Collection[str], series: Series) -> Telling:
    """The digest as it is told to one who chose some topics; to one who chose none, as it is."""
    if not topics or telling.kind == "withdrawal":
        return telling
    summary = _narrow_summary(telling.summary, topics, series)
    was = telling.corrected
    return replace(
        telling,
        summary=summary,
        background=_narrow_background(telling.background, topics),
        corrected=_narrow_summary(was, topics, series) if was else None,
        chosen=Choice(
            topics=tuple(series.topic_name(slug) or slug for slug in sorted(topics)),
            left_out=_news_in(telling.summary) - _news_in(summary),
        ),
    )


def narrowed_or_whole(telling: Telling, topics: Collection[str], series: Series) -> Telling:
    """The digest as it goes out: a welcome shows the whole round rather than nothing."""
    return narrowed(telling, topics if holds_news(telling, topics, series) else (), series)


def _news_in(summary: Summary) -> int:
    if summary.comparison is None:
        return len(summary.readout.mentions)
    return sum(map(_is_news, summary.comparison.changes))


def _is_news(change: Change) -> bool:
    if change.change == "continued":
        moved = change.moved == "strand"
        return change.label_changed or moved or change.text_change not in _NOTHING_NEW
    return change.change != "not-seen"


def _narrow_summary(summary: Summary, topics: Collection[str], series: Series) -> Summary:
    found = summary.comparison
    mentions = tuple(each for each in summary.readout.mentions if each.topic in topics)
    return replace(
        summary,
        readout=replace(summary.readout, mentions=mentions),
        comparison=found and _narrow_comparison(found, topics, series),
    )


def _narrow_comparison(
    comparison: Comparison, topics: Collection[str], series: Series
) -> Comparison:
    return replace(
        comparison,
        topics=_about(comparison.topics, topics, series),
        bilateral_issues=_about(comparison.bilateral_issues, topics, series),
    )


def _about(
    changes: Iterable[Change], topics: Collection[str], series: Series
) -> tuple[Change, ...]:
    """Those that tell of a topic chosen: of itself, or of one it was split from or joined."""
    return tuple(
        change
        for change in changes
        if change.topic in topics
        or any(series.topic_slug(label) in topics for label in (*change.before, *change.after))
    )


def _narrow_background(background: Background, topics: Collection[str]) -> Background:
    """What the past says of them; without the counts, which are those of whole comparisons."""
    absences = tuple(each for each in background.absences if each.topic in topics)
    return replace(background, absences=absences, counts=())
