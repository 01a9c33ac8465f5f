"""Pages of readouts in every shape that is known, each with the record that must come out.

A page is made of choices, one in every dimension: how it is saved, how its days are written, who
led ... The sentences are ours. The expected record is made from the choices and from what is
written beside them here, never by the reader. `docs/reading.md` names the rules behind the fields.
"""

from __future__ import annotations

import json
import random
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape
from itertools import combinations
from typing import Any

from tests.core.wordings import (
    BILATERAL,
    DATELINES,
    DAYS,
    INTROS,
    LABELS,
    LEADS,
    NEXT_ROUNDS,
    NUMBERS,
    PURPOSES,
    SERIES_NAMES,
    Days,
)

Choices = dict[str, str]

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "form": ("text", "crlf", "wrapped", "breadcrumb", "2019", "2021", "2026", "json"),
    "head": ("title and date", "title", "nothing"),
    "number": tuple(NUMBERS),
    "series": tuple(SERIES_NAMES),
    "event": ("round of meetings under the", "round of meetings of the", "meeting of the"),
    "verb": ("held", "completed", "was held"),
    "dateline": tuple(DATELINES),
    "place": ("dateline", "in Tokyo"),
    "days": tuple(DAYS),
    "year": ("written", "left out"),
    "address": ("given", "unknown"),
    "leads": tuple(LEADS),
    "leads stand": ("in the opening", "in a paragraph of their own"),
    "purpose": tuple(PURPOSES),
    "intro": tuple(INTROS),
    "bullet": ("list", "•", "-", "lone -", "*", "1.", "(1)"),
    "gaps": ("none", "blank lines", "no-break spaces"),
    "separator": (" – ", "– ", ": ", ":", " — "),
    "labels": tuple(LABELS),
    "last bullet": ("apart", "next line", "same line"),
    "bilateral": tuple(BILATERAL),
    "next round": tuple(NEXT_ROUNDS),
    "next round stands": ("last", "in a paragraph of its own", "before the list"),
    "ending": ("###", "# # #", "-30-", "none", "empty bullet", "no closing"),
    "subhead": ("none", "one"),
    "background": ("none", "older rounds"),
    "spaces": ("plain", "no-break"),
    "quotes": ("curly", "straight"),
}

HTML = frozenset({"2019", "2021", "2026"})
BROKEN = frozenset({"empty bullet", "no closing"})
ADDRESS = "https://ustr.gov/about-us/policy-offices/press-office/press-releases"


@dataclass(frozen=True)
class Made:
    """A page as it is saved, where it was found, and what must be read from it."""

    choices: Choices
    text: str
    address: str | None
    expected: dict[str, Any]


@dataclass
class Body:
    """The paragraphs of a body, each with its role, as they are written and as they are read."""

    roles: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def add(self, role: str, text: str) -> None:
        self.roles.append(role)
        self.written.append(text)


def possible(chosen: Choices) -> bool:
    """Whether choices, perhaps not all of them yet, can stand on one page."""
    has = chosen.get
    subhead = has("subhead") == "one" or has("number") == "subhead"
    saved_text = has("form") in {"text", "crlf", "wrapped"}
    no_place = has("dateline") in {"none", "Washington, D.C. – ", "London"}
    return not any(
        (
            # A number cannot stand in a title that is not there, and a trail leads to a title.
            has("head") == "nothing" and has("number") in {"title", "title, Round 5"},
            has("head") == "nothing" and has("form") == "breadcrumb",
            has("number") == "subhead" and has("subhead") == "none",
            # Without a date nothing but the place in capitals tells a title from a paragraph, and
            # the first line of a text that has no title is taken for one.
            saved_text and has("head") == "title" and (no_place or subhead),
            (saved_text or has("form") == "json") and has("head") == "nothing" and subhead,
            # Lines broken by width need blank lines between the paragraphs.
            has("form") == "wrapped" and has("gaps") == "none",
            has("form") == "wrapped" and has("last bullet") == "next line",
            # A mark alone on its line is a matter of saved text.
            has("form") in HTML and has("bullet") == "lone -",
            has("bullet") == "lone -" and has("head") == "nothing" and subhead,
            # Whether the sixth round is the next is not known where this one has no number.
            has("number") == "nowhere" and has("next round") == "by number",
        )
    )


