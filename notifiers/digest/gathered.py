"""One mail of one digest or several: what stands around them, and how much of each has room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from notifiers.digest.cards import WHOLE, Measure
from notifiers.digest.corrected import Corrections, corrections_of
from notifiers.digest.sheet import Sheet, lay_out
from notifiers.digest.subject import LONGEST_SERIES, LONGEST_SUBJECT, headline_within
from notifiers.mail.parcel import PREFERENCES, UNSUBSCRIBE
from notifiers.words import words_of
from notifiers.words.columns import columns
from notifiers.words.frame import enumerated, words
from notifiers.words.wording import clipped, one_line, visible
from storage.records import DigestKind, Language, Telling

SHORTER = (Measure(text=600, label=300, pieces=60, cards=40), Measure(120, 80, 8, 12))
"""How much of a digest is shown where the whole is too large; of one alone, the last fits."""

LEAST_NEWS = 20
"""Columns below which a subject tells nothing of one more digest."""

LEAST = Measure(120, 80, 8, 0)
"""The news without the cards below it."""

MOST_TOLD = 25
"""Digests of which more than the headline may have room: the shortest takes some 5,000 bytes."""

MOST_NAMED = 128
"""Headlines with their addresses that may have room."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One digest in a mail. Alone in it, it has neither number nor place of its own.

    `name` is what the contents call it; `place` stands before every anchor in it.
    """

    name: str
    number: str
    place: str
    sheet: Sheet
    corrections: Corrections | None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail before it takes a form: strings are final.

    `brief` says that of each digest only headline and address are shown. `links` are words and
    the marker addresses they lead to.
    """

    language: Language
    subject: str
    heading: str
    series: str
    notices: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    brief: bool
    footer: tuple[str, ...]
    links: tuple[tuple[str, str], ...]

    @property
    def is_gathered(self) -> bool:
        """Whether there is more than one digest in it, or one of which no more is shown."""
        return self.brief or len(self.leaves) > 1


def mails_of(
    tellings: Sequence[Telling], *, language: Language, public_url: str | None
) -> Iterator[Mail]:
    """The same mail in less and less room, the whole of it first.

    Args:
        tellings: what is told; each round once (`each_round_once`), the latest first.
        language: of everything but quotations.
        public_url: where our pages are, if anywhere.
    """
    measures = (WHOLE, *SHORTER, *([LEAST] if len(tellings) > 1 else []))
    for measure in measures if len(tellings) <= MOST_TOLD else ():
        yield _laid_out(tellings, measure, language, public_url)
    several = _laid_out(tellings, LEAST, language, public_url)
    most = min(len(tellings), MOST_NAMED)
    while most:
        yield _in_brief(several, most)
        most //= 2


def each_round_once(tellings: Sequence[Telling]) -> tuple[Telling, ...]:
    """Each round as it was told last, the latest first.

    What a reader gets in one mail was not told to that reader before: news and its correction are
    one piece of news, with the facts of the correction; two corrections are one, of what was told
    before the first.
    """
    found: dict[tuple[str, int | str | None, bool], Telling] = {}
    for each in sorted(tellings, key=_age):
        first = found.pop(_round_of(each), each)
        kind = _kind(first.kind, each.kind)
        found[_round_of(each)] = replace(each, kind=kind, corrected=first.corrected)
    return tuple(reversed(found.values()))


def _round_of(telling: Telling) -> tuple[str, int | str | None, bool]:
    """What tells rounds apart; one without a number is known by its page.

    That a page is gone takes no place of what it said.
    """
    readout, page = telling.summary.readout, telling.summary.release.url
    number = page if readout.round is None else readout.round
    return (readout.series, number, telling.kind == "withdrawal")


def _age(telling: Telling) -> tuple[object, ...]:
    readout = telling.summary.readout
    return (telling.made_at, readout.round or 0, readout.series)


def _kind(first: DigestKind, last: DigestKind) -> DigestKind:
    return "welcome" if "welcome" in (first, last) else first


