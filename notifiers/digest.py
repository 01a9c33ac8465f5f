"""A readout and its comparison as a digest: a subject, plain text, and HTML that say the same.

Everything shown comes from a page or from comparing two; nothing is interpreted. Whatever was
scraped is escaped, and its hidden controls are made visible (`notifiers.wording.visible`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from notifiers.cards import WHOLE, Card, Item, Measure
from notifiers.redline_text import LEGEND, edges, marked, wrapped
from notifiers.sheet import Sheet, lay_out, place_of
from notifiers.wording import visible
from storage.records import Language, Rendering, Telling

if TYPE_CHECKING:
    from jinja2 import Environment

LARGEST = 100_000
"""Bytes of HTML: beyond about that, Gmail cuts a mail off."""

MEASURES = (WHOLE, Measure(text=600, label=300, pieces=60, cards=40), Measure(120, 80, 8, 12))
"""Tried in turn; the last one always fits."""


def render(tellings: Sequence[Telling], *, language: Language, public_url: str | None) -> Rendering:
    """Render a digest, or several as one mail. The same arguments give the same bytes.

    Args:
        tellings: what is told, one or more, in the order in which it is shown.
        language: of everything but quotations.
        public_url: where the latest round is shown on the web, if anywhere.
    """
    for measure in MEASURES:
        sheets = [lay_out(each, public_url=public_url, measure=measure) for each in tellings]
        html = _html(sheets, language)
        if len(html.encode()) <= LARGEST:
            break
    return Rendering(_subject(sheets), _text(sheets), html)


def _subject(sheets: Sequence[Sheet]) -> str:
    if len(sheets) == 1:
        return sheets[0].subject
    return f"{len(sheets)} digests: {sheets[0].subject}"


def _text(sheets: Sequence[Sheet]) -> str:
    template = _templates().get_template("digest.txt.j2")
    return template.render(sheets=sheets, legend=LEGEND, footer=footer(sheets[0]))


def _html(sheets: Sequence[Sheet], language: Language) -> str:
    from css_inline import CSSInliner

    template = _templates().get_template("digest.html.j2")
    inliner = CSSInliner(load_remote_stylesheets=False)
    words = template.render(
        sheets=sheets, subject=_subject(sheets), language=language, footer=footer(sheets[0])
    )
    return inliner.inline(words)


def footer(sheet: Sheet) -> tuple[str, ...]:
    """What this mail is, why it came, how it stops, and what may be wrong with it."""
    return (
        "Roundwatch reads the press releases of the Office of the United States Trade "
        "Representative (USTR) and compares each readout of a round with the one before. It is "
        "not part of USTR.",
        "Quotations are verbatim. The comparison was made by a program, on "
        f"{sheet.made}; where it and the official page differ, the page is right.",
        f"You get this mail because your address is on the list for the {sheet.series}. Reply to "
        "this mail to be taken off the list.",
    )


@lru_cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(disabled_extensions=("txt.j2",), default=True),
        finalize=_finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "edges": edges,
        "marked": marked,
        "named": named,
        "place": place_of,
        "unbroken": _with_dates_unbroken,
        "wrap": wrapped,
    }
    return environment


def named(card: Card | Item) -> str:
    """The `id` of a card's place, if it has one."""
    from markupsafe import Markup

    return Markup(' id="{}"').format(card.anchor) if card.anchor else ""


def _with_dates_unbroken(words: str) -> str:
    """HTML in which no line ends inside `2024-07-29`."""
    from markupsafe import Markup

    dated = re.sub(r"(\d{4}-\d{2}-\d{2})", r'<span class="date">\1</span>', escape(visible(words)))
    return Markup(dated)  # noqa: S704 - escaped one line above


def _finalized(value: object) -> object:
    """Applied to everything a template prints, so that no field can be forgotten."""
    from markupsafe import Markup

    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
