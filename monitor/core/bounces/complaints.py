"""Complaints: a reader pressed "this is spam", and their provider tells us (ARF, RFC 5965)."""

from __future__ import annotations

from monitor.core.bounces.mail_parts import Fields, fields_in
from monitor.core.bounces.mail_words import address_in, one_line
from storage.records import Bounce

TYPE = "message/feedback-report"
"""The media type of such a report."""

_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
"""The types that say "no more of this". `not-spam` says the contrary; `auth-failure` (RFC 6591),
`virus` and `other` speak of the mail or of our server, not for the reader."""


def complaint_in(report: bytes, original: Fields, message_id: str | None) -> Bounce:
    """Read a report of feedback.

    Args:
        report: the part's content.
        original: the header of the mail that comes with it.
        message_id: that of this mail, if it has one.

    Returns:
        A complaint, or what is ignored. Its address is the one that the report names, or the mail
        was addressed to; empty where both were taken out.
    """
    fields = fields_in(report)
    kind = fields.get("feedback-type", "").strip().lower()
    named = (fields.get("original-rcpt-to", ""), original.get("to", ""))
    return Bounce(
        kind="complaint" if kind in _COMPLAINTS else "ignored",
        address=next(filter(None, map(address_in, named)), ""),
        status=None,
        message_id=message_id,
        words=one_line(
            f"{kind or 'no type of feedback'}, told by {fields.get('user-agent', 'nobody')}"
        ),
    )