def rows(count: int, seed: int) -> Iterator[Choices]:
    """Choices for so many pages: until each possible pair of values was seen, for new pairs."""
    chance = random.Random(seed)
    missing = set(pairs())
    for _ in range(count):
        chosen: Choices = dict(min(missing)) if missing else {}
        names = [name for name in DIMENSIONS if name not in chosen]
        chance.shuffle(names)
        for name in names:
            fitting = [v for v in DIMENSIONS[name] if possible({**chosen, name: v})]
            chance.shuffle(fitting)
            chosen[name] = max(fitting, key=lambda v: _gain(chosen, name, v, missing))
        missing -= set(combinations(sorted(chosen.items()), 2))
        yield chosen


def pairs() -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Every pair of values of two dimensions that can stand on one page."""
    for one, other in combinations(sorted(DIMENSIONS), 2):
        for value in DIMENSIONS[one]:
            for another in DIMENSIONS[other]:
                if possible({one: value, other: another}):
                    yield (one, value), (other, another)


def _gain(chosen: Choices, name: str, value: str, missing: set[Any]) -> int:
    mine = (name, value)
    return sum(tuple(sorted((mine, item))) in missing for item in chosen.items())


# --- One page -------------------------------------------------------------------------------------


def made(chosen: Choices) -> Made:
    """The page of these choices, and its record."""
    days = DAYS[chosen["days"]]
    published = days.end + timedelta(days=days.published_after)
    dated = chosen["head"] == "title and date"
    address = (
        f"{ADDRESS}/{published:%Y}/{published:%B}/readout-{chosen['labels']}".lower()
        if chosen["address"] == "given"
        else None
    )
    title = _title(chosen) if chosen["head"] != "nothing" else None
    body = _body(chosen, days)
    readout = _readout(chosen, days, published if dated else None, address)
    expected = {
        "verdict": "readout",
        "release": {
            "title": title and _typed(title, chosen),
            "published": str(published) if dated else None,
            "url": address,
            "paragraphs": [
                {"role": role, "text": _read(text, chosen)}
                for role, text in zip(body.roles, body.written, strict=True)
                if text.strip()
            ],
        },
        "readouts": [readout],
    }
    text = _saved(chosen, body, title, published if dated else None)
    return Made(chosen, text, address, expected)


def _title(chosen: Choices) -> str:
    number = NUMBERS[chosen["number"]].in_title
    series = "U.S.-Japan Partnership on Trade"
    if number.startswith("Round"):
        return f"Readout of {number} of the {series}"
    return f"Readout of the {number + ' ' if number else ''}Round of Meetings under the {series}"


def _body(chosen: Choices, days: Days) -> Body:
    body = Body()
    if chosen["subhead"] == "one":
        number = NUMBERS[chosen["number"]].in_subhead
        body.add(
            "opening", f"Officials Meet for the {number} Round" if number else "Officials Meet"
        )
    opening, lead = _opening(chosen, days), LEADS[chosen["leads"]].sentence
    if chosen["leads stand"] == "in the opening" or not lead:
        body.add("opening", f"{opening} {lead}".strip())
    else:
        body.add("opening", opening)
        body.add("delegation", lead)
    if purpose := PURPOSES[chosen["purpose"]]:
        body.add("purpose", purpose)
    if chosen["next round stands"] == "before the list" and _ahead(chosen):
        body.add("purpose", _ahead(chosen))
    body.add("list-intro", INTROS[chosen["intro"]])
    _add_list(body, chosen)
    if chosen["ending"] != "empty bullet":
        _add_end(body, chosen)
    return body


def _opening(chosen: Choices, days: Days) -> str:
    number = NUMBERS[chosen["number"]].in_body
    event = f"the {number + ' ' if number else ''}{chosen['event']}"
    series = SERIES_NAMES[chosen["series"]]
    when = days.words if chosen["year"] == "written" else days.without_year
    when = f"{'on ' if days.on else ''}{when}"
    where = " in Tokyo" if chosen["place"] == "in Tokyo" else ""
    if chosen["verb"] == "was held":
        event = event[0].upper() + event[1:]
        told = f"{event} {series} was held{where} {when}."
    else:
        told = f"The United States and Japan {chosen['verb']} {event} {series}{where} {when}."
    return DATELINES[chosen["dateline"]][0] + told


def _add_list(body: Body, chosen: Choices) -> None:
    items = LABELS[chosen["labels"]]
    for place, (label, _, text) in enumerate(items, 1):
        item = f"{_mark(chosen, place)}{label}{chosen['separator']}{text}"
        body.add("mention", item)
    if chosen["ending"] == "empty bullet":
        body.add("mention", "" if _is_list(chosen) else _mark(chosen, len(items) + 1).strip())


def _is_list(chosen: Choices) -> bool:
    return chosen["bullet"] == "list" and chosen["form"] in HTML


def _mark(chosen: Choices, place: int) -> str:
    if chosen["bullet"] == "list":
        return "" if chosen["form"] in HTML else "• "
    if chosen["bullet"] in {"1.", "(1)"}:
        return chosen["bullet"].replace("1", str(place)) + " "
    return chosen["bullet"].replace("lone ", "") + " "


def _add_end(body: Body, chosen: Choices) -> None:
    for sentence in BILATERAL[chosen["bilateral"]].paragraphs:
        body.add("bilateral", sentence)
    if chosen["ending"] == "no closing":
        return
    work = "Both sides will continue their work between rounds."
    if chosen["next round stands"] == "last" and _ahead(chosen):
        body.add("closing", f"{work} {_ahead(chosen)}")
    else:
        body.add("closing", work)
        if chosen["next round stands"] == "in a paragraph of its own" and _ahead(chosen):
            body.add("closing", _ahead(chosen))
    if chosen["background"] == "older rounds":
        body.add("purpose", "Background")
        body.add("purpose", "The third round was held in Geneva on May 4-5, 2020.")
    if chosen["ending"] != "none":
        body.add("end-mark", chosen["ending"])


def _ahead(chosen: Choices) -> str:
    number = NUMBERS[chosen["number"]].following
    return NEXT_ROUNDS[chosen["next round"]].sentence.replace("NUMBER", number)


# --- What must be read ----------------------------------------------------------------------------


def _readout(
    chosen: Choices, days: Days, published: date | None, address: str | None
) -> dict[str, Any]:
    broken = chosen["ending"]
    held, elsewhere = _held(chosen, days, published, address)
    start = date.fromisoformat(held["start"]) if held["start"] else None
    issues = BILATERAL[chosen["bilateral"]].items if broken != "empty bullet" else ()
    mentions = [
        _mention("common-interest", slug, label, text)
        for label, slug, text in LABELS[chosen["labels"]]
    ]
    mentions += [_mention("bilateral", slug, item, item) for item, slug in issues]
    for mention in mentions:
        mention["label"] = _read(mention["label"], chosen)
        mention["text"] = _read(mention["text"], chosen)
    return {
        "series": "us-japan-partnership-on-trade",
        "round": NUMBERS[chosen["number"]].number,
        "held": held,
        "held_elsewhere": elsewhere,
        "city": "Tokyo" if chosen["place"] == "in Tokyo" else DATELINES[chosen["dateline"]][1],
        "delegations": [
            {
                "country": country,
                "leads": [
                    {"name": _read(name, chosen), "title": title and _read(title, chosen)}
                    for name, title in leads
                ],
            }
            for country, leads in LEADS[chosen["leads"]].delegations
        ],
        "mentions": mentions,
        "next_round": _next_round(chosen, published or start),
        "complete": broken not in BROKEN,
    }


def _mention(strand: str, slug: str, label: str, text: str) -> dict[str, Any]:
    return {"strand": strand, "topic": slug, "label": label, "text": text}


def _held(
    chosen: Choices, days: Days, published: date | None, address: str | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    written = chosen["year"] == "written" and days.words != days.without_year
    if days.always_known:
        known = True
    elif days.counted:
        known = published is not None
    else:
        known = written or bool(published or address) or _page_tells(chosen)
    if days.impossible:
        known = False
    words = days.words if chosen["year"] == "written" else days.without_year
    span = _span(words, days.start if known else None, days.end if known else None, days.precision)
    span["calendar"] = days.calendar
    elsewhere = []
    if days.elsewhere:
        text, start, end, calendar = days.elsewhere
        other = _span(text, start if known else None, end if known else None, "day")
        elsewhere = [{**other, "calendar": calendar}]
    return span, elsewhere


def _page_tells(chosen: Choices) -> bool:
    """Whether the year stands on the page: between the launch and a next round with a year."""
    next_round = NEXT_ROUNDS[chosen["next round"]]
    seen = chosen["next round stands"] == "before the list" or chosen["ending"] not in BROKEN
    return "2021" in PURPOSES[chosen["purpose"]] and seen and next_round.year_written


def _next_round(chosen: Choices, counted_from: date | None) -> dict[str, Any] | None:
    told = NEXT_ROUNDS[chosen["next round"]]
    if not told.sentence or (
        chosen["ending"] in BROKEN and chosen["next round stands"] != "before the list"
    ):
        return None
    known = told.year_written or (told.start is not None and counted_from is not None)
    words = told.words.replace("NUMBER", NUMBERS[chosen["number"]].following)
    span = _span(words, told.start if known else None, told.end if known else None, told.precision)
    return {**span, "calendar": None}


def _span(words: str, start: date | None, end: date | None, precision: str) -> dict[str, Any]:
    return {
        "text": words,
        "start": start and str(start),
        "end": end and str(end),
        "precision": precision,
    }


def _read(text: str, chosen: Choices) -> str:
    """A text as it is read: the page's quotes, plain spaces."""
    return " ".join(_typed(text, chosen).split())


