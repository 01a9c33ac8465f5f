"""What comes out of a stored page differently when another edition of the reader reads it."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date

from storage.records import Delegation, Mention, Readout, Span, Strand, Verdict

_LONGEST = 200  # characters of a text that are shown


@dataclass(frozen=True, slots=True)
class Account:
    """What a release says by one reading: the verdict, its title and day, the rounds it reports."""

    verdict: Verdict | None
    title: str | None
    published: date | None
    readouts: tuple[Readout, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that comes out differently; None where there was, or is, nothing."""

    what: str
    before: str | None
    after: str | None


def differences(before: Account, after: Account) -> tuple[Difference, ...]:
    """Hold two accounts of one release against each other, field by field.

    Args:
        before: the one on file.
        after: the one that would be.
    """
    pairs = (
        ("verdict", before.verdict, after.verdict),
        ("title", before.title, after.title),
        ("day", _day(before.published), _day(after.published)),
        ("rounds", _rounds(before), _rounds(after)),
        *_of_rounds(before, after),
    )
    return tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2])


def _of_rounds(before: Account, after: Account) -> Iterator[tuple[str, str | None, str | None]]:
    earlier = {_name(readout): readout for readout in before.readouts}
    for readout in after.readouts:
        name = _name(readout)
        if (known := earlier.get(name)) is None:
            continue
        yield f"{name}: held", _span(known.held), _span(readout.held)
        yield f"{name}: city", known.city, readout.city
        yield f"{name}: next round", _span(known.next_round), _span(readout.next_round)
        yield f"{name}: delegations", _led(known.delegations), _led(readout.delegations)
        for what, old, new in _of_topics(known.mentions, readout.mentions):
            yield f"{name}: {what}", old, new


def _of_topics(
    before: tuple[Mention, ...], after: tuple[Mention, ...]
) -> Iterator[tuple[str, str | None, str | None]]:
    """Topics by their labels: which went and came, and what else is said of those that stay."""
    old, new = ({(m.strand, m.label): m for m in each} for each in (before, after))
    yield "topics", _labels(old.keys() - new.keys()), _labels(new.keys() - old.keys())
    for key in sorted(old.keys() & new.keys()):
        label = key[1]
        yield f"topic of “{label}”", old[key].topic, new[key].topic
        if old[key].text != new[key].text:
            yield f"text of “{label}”", _cut(old[key].text), _cut(new[key].text)


def _labels(keys: Set[tuple[Strand, str]]) -> str | None:
    return "; ".join(label for _, label in sorted(keys)) or None


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def _name(readout: Readout) -> str:
    number = "without a number" if readout.round is None else str(readout.round)
    return f"{readout.series} {number}"


def _rounds(account: Account) -> str | None:
    return ", ".join(sorted(_name(readout) for readout in account.readouts)) or None


def _day(day: date | None) -> str | None:
    return str(day) if day else None


def _span(span: Span | None) -> str | None:
    if span is None:
        return None
    days = " to ".join(str(day) for day in dict.fromkeys((span.start, span.end)) if day)
    return f"{span.text} ({days or 'no days'})"


def _led(delegations: tuple[Delegation, ...]) -> str | None:
    leads = (
        f"{each.country}: {', '.join(_titled(lead.name, lead.title) for lead in each.leads)}"
        for each in delegations
    )
    return "; ".join(leads) or None


def _titled(name: str, title: str | None) -> str:
    return f"{name} ({title})" if title else name
