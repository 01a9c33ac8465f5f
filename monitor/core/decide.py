"""What is remembered and what is seen: is it new, is it revised, is it news?

Values in, a value out; `monitor.journeys.intake` acts on it. Three rules keep the mail honest: the
first look at the listing announces nothing that is already past; a round is announced once, and
only if it is later than every round known; what is not understood is an issue and mails nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from monitor.core.look import Look
from monitor.core.release import Page, same_body
from monitor.core.words import folded
from storage.records import (
    Comparison,
    DigestKind,
    FiledReadout,
    Paragraph,
    Reading,
    Readout,
)

_FRESH = timedelta(days=7)  # what is older at the first look is past


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a readout: file it or not, announce it and how, and why so."""

    file: bool
    announce: DigestKind | None
    why: str
    issue: str | None = None


def same_release(
    known: tuple[FiledReadout, ...], reading: Reading, *, addressed: bool
) -> FiledReadout | None:
    """The readout on file that this page is another copy of, where one of the two has no address.

    Args:
        known: the current readouts of the series that the page reports.
        reading: what the page says.
        addressed: whether the page's own address is known.
    """
    rounds = {(readout.series, readout.round) for readout in reading.readouts}
    body = _texts(reading.release.paragraphs) if reading.release else ()
    for filed in known:
        unaddressed = not addressed or filed.release.url is None
        same_round = (filed.readout.series, filed.readout.round) in rounds
        if unaddressed and same_round and same_body(_texts(filed.release.paragraphs), body):
            return filed
    return None


def same_text(known: tuple[FiledReadout, ...], reading: Reading) -> FiledReadout | None:
    """The readout on file that says what a page at another address says: title and body, not day.

    Args:
        known: the current readouts of the series that the page reports.
        reading: what the page says.
    """
    if reading.release is None or reading.verdict != "readout":
        return None
    rounds = {(readout.series, readout.round) for readout in reading.readouts}
    title, body = folded(reading.release.title or ""), _texts(reading.release.paragraphs)
    for filed in known:
        same_round = (filed.readout.series, filed.readout.round) in rounds
        same_title = folded(filed.release.title or "") == title
        if same_round and same_title and same_body(_texts(filed.release.paragraphs), body):
            return filed
    return None


def can_be_known_by_text(page: Page, reading: Reading) -> bool:
    """Whether a page's text tells which release it is.

    What has neither a title nor a day, or is no release, may be the same words at any address: a
    site under repair says so everywhere.
    """
    return bool(page.title) and page.published is not None and reading.verdict != "not-a-release"


def decide_readout(
    readout: Readout,
    *,
    release_id: int | None,
    published: date | None,
    known: tuple[FiledReadout, ...],
    look: Look,
    unclear: tuple[str, ...] = (),
) -> Decision:
    """Decide on a readout just read.

    Args:
        readout: what the page says.
        release_id: the release it stands in, None for one not filed yet.
        published: the release's day, if known.
        known: every current readout of the series.
        look: under which circumstances the page was read.
        unclear: what was not understood among its topics: then it is filed, and mails nobody.
    """
    own = [filed for filed in known if filed.release_id == release_id]
    same_round = [filed for filed in known if filed.readout.round == readout.round]
    elsewhere = [filed for filed in same_round if filed.release_id != release_id]
    if elsewhere and readout.round is not None:
        where = elsewhere[0].release.url or elsewhere[0].source.fetched_from
        why = f"round {readout.round} is on file already, from {where}"
        return Decision(False, None, why, "same-round-elsewhere")
    if readout.round is None or not readout.mentions:
        missing = "the number of the round" if readout.round is None else "its topics"
        return Decision(False, None, f"{missing} could not be read", "not-understood")
    if own:
        return Decision(True, None, "a revision of a readout on file")
    decision = _announced(readout, published, known, look)
    if decision.announce and unclear:
        return Decision(True, None, f"held back: {'; '.join(unclear)}")
    return decision


def correction(
    look: Look, before: Comparison | None, after: Comparison | None
) -> DigestKind | None:
    """Whether a revised readout is mailed: only if it says something else about the topics."""
    return "correction" if not look.quiet and before != after else None


def _announced(
    readout: Readout, published: date | None, known: tuple[FiledReadout, ...], look: Look
) -> Decision:
    if look.quiet:
        return Decision(True, None, "taken in from the past")
    rounds = [filed.readout.round for filed in known if filed.readout.round is not None]
    if readout.round is not None and rounds and readout.round < max(rounds):
        return Decision(True, None, f"earlier than round {max(rounds)}, which is on file")
    fresh = published is not None and published >= look.today - _FRESH
    if look.first and not (rounds and fresh):
        return Decision(True, None, "past at the first look at the listing")
    return Decision(True, "news", f"round {readout.round} is later than every round on file")


def _texts(paragraphs: tuple[Paragraph, ...]) -> tuple[str, ...]:
    return tuple(p.text for p in paragraphs if p.role != "end-mark")
