"""The rounds on file as feeds and as a calendar: gathered here, worded by the notifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.core.sessions import sessions_of
from monitor.core.topic_history import TopicRound, topic_history
from monitor.core.topics import Series
from monitor.errors import NotFound
from monitor.journeys.latest import Account, every
from monitor.journeys.links import series_as_linked
from monitor.journeys.sending.announce import telling_of
from monitor.series import followed
from notifiers.feeds.calendar import HeldRound, calendar
from notifiers.feeds.entries import round_entry, topic_entry
from notifiers.feeds.feed import MOST_ENTRIES, Entry, Feed, feed_id, round_names
from storage import archive
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Places:
    """Where our pages are: the address of them all, and of a round's page, "" if it has none."""

    home: str
    page_of: Callable[[int | None], str]


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar's bytes, and when something in it last changed; None: there is nothing in it."""

    content: bytes
    updated: datetime | None


def series_feed(tx: Transaction, slug: str, places: Places) -> Feed:
    """The rounds of a series, newest first.

    Raises:
        NotFound: no such series is followed.
    """
    series = _series(tx, slug)
    accounts = _newest_first(every(tx, series))[:MOST_ENTRIES]
    changed = _changed(tx, series, accounts)
    entries = (
        round_entry(
            telling_of(account, "news", changed[account.filed.id]),
            id=feed_id(slug, *round_names(account.filed)),
            page=places.page_of(account.filed.readout.round),
        )
        for account in accounts
    )
    return Feed(
        id=feed_id(slug),
        title=f"Roundwatch: {series.name}",
        subtitle="What changed from round to round, from USTR's press releases.",
        address=f"{places.home}/feeds/{slug}",
        home=f"{places.home}/",
        entries=tuple(entries),
    )


def topic_feed(tx: Transaction, slug: str, topic: str, places: Places) -> Feed:
    """What became of one topic, in the rounds that name it or in which it changed.

    Raises:
        NotFound: no such series is followed, or it has no such topic.
    """
    series = _series(tx, slug)
    accounts = every(tx, series)
    name = _topic_name(topic, series, accounts)
    entries = _of_topic(tx, series, topic, accounts, places)
    return Feed(
        id=feed_id(slug, "topic", topic),
        title=f"Roundwatch: {name}, {series.name}",
        subtitle=f"What became of “{name}” from round to round, from USTR's press releases.",
        address=f"{places.home}/feeds/{slug}/{topic}",
        home=f"{places.home}/",
        entries=tuple(entries),
    )


def series_calendar(tx: Transaction, slug: str, places: Places) -> CalendarFile:
    """The rounds of a series, and the one expected, as a calendar.

    Raises:
        NotFound: no such series is followed.
    """
    series = _series(tx, slug)
    accounts = _newest_first(every(tx, series))[::-1]
    filed_at = archive.filed_at(tx, slug)
    rounds = [
        HeldRound(
            filed=account.filed,
            sessions=sessions_of(account.filed.readout.held),
            changed_at=filed_at[account.filed.id],
            page=places.page_of(account.filed.readout.round),
        )
        for account in accounts
    ]
    updated = max((one.changed_at for one in rounds), default=None)
    return CalendarFile(calendar(slug, series.name, rounds), updated)


def _series(tx: Transaction, slug: str) -> Series:
    known = [series.slug for series in followed()]
    if slug not in known:
        raise NotFound("no such series is followed", todo=f"followed are: {', '.join(known)}")
    return series_as_linked(tx, slug)


def _topic_name(slug: str, series: Series, accounts: Sequence[Account]) -> str:
    """The topic's reviewed name, or what the latest page that names it calls it."""
    said = (mention for one in reversed(accounts) for mention in one.summary.readout.mentions)
    name = series.topic_name(slug) or next((m.label for m in said if m.topic == slug), None)
    if name is None:
        raise NotFound(
            f"the {series.name} has no such topic",
            todo="`roundwatch matrix --json` shows the topics on file",
        )
    return name


def _of_topic(
    tx: Transaction, series: Series, topic: str, accounts: Sequence[Account], places: Places
) -> Iterator[Entry]:
    told = _rounds_of_topic(series, topic, accounts)
    wanted = [a for a in _newest_first(accounts) if a.filed.id in told][:MOST_ENTRIES]
    changed = _changed(tx, series, wanted)
    for account in wanted:
        said = account.summary.readout.mentions
        yield topic_entry(
            telling_of(account, "news", changed[account.filed.id]),
            told[account.filed.id].change,
            [mention for mention in said if mention.topic == topic],
            id=feed_id(series.slug, "topic", topic, *round_names(account.filed)),
            page=places.page_of(account.filed.readout.round),
        )


def _rounds_of_topic(
    series: Series, topic: str, accounts: Sequence[Account]
) -> dict[int, TopicRound]:
    """What each round says of a topic, by readout; only rounds that name it or changed it."""
    filed = [account.filed for account in accounts]
    found = {a.filed.id: a.summary.comparison for a in accounts if a.summary.comparison}
    history = topic_history(filed, found, topic, topic, series)
    pairs = zip(filed, history.rounds, strict=True)
    return {one.id: told for one, told in pairs if told.labels or told.change}


def _newest_first(accounts: Sequence[Account]) -> list[Account]:
    return sorted(accounts, key=_moment, reverse=True)


def _moment(account: Account) -> tuple[date, int]:
    readout = account.filed.readout
    day = readout.held.end or account.filed.release.published or date.min
    return day, readout.round or 0


def _changed(
    tx: Transaction, series: Series, accounts: Sequence[Account]
) -> Mapping[int, datetime]:
    """When each account last changed: with its own round, or with the one compared with."""
    filed_at = archive.filed_at(tx, series.slug)
    return {
        account.filed.id: max(
            filed_at[one.id] for one in (account.filed, account.before) if one is not None
        )
        for account in accounts
    }
