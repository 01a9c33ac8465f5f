"""What the operator's endpoints may answer, for their description: records, as JSON has them."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.journeys.finding import Finding
from monitor.journeys.sending.books import Books
from monitor.series import DEFAULT
from storage.documents import to_document
from storage.records import Issue, Subscriber, Subscription

_AT = datetime(2024, 8, 1, 12, 5, tzinfo=UTC)

FINDINGS = to_document(
    (
        Finding(True, "sees", "last good look at https://ustr.gov: 2024-08-01 12:05 UTC"),
        Finding(False, "sends", "a delivery is due since 2024-08-01 09:00 UTC"),
    )
)
DIGESTS = to_document(
    (
        Books(
            id=1,
            series=DEFAULT,
            round=5,
            kind="news",
            subject="Round 5 of the U.S.-Japan Partnership on Trade",
            filed_at=_AT,
            candidates=3,
            sent=2,
            suppressed=0,
            failed=0,
            waiting=1,
            uncertain=0,
            abandoned=0,
        ),
    )
)
ISSUES = to_document(
    (
        Issue(
            id=3,
            kind="timed-out",
            address="https://ustr.gov/about-us/policy-offices/press-office/press-releases",
            summary="no answer came in time",
            evidence={"seconds": "30"},
            opened_at=_AT,
            last_seen_at=_AT,
        ),
    )
)
READER = to_document(
    Subscriber(
        id=1,
        address="reader@example.org",
        channel="mail",
        domain="example.org",
        state="confirmed",
        created_at=_AT,
        confirmed_at=_AT,
        subscriptions=(Subscription(1, DEFAULT, (), _AT),),
    )
)
READERS = {"items": [READER], "next": "/api/v1/operator/subscribers?limit=1&after=WzFd"}
ON_FILE = {"subscriber": READER, "mails": [], "letters": [], "bounces": []}