def _typed(text: str, chosen: Choices) -> str:
    return text.replace("’", "'") if chosen["quotes"] == "straight" else text


# --- How it is saved ------------------------------------------------------------------------------


def _saved(chosen: Choices, body: Body, title: str | None, published: date | None) -> str:
    written = Body(body.roles, [_spelled(text, chosen) for text in body.written])
    title = title and _typed(title, chosen)
    if chosen["form"] in HTML:
        return _html(chosen, written, title, published)
    lines = _lines(chosen, written)
    if chosen["form"] == "json":
        record = {"title": title, "date": published and str(published), "body": "\n".join(lines)}
        return json.dumps({key: value for key, value in record.items() if value})
    head = ["Breadcrumb", ""] if chosen["form"] == "breadcrumb" else []
    head += [title, ""] if title else []
    head += [f"{published:%B %d, %Y}", ""] if published else []
    return ("\r\n" if chosen["form"] == "crlf" else "\n").join([*head, *lines])


def _spelled(text: str, chosen: Choices) -> str:
    text = _typed(text, chosen)
    if chosen["spaces"] == "no-break":
        text = text.replace("U.S. ", "U.S.\u00a0").replace(" 2022", "\u00a02022")
        text = text.replace(" and ", " and\u00a0").replace("round of", "round\u00a0of")
    return text


