"""Rounds as a digest: a subject, plain text, and HTML that say the same.

Everything shown comes from a page or from comparing two; nothing is interpreted. Whatever was
scraped is escaped, and its hidden controls are made visible (`notifiers.words.wording.visible`).
"""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.digest.gathered import each_round_once, mails_of
from notifiers.digest.typeset import html_from, text_from
from notifiers.mail.parcel import LONGEST_LINK
from notifiers.words.frame import words
from storage.records import Language, Rendering, Telling

LARGEST = 100_000
"""Bytes of HTML: beyond about that, Gmail cuts a mail off."""

ROOM_FOR_LINKS = 2 * LONGEST_LINK
"""Bytes by which a reader's own two links may be longer than the markers in their place."""


def render(tellings: Sequence[Telling], *, language: Language, public_url: str | None) -> Rendering:
    """Render a digest, or several gathered in one mail. The same arguments give the same bytes.

    Args:
        tellings: what is told, one or more. A round that was told twice is shown as it was told
            last; the latest comes first.
        language: of everything but quotations.
        public_url: where our pages are, if anywhere. Without it nobody has
            pages, and a reader's own links are left out.

    Raises:
        ValueError: nothing is told.
    """
    if not tellings:
        raise ValueError("a digest tells of one round at least")
    say = words(language)
    for mail in mails_of(each_round_once(tellings), language=language, public_url=public_url):
        html = html_from("digest.html.j2", mail=mail, say=say)
        if len(html.encode()) <= LARGEST - ROOM_FOR_LINKS:
            break
    return Rendering(mail.subject, text_from("digest.txt.j2", mail=mail, say=say), html)
