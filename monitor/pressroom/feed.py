"""The feed: ten entries of all kinds, a sticky one of 2009 first, in no useful order.

Measured of the real `/rss.xml` by others in 2025 and 2026: a hint, never the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from monitor.pressroom.content import SITE, PressRelease

ENTRIES = 10


def feed(visible: Sequence[PressRelease]) -> str:
    """The RSS of the releases visible, given newest first."""
    items = "".join(map(_item, _chosen(visible)))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<rss version="2.0" xml:base="{SITE}/">\n<channel>\n'
        "<title>United States Trade Representative (Roundwatch’s sample)</title>\n"
        f"<link>{SITE}/</link>\n<description/>\n<language>en</language>\n{items}</channel>\n</rss>\n"
    )


def _chosen(visible: Sequence[PressRelease]) -> list[PressRelease]:
    sticky = [release for release in visible if "/fact-sheets/2009/" in release.address]
    newest = [release for release in visible if release not in sticky][: ENTRIES - len(sticky)]
    return sticky + sorted(newest, key=lambda release: release.title)


def _item(release: PressRelease) -> str:
    at = datetime.combine(release.published, time(16), UTC)
    address = SITE + quote(release.path)
    return (
        f"<item>\n<title>{escape(release.title, quote=False)}</title>\n<link>{address}</link>\n"
        f"<pubDate>{format_datetime(at)}</pubDate>\n"
        f'<guid isPermaLink="true">{address}</guid>\n</item>\n'
    )
