"""What a webhook is sent: a digest's facts as JSON, in the shapes of the published schemas."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from notifiers.digest.news.lines import tell
from notifiers.words.frame import words
from storage.records import News, Telling


def webhook_document(tellings: Sequence[Telling]) -> bytes:
    """The document of one digest; of several in one delivery, `{"kind": "gathered", ...}`.

    Args:
        tellings: at least one, in the order of a gathered mail.
    """
    documents = [_document(telling) for telling in tellings]
    gathered = {"kind": "gathered", "digests": documents}
    return msgspec.json.encode(documents[0] if len(documents) == 1 else gathered)


def _document(telling: Telling) -> dict[str, object]:
    summary = telling.summary
    before = telling.before.readout if telling.before else None
    gone = {"news": _gone(), "whereabouts": telling.whereabouts} if telling.whereabouts else {}
    return {
        "kind": telling.kind,
        "series": summary.readout.series,
        "round": summary.readout.round,
        "release": summary.release,
        "readout": summary.readout,
        "comparison": summary.comparison,
        "news": tell(
            summary, telling.background, before, chosen=telling.chosen is not None
        ).record(),
        "chosen": telling.chosen,
        **gone,
    }


def _gone() -> News:
    """The news of a withdrawal: what the round was about is none any more."""
    return News(words("en")["whereabouts"]["headline"], (), "")