def _lines(chosen: Choices, body: Body) -> list[str]:
    gap = {"none": [], "blank lines": [""], "no-break spaces": ["\u00a0", " "]}[chosen["gaps"]]
    lines: list[str] = []
    for place, (role, text) in enumerate(zip(body.roles, body.written, strict=True)):
        before = body.roles[place - 1] if place else ""
        runs_on = role == "bilateral" and before == "mention" and chosen["last bullet"]
        if runs_on == "same line":
            lines += _typed_lines(chosen, role, f"{lines.pop()} {text}")
            continue
        lines += gap if place and runs_on != "next line" else []
        lines += _typed_lines(chosen, role, text)
    return lines


def _typed_lines(chosen: Choices, role: str, text: str) -> list[str]:
    if chosen["form"] == "wrapped":
        return textwrap.wrap(text, 78, break_long_words=False, break_on_hyphens=False)
    if role == "mention" and chosen["bullet"] == "lone -" and text != "-" and text.startswith("- "):
        return ["-", text[2:]]
    return [text]


def _html(chosen: Choices, body: Body, title: str | None, published: date | None) -> str:
    """The markup of a year: its landmarks around title, date and body, and a sidebar with a date."""
    inner = "\n".join(_html_blocks(chosen, body))
    title = escape(title, quote=False) if title else ""
    aside = "<aside><h2>More</h2><ul><li>June 30, 2019 <a href='/x'>Another</a></li></ul></aside>"
    if chosen["form"] == "2019":
        head = f'<h1 class="pageTitle">{title}</h1>\n' if title else ""
        head += f"<p>{published:%m/%d/%Y}</p>\n" if published else ""
        page = (
            f'<div class="columns">{aside}<div id="main-content">{head}<div class="field-items">'
            f'<div class="field-item even">{inner}</div></div></div></div>'
        )
    elif chosen["form"] == "2021":
        head = f"<h1>{title}</h1>\n" if title else ""
        head += f"<p>{published:%B %d, %Y}</p>\n" if published else ""
        page = (
            f'<main><h2 class="visually-hidden">Breadcrumb</h2>{head}'
            f'<div class="field--name-body">{inner}</div></main>{aside}'
        )
    else:
        head = f'<h1 class="page-header">{title}</h1>\n' if title else ""
        day = (
            f"<time datetime='{published}T12:00:00Z'>{published:%B %d, %Y}</time>"
            if published
            else ""
        )
        page = (
            f'<nav class="breadcrumb"><ol><li>Home</li></ol></nav><main>{head}<article>'
            f'<div>{day}</div><div class="field field--name-body">{inner}</div></article>{aside}</main>'
        )
    return f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"></head><body>{page}</body></html>'