def _laid_out(
    tellings: Sequence[Telling], measure: Measure, language: Language, public_url: str | None
) -> Mail:
    sheets = [
        lay_out(each, public_url=public_url, language=language, measure=measure)
        for each in tellings
    ]
    corrections = [corrections_of(each, language=language, measure=measure) for each in tellings]
    names = list(dict.fromkeys(sheet.series for sheet in sheets))
    return Mail(
        language=language,
        subject=_subject(tellings, sheets, language),
        heading=_counted(len(sheets), language) if len(sheets) > 1 else sheets[0].heading,
        series=enumerated(names, language),
        notices=(),
        leaves=tuple(_leaves(sheets, corrections, language, several_series=len(names) > 1)),
        brief=False,
        footer=_footer(names, language, public_url),
        links=_links(language, public_url),
    )


def _leaves(
    sheets: Sequence[Sheet],
    corrections: Sequence[Corrections | None],
    language: Language,
    *,
    several_series: bool,
) -> Iterator[Leaf]:
    said, count = words(language)["gathered"], len(sheets)
    for number, (sheet, corrected) in enumerate(zip(sheets, corrections, strict=True), 1):
        yield Leaf(
            name=_name(sheet, language, several_series=several_series),
            number=said["number"].format(number=number, count=count) if count > 1 else "",
            place=f"d{number}-" if count > 1 else "",
            sheet=sheet,
            corrections=corrected,
        )


def _name(sheet: Sheet, language: Language, *, several_series: bool) -> str:
    mark = _mark(sheet.kind, language)
    series = f"{sheet.series}{words(language)['frame']['comma']}" if several_series else ""
    return f"{mark}{series}{sheet.heading}"


def _in_brief(mail: Mail, most: int) -> Mail:
    said = words(mail.language)["gathered"]
    left = len(mail.leaves) - most
    notices = [said["brief"], *([said["left_out"].format(count=left)] if left else [])]
    return replace(mail, brief=True, leaves=mail.leaves[:most], notices=tuple(notices))


def _counted(count: int, language: Language) -> str:
    return words(language)["gathered"]["digests"].format(count=count)


# --- The subject ------------------------------------------------------------------------------


def _subject(tellings: Sequence[Telling], sheets: Sequence[Sheet], language: Language) -> str:
    """How many there are, then the news of each, the latest first, in the room there is."""
    if len(sheets) == 1:
        return sheets[0].subject
    mark = words(language)["subject"]["welcome"] * all(s.kind == "welcome" for s in sheets)
    start = f"{mark}{_counted(len(sheets), language)}{words(language)['frame']['colon']}"
    one_series = len({sheet.series for sheet in sheets}) == 1
    end = f" – {clipped(sheets[0].series, LONGEST_SERIES)}" if one_series else ""
    room = LONGEST_SUBJECT - columns(start) - columns(end)
    return visible(one_line(f"{start}{_news(tellings, room, language)}{end}"))


def _news(tellings: Sequence[Telling], room: int, language: Language) -> str:
    said = words_of(language)
    told: list[str] = []
    for telling in tellings:
        number = telling.summary.readout.round
        mark = _mark(telling.kind, language)
        start = f"{'; ' if told else ''}{mark}{said.headline.subject(number)}"
        left = room - columns("".join(told)) - columns(start)
        if told and left < LEAST_NEWS:
            break
        told.append(f"{start}{headline_within(telling, said, left)}")
    return "".join(told)


def _mark(kind: DigestKind, language: Language) -> str:
    """What stands before one of several digests that is no news."""
    return words(language)["subject"][kind] if kind in {"correction", "withdrawal"} else ""


# --- The foot ---------------------------------------------------------------------------------


def _footer(names: Sequence[str], language: Language, public_url: str | None) -> tuple[str, ...]:
    """What this mail is, what may be wrong with it, why it came, and how it stops."""
    said = words(language)["footer"]
    why = said["why"].format(series=enumerated(names, language))
    space = "" if language == "ja" else " "
    return (
        said["about"],
        said["verbatim"],
        why if public_url else f"{why}{space}{said['reply']}",
    )


def _links(language: Language, public_url: str | None) -> tuple[tuple[str, str], ...]:
    said = words(language)["footer"]
    if not public_url:
        return ()
    return ((said["preferences"], PREFERENCES), (said["unsubscribe"], UNSUBSCRIBE))
