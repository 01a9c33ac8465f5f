"""An account laid out: the same words on the terminal, on the web, in a digest and as JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.journeys.latest import Account
from monitor.journeys.sending.announce import telling_of
from notifiers.digest.news.lines import tell
from notifiers.digest.sheet import Sheet, lay_out
from notifiers.digest.whereabouts import notices_of_place, seen_at
from storage.documents import to_document
from storage.records import Language


def document_of(account: Account) -> dict[str, Any]:
    """The account as JSON has it: the summary, the news as a digest tells it, where the page is."""
    before = account.before.readout if account.before else None
    news = tell(account.summary, account.background, before).record()
    return {
        **to_document(account.summary),
        "news": to_document(news),
        "whereabouts": to_document(account.whereabouts),
    }


def sheet_of(
    account: Account, public_url: str | None, now: datetime, language: Language = "en"
) -> Sheet:
    """Lay an account out, as a digest would; and say where its page is, if not in its place."""
    sheet = lay_out(telling_of(account, "news", now), public_url=public_url, language=language)
    copied_at = account.summary.source.fetched_at
    said = notices_of_place(account.whereabouts, copied_at=copied_at, language=language)
    source = replace(sheet.source, seen=seen_at(account.whereabouts.seen, language))
    return replace(sheet, notices=(*said, *sheet.notices), source=source)
