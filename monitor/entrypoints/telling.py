"""An account laid out: the same words on the terminal, on the web, in a digest and as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from monitor.journeys.latest import Account
from monitor.journeys.sending.announce import telling_of
from notifiers.digest.news.lines import tell
from notifiers.digest.sheet import Sheet, lay_out
from storage.documents import to_document
from storage.records import Language


def document_of(account: Account) -> dict[str, Any]:
    """The account as JSON has it: the summary, and the news as a digest tells it."""
    before = account.before.readout if account.before else None
    news = tell(account.summary, account.background, before).record()
    return {**to_document(account.summary), "news": to_document(news)}


def sheet_of(
    account: Account, public_url: str | None, now: datetime, language: Language = "en"
) -> Sheet:
    """Lay an account out, as a digest would."""
    return lay_out(telling_of(account, "news", now), public_url=public_url, language=language)
