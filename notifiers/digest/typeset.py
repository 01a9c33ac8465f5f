"""The templates: words set in plain text or in HTML, whatever was scraped made harmless."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from notifiers.digest.cards import Card, Item
from notifiers.digest.redline_text import apart, edges, marked
from notifiers.digest.sheet import place_of
from notifiers.mail.parcel import PREFERENCES, UNSUBSCRIBE
from notifiers.words.wording import visible
from notifiers.words.wrapping import wrapped

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.runtime import Context

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2}|\d{4}年\d{1,2}月\d{1,2}日)")
_LATIN = re.compile(
    # From a Latin letter to the last one, or what ends a sentence or a quotation, before
    # Japanese: its marks, kana, ideographs and full-width forms.
    r"([A-Za-z](?:[^\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]*[A-Za-z0-9.”’)\]…])?)"
)
_MARKERS = (PREFERENCES, UNSUBSCRIBE)


def text_from(template: str, **values: object) -> str:
    """A template of plain text, filled in."""
    return _templates().get_template(template).render(**values)


def html_from(template: str, **values: object) -> str:
    """A template of HTML, filled in: every value escaped, every style in its element."""
    from css_inline import CSSInliner

    inliner = CSSInliner(load_remote_stylesheets=False)
    return inliner.inline(_templates().get_template(template).render(**values))


@lru_cache
def _templates() -> Environment:
    from jinja2 import (
        Environment,
        FileSystemLoader,
        StrictUndefined,
        pass_context,
        select_autoescape,
    )

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        autoescape=select_autoescape(disabled_extensions=("txt.j2",), default=True),
        finalize=_finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "apart": apart,
        "edges": edges,
        "marked": marked,
        "named": named,
        "place": place_of,
        "bilingual": pass_context(_bilingual),
        "unbroken": pass_context(_with_dates_unbroken),
        "wrap": wrapped,
    }
    return environment


def named(card: Card | Item, before: str) -> str:
    """The `id` of a card's place, if it has one, with what stands before it in this mail."""
    from markupsafe import Markup

    return Markup(' id="{}{}"').format(before, card.anchor) if card.anchor else ""


def _bilingual(context: Context, words: str) -> str:
    """HTML in which, in a mail of another language, runs in Latin letters are marked as English."""
    from markupsafe import Markup

    return Markup(_marked_up(context, words))  # noqa: S704 - escaped there


def _with_dates_unbroken(context: Context, words: str) -> str:
    """The same, and no line ends inside `2024-07-29` or `2024年7月29日`."""
    from markupsafe import Markup

    dated = _DATE.sub(r'<span class="date">\1</span>', _marked_up(context, words))
    return Markup(dated)  # noqa: S704 - escaped there


def _marked_up(context: Context, words: str) -> str:
    if context["mail"].language == "en":
        return escape(_inert(words))
    runs = [escape(run) for run in _LATIN.split(_inert(words))]
    marked = (f'<span lang="en">{run}</span>' if n % 2 else run for n, run in enumerate(runs))
    return "".join(marked)


def _finalized(value: object) -> object:
    """Applied to everything a template prints, so that no field can be forgotten."""
    from markupsafe import Markup

    if not isinstance(value, str) or isinstance(value, Markup) or value in _MARKERS:
        return value
    return _inert(value)


def _inert(words: str) -> str:
    """Without hidden controls, and without a marker: no page can print a reader's own links."""
    for marker in _MARKERS:
        words = words.replace(marker, marker.replace(":", "[:]"))
    return visible(words)
