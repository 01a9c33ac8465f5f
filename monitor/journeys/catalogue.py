"""What is on file, in brief: the followed series, a series' rounds, its topics, its rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monitor.core.readers.choosing import choosable
from monitor.core.rhythm import rhythm
from monitor.core.topics import Series
from monitor.journeys.links import series_as_linked
from monitor.series import followed, series_named
from storage import archive
from storage.database import Transaction
from storage.records import FiledReadout, Span

_BEYOND_ALL = 2**31


@dataclass(frozen=True, slots=True)
class RoundInBrief:
    """A round on file: when and where it was held, and the release that reports it.

    `topics` and `bilateral_issues` are how many of each the readout names. `complete` is false
    where the page breaks off.
    """

    round: int | None
    held: Span
    city: str | None
    title: str | None
    published: date | None
    url: str | None
    topics: int
    bilateral_issues: int
    complete: bool


@dataclass(frozen=True, slots=True)
class SeriesInBrief:
    """A followed series: how many rounds and topics are known of it, and its latest round.

    `latest` is None where no round is on file.
    """

    slug: str
    name: str
    rounds: int
    topics: int
    latest: RoundInBrief | None


@dataclass(frozen=True, slots=True)
class TopicInBrief:
    """A topic of a series: whether it stands on the reviewed list, and which rounds name it.

    `bilateral` is whether it was last a bilateral issue.
    """

    topic: str
    name: str
    reviewed: bool
    bilateral: bool
    rounds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RoundInTime:
    """A round, and the days since the one before it; None where they cannot be told."""

    round: RoundInBrief
    gap: int | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The rounds of a series, first to last, and the gaps between them, in days.

    A gap counts from the last day of a round to the first of the next. `usual_gap` is the median,
    of an even number the lower one. `quiet` is the days since the last day of the latest round.
    All are None where nothing tells.
    """

    series: str
    rounds: tuple[RoundInTime, ...]
    usual_gap: int | None
    shortest_gap: int | None
    longest_gap: int | None
    quiet: int | None


def series_in_brief(tx: Transaction) -> tuple[SeriesInBrief, ...]:
    """The followed series: the default first, then by slug."""
    return tuple(_series(tx, series_as_linked(tx, each.slug)) for each in followed())


def rounds_in_brief(tx: Transaction, slug: str) -> tuple[RoundInBrief, ...]:
    """The rounds of a series on file, the latest first; those without a number before the others.

    Raises:
        UnknownSeries: there is no such series.
    """
    on_file = archive.current_readouts(tx, series_named(slug).slug)
    return tuple(sorted(map(_round, on_file), key=place_of_round, reverse=True))


def place_of_round(round: RoundInBrief) -> tuple[int, str, str]:
    """What orders the rounds of a series: the number; without one, the day of publication."""
    if round.round is not None:
        return round.round, "", ""
    return _BEYOND_ALL, str(round.published or ""), round.url or ""


def topics_in_brief(tx: Transaction, slug: str) -> tuple[TopicInBrief, ...]:
    """The topics of a series, by slug: those on the reviewed list, and those on file alone.

    Raises:
        UnknownSeries: there is no such series.
    """
    series = series_as_linked(tx, slug)
    on_file = archive.current_readouts(tx, slug)
    reviewed = {topic.slug for topic in series_named(slug).topics}
    found = (
        TopicInBrief(
            topic=each.slug,
            name=each.name,
            reviewed=each.slug in reviewed,
            bilateral=each.bilateral,
            rounds=_rounds_naming(each.slug, on_file),
        )
        for each in choosable(series, on_file)
    )
    return tuple(sorted(found, key=lambda topic: topic.topic))


def timeline_of(tx: Transaction, slug: str, today: date) -> Timeline:
    """The rounds of a series in time.

    Args:
        tx: a transaction.
        slug: the series.
        today: the day until which it is quiet.

    Raises:
        UnknownSeries: there is no such series.
    """
    found = rhythm(archive.current_readouts(tx, series_named(slug).slug), today)
    return Timeline(
        series=slug,
        rounds=tuple(RoundInTime(_round(beat.filed), beat.gap) for beat in found.beats),
        usual_gap=found.usual,
        shortest_gap=found.shortest,
        longest_gap=found.longest,
        quiet=found.quiet,
    )


def _series(tx: Transaction, series: Series) -> SeriesInBrief:
    on_file = archive.current_readouts(tx, series.slug)
    latest = archive.latest_readout(tx, series.slug)
    return SeriesInBrief(
        slug=series.slug,
        name=series.name,
        rounds=len(on_file),
        topics=len(choosable(series, on_file)),
        latest=_round(latest) if latest else None,
    )


def _round(filed: FiledReadout) -> RoundInBrief:
    readout, release = filed.readout, filed.release
    bilateral = sum(mention.strand == "bilateral" for mention in readout.mentions)
    return RoundInBrief(
        round=readout.round,
        held=readout.held,
        city=readout.city,
        title=release.title,
        published=release.published,
        url=release.url,
        topics=len(readout.mentions) - bilateral,
        bilateral_issues=bilateral,
        complete=readout.complete,
    )


def _rounds_naming(topic: str, on_file: tuple[FiledReadout, ...]) -> tuple[int, ...]:
    return tuple(
        filed.readout.round
        for filed in on_file
        if filed.readout.round is not None
        and any(mention.topic == topic for mention in filed.readout.mentions)
    )
