"""What a feed's entry says of a round, or of one topic in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from notifiers.digest.cards import WHOLE, Card, Item, cards_of, items_of
from notifiers.digest.labels import LONGEST_NAME, short
from notifiers.digest.sheet import lay_out
from notifiers.feeds.feed import Entry, shown, templates
from notifiers.words.en import ENGLISH
from notifiers.words.en.grammar import DOUBT
from notifiers.words.wording import clipped
from storage.records import Change, Comparison, Mention, Strand, Telling

_NOON = time(12, tzinfo=UTC)


def round_entry(telling: Telling, *, id: str, page: str) -> Entry:
    """A round as its digest tells it: the headline, the news, every card.

    Args:
        telling: the round; its `made_at` is when the entry last changed.
        id: the entry's, for ever.
        page: the round's page of ours, or "".
    """
    sheet = lay_out(telling, public_url=None)
    return _entry(
        telling,
        id=id,
        page=page,
        title=f"{sheet.heading}: {sheet.news.headline}",
        summary=" ".join(line.text for line in sheet.news.lines),
        content=templates().get_template("feed-round.html.j2").render(sheet=sheet),
    )


def topic_entry(
    telling: Telling, change: Change | None, said: Sequence[Mention], *, id: str, page: str
) -> Entry:
    """What became of one topic in a round.

    Args:
        telling: the round; its `made_at` is when the entry last changed.
        change: what became of the topic; None where there is no round to compare with.
        said: what the round says of it: nothing where it does not name it, but then `change` is.
        id: the entry's, for ever.
        page: the round's page of ours, or "".
    """
    sheet = lay_out(telling, public_url=None)
    cards = _cards(telling, change) if change else ()
    items = () if cards else _items(said)
    return _entry(
        telling,
        id=id,
        page=page,
        title=f"{sheet.heading}: {_title_of(change, cards[0]) if change else _named(items)}",
        summary=_summary(cards, items),
        content=templates()
        .get_template("feed-topic.html.j2")
        .render(sheet=sheet, cards=cards, items=items),
    )


def _entry(
    telling: Telling, *, id: str, page: str, title: str, summary: str, content: str
) -> Entry:
    release, source = telling.summary.release, telling.summary.source
    official = release.url or source.address or ""
    return Entry(
        id=id,
        title=shown(title),
        summary=shown(summary),
        content=content,
        published=_published(release.published, telling.made_at),
        updated=telling.made_at,
        page=page,
        official=official if official.startswith(("https://", "http://")) else "",
    )


def _published(day: date | None, filed: datetime) -> datetime | None:
    """Noon of the day in UTC, which is that very day from Honolulu to Auckland; never yet to come.

    A page states a day alone, and a feed wants a moment.
    """
    return min(datetime.combine(day, _NOON), filed) if day else None


def _cards(telling: Telling, change: Change) -> tuple[Card, ...]:
    """The change's card, in the strand where the comparison has it."""
    found = telling.summary.comparison
    if found is None:
        return ()
    common = change in found.topics
    alone = _only(found, change, common=common)
    strand: Strand = "common-interest" if common else "bilateral"
    return cards_of(strand, alone, telling.background, WHOLE, ENGLISH)


def _only(comparison: Comparison, change: Change, *, common: bool) -> Comparison:
    topics, issues = ((change,), ()) if common else ((), (change,))
    return replace(comparison, topics=topics, bilateral_issues=issues)


def _items(said: Sequence[Mention]) -> tuple[Item, ...]:
    common = items_of("common-interest", said, WHOLE)
    return (*common, *items_of("bilateral", said, WHOLE))


def _title_of(change: Change, card: Card) -> str:
    """`Environment – likely dropped`, `Labor – continued, reworded`."""
    did = f"{DOUBT[change.certainty]}{card.word.lower()}"
    return f"{clipped(card.label, 2 * LONGEST_NAME)} – {', '.join((did, *card.facts))}"


def _named(items: Sequence[Item]) -> str:
    return f"{short(items[0].label)} – named" if items else "named"


def _summary(cards: Sequence[Card], items: Sequence[Item]) -> str:
    if cards:
        return cards[0].reason
    return " ".join(item.text or item.label for item in items)
