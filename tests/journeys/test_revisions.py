"""The texts a release has had: each edit with its redline, in order of time, however it came in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.bootstrap import Service
from monitor.core.look import Look
from monitor.journeys.intake import Arrival, take_in
from monitor.journeys.latest import of_round
from monitor.journeys.revisions import Revised, revisions_of, was_revised
from storage import outbox
from tests.faults.server import MisbehavingServer, Page
from tests.journeys.offices import SERIES, Clock, add_reader, office
from tests.journeys.pages import LISTING, listing, page, path_of

PATH = path_of(1)
A = page(1, "Labor: Talked.", "Seafood: Talked.")
B = page(1, "Labor: Talked at length.")
MENU = "<nav><ul><li><a href='/a'>A new menu</a></li></ul></nav>"

SAME: dict[str, str] = {
    "menu": A.replace("<article>", f"{MENU}<article>"),
    "footer": A.replace("</body>", "<footer><p>Office of the Webmaster</p></footer></body>"),
    "sidebar": A.replace("</body>", "<aside><p>Other news of July 4, 2024</p></aside></body>"),
    "script": A.replace("</head>", "<script>var visit = 81723;</script></head>"),
    "style": A.replace("</head>", "<style>p { color: green }</style></head>"),
    "comment": A.replace("<article>", "<!-- built 2024-08-02 --><article>"),
    "classes": A.replace("<p>", '<p class="text-large" data-n="7">'),
    "white space": A.replace("<p>", "<p>\n   ").replace("</p>", "  </p>\n\n"),
    "hard spaces": A.replace("Labor: Talked", "Labor:&nbsp;Talked"),
    "entities": A.replace("U.S.-Japan", "U.S.&#45;Japan"),
    "bullets": A.replace("• ", "· "),
    "token": A.replace("</article>", "<form><input type='hidden' value='e8f1'></form></article>"),
    "archive banner": A.replace("<h1>", "<p>ARCHIVED CONTENT</p><h1>"),
}
"""Pages that changed, and say the same: each is another page by its bytes."""


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    """A server with one round."""
    with MisbehavingServer() as serving:
        serving.set(PATH, Page(A))
        serving.set(LISTING, Page(listing(PATH), etag='"one"'))
        yield serving


@pytest.fixture
def made(server: MisbehavingServer, clock: Clock, database_url: str) -> Iterator[Service]:
    """A service that has read the round."""
    with office(server.base_url, database_url, now=clock) as service:
        add_reader(service, "reader@example.org")
        service.look()
        yield service


def show(server: MisbehavingServer, made: Service, clock: Clock, text: str) -> None:
    server.set(PATH, Page(text))
    clock.later(days=1)
    made.look()


def texts(made: Service) -> tuple[Revised, ...]:
    with made.database.reading() as tx:
        account = of_round(tx, SERIES, 1)
        found = revisions_of(tx, account)
        assert was_revised(tx, account) == (len(found) > 1)
    return found


def fates(text: Revised) -> list[tuple[str, tuple[str, ...]]]:
    assert text.comparison is not None
    return [(c.change, c.after or c.before) for c in text.comparison.changes]


def test_a_text_that_changes_and_changes_back_is_three_each_with_its_comparison(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    start = clock()
    for text in (B, A):
        show(server, made, clock, text)
    first, second, third = texts(made)
    assert (first.amendment, first.comparison) == (None, None)
    assert fates(second) == [("continued", ("Labor",)), ("dropped", ("Seafood",))]
    assert fates(third) == [("continued", ("Labor",)), ("introduced", ("Seafood",))]
    assert [t.seen_first for t in (first, second, third)] == [
        start + timedelta(days=n) for n in range(3)
    ]
    assert first.source.sha256 == third.source.sha256 != second.source.sha256
    assert second.amendment is not None
    came = [p.text for passage in second.amendment.passages for p in passage if p.op == "insert"]
    assert any("at length" in text for text in came)


@pytest.mark.parametrize("kind", SAME)
def test_an_unchanged_text_on_a_changed_page_is_no_revision(
    kind: str, server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    assert SAME[kind] != A
    show(server, made, clock, SAME[kind])
    (only,) = texts(made)
    assert only.seen_last == clock(), "the page was seen, and says the same"


def test_an_older_text_taken_in_later_stands_before_and_corrects_nothing(
    server: MisbehavingServer, made: Service, clock: Clock
) -> None:
    with made.database.reading() as tx:
        before = of_round(tx, SERIES, 1).summary
    old = clock() - timedelta(days=400)
    arrival = Arrival(
        address=f"https://ustr.gov{PATH}",
        fetched_from=f"https://web.example.org/20230601/{PATH}",
        origin="wayback",
        fetched_at=old,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=B.encode(),
    )
    look = Look(clock().date(), quiet=True, first=False)
    take_in(arrival, look, database=made.database, settings=made.settings, now=clock())
    first, second = texts(made)
    assert (first.source.origin, first.seen_first) == ("wayback", old)
    assert fates(second) == [("continued", ("Labor",)), ("introduced", ("Seafood",))]
    with made.database.reading() as tx:
        assert of_round(tx, SERIES, 1).summary == before
        assert outbox.digests(tx) == ()