def _html_blocks(chosen: Choices, body: Body) -> Iterator[str]:
    gap = {"none": "", "blank lines": "\n\n", "no-break spaces": "<p>&nbsp;</p>"}[chosen["gaps"]]
    tail = "<br>\n&nbsp;" if chosen["gaps"] == "no-break spaces" else ""
    listed: list[str] = []
    for place, (role, text) in enumerate(zip(body.roles, body.written, strict=True)):
        shown = escape(text, quote=False).replace("\u00a0", "&nbsp;")
        runs_on = role == "bilateral" and body.roles[place - 1] == "mention"
        if runs_on and chosen["last bullet"] != "apart":
            joint = " " if chosen["last bullet"] == "same line" else "<br>"
            listed[-1] += f"{joint}{shown}"
        elif role == "mention":
            listed.append(shown)
        else:
            if listed:
                yield from _html_list(chosen, listed, tail)
                listed = []
            yield f"<p>{shown}</p>{gap}"
    if listed:
        yield from _html_list(chosen, listed, tail)


def _html_list(chosen: Choices, items: list[str], tail: str) -> Iterator[str]:
    if chosen["bullet"] == "list":
        yield "<ul>\n<li>" + "</li>\n<li>".join(items) + f"{tail}</li>\n</ul>"
    else:
        yield from (f"<p>{item}</p>" for item in items)
