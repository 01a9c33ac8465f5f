"""What becomes of one page: filed once, corrected, adopted, or an issue; never half."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.bootstrap import Service
from monitor.core.look import Look
from monitor.journeys.intake import Arrival, Taken, take_in
from monitor.journeys.latest import latest, of_round
from monitor.journeys.past.window import Window
from monitor.journeys.sending.announce import announce
from monitor.series import DEFAULT
from storage import archive, journal, outbox
from storage.records import Issue
from tests.journeys.offices import NOW, SERIES, add_reader, office

BASE = "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024"
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
LOUD = Look(NOW.date(), quiet=False, first=False)
QUIET = Look(NOW.date(), quiet=True, first=False)


@pytest.fixture
def made(database_url: str) -> Iterator[Service]:
    """A service without a source: pages arrive by hand."""
    with office("http://127.0.0.1:9", database_url) as service:
        add_reader(service, "reader@example.org")
        yield service


def body(number: int, *bullets: str, closing: str = "Both look forward to the next round.") -> str:
    """The body of a readout in our own words."""
    return "\n".join(
        [
            f"WASHINGTON – The United States and Japan held the {ORDINALS[number - 1]} round of "
            f"meetings under the U.S.-Japan Partnership on Trade on July {number}, 2024.",
            "In areas where they work together, they took up several topics, including:",
            *(f"• {bullet}" for bullet in bullets),
            closing,
            "###",
        ]
    )


def html(number: int, *bullets: str) -> bytes:
    """The same as a page."""
    lines = body(number, *bullets).splitlines()
    paragraphs = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<html><body><article><h1>Readout of the {ORDINALS[number - 1].title()} Round of Meetings "
        "under the U.S.-Japan Partnership on Trade</h1><p>July 31, 2024</p>"
        f'<div class="field--name-body">{paragraphs}</div></article></body></html>'
    ).encode()


def arrive(
    made: Service, content: bytes, address: str | None, look: Look = LOUD, minutes: int = 0
) -> Taken:
    """Have a page arrive."""
    arrival = Arrival(
        address=address,
        fetched_from=address or "file:///saved/page.html",
        origin="live" if address else "folder",
        fetched_at=NOW + timedelta(minutes=minutes),
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=content,
    )
    now = NOW + timedelta(minutes=minutes)
    return take_in(arrival, look, database=made.database, settings=made.settings, now=now)


def address_of(number: int) -> str:
    return f"{BASE}/july/readout-{ORDINALS[number - 1]}-round-partnership-trade"


def open_issues(made: Service) -> list[Issue]:
    with made.database.reading() as tx:
        return list(journal.issues(tx))


def digests(made: Service) -> list[tuple[int | None, str]]:
    with made.database.reading() as tx:
        return [(d.round, d.kind) for d in reversed(outbox.digests(tx))]


def test_a_readout_is_filed_with_its_comparison_its_digest_and_a_delivery(made: Service) -> None:
    arrive(made, html(1, "Labor: Talked of audits."), address_of(1), QUIET)
    taken = arrive(made, html(2, "Labor: Talked of rules."), address_of(2))
    assert (taken.verdict, taken.rounds, len(taken.announced)) == ("readout", ((DEFAULT, 2),), 1)
    with made.database.reading() as tx:
        account = latest(tx, SERIES)
        assert account.summary.comparison is not None
        assert account.summary.comparison.topics[0].text_change == "reworded"
        assert outbox.balance(tx).queued == 1


def test_the_same_page_again_changes_nothing(made: Service) -> None:
    for minute in range(3):
        arrive(made, html(1, "Labor: Talked."), address_of(1), minutes=minute)
    assert digests(made) == [(1, "news")]
    with made.database.reading() as tx:
        assert len(list(archive.snapshots(tx))) == 1


def test_a_changed_text_is_a_correction_only_if_the_comparison_changed(made: Service) -> None:
    arrive(made, html(1, "Labor: Talked."), address_of(1), QUIET)
    arrive(made, html(2, "Labor: Talked.", "Seafood: Talked."), address_of(2))
    other_closing = html(2, "Labor: Talked.", "Seafood: Talked.").replace(
        b"Both look", b"They look"
    )
    arrive(made, other_closing, address_of(2), minutes=1)
    assert digests(made) == [(2, "news")]
    arrive(made, html(2, "Labor: Talked."), address_of(2), minutes=2)
    assert digests(made) == [(2, "news"), (2, "correction")]


def test_a_gap_filled_later_is_quiet_and_gives_the_later_round_a_new_comparison(
    made: Service,
) -> None:
    arrive(made, html(1, "Labor: Talked.", "Seafood: Talked."), address_of(1), QUIET)
    arrive(made, html(3, "Labor: Talked.", "Seafood: Talked."), address_of(3))
    arrive(made, html(2, "Labor: Talked."), address_of(2))
    assert digests(made) == [(3, "news")]
    with made.database.reading() as tx:
        comparison = of_round(tx, SERIES, 3).summary.comparison
    assert comparison is not None
    fates = {change.topic: (change.change, change.last_seen_round) for change in comparison.topics}
    assert (comparison.before_round, comparison.missing_rounds) == (2, ())
    assert fates["seafood"] == ("returned", 1)


def test_the_same_round_at_another_address_is_an_issue_and_no_news(made: Service) -> None:
    arrive(made, html(1, "Labor: Talked."), address_of(1))
    arrive(made, html(1, "Labor: Talked otherwise."), f"{address_of(1)}-0", minutes=1)
    assert digests(made) == [(1, "news")]
    (issue,) = open_issues(made)
    assert issue.kind == "same-round-elsewhere"
    assert address_of(1) in issue.summary


def test_a_saved_page_is_the_release_that_is_found_at_its_address_later(made: Service) -> None:
    arrive(made, body(1, "Labor: Talked.").encode(), None, QUIET)
    arrive(made, html(1, "Labor: Talked."), address_of(1), minutes=1)
    assert open_issues(made) == []
    with made.database.reading() as tx:
        (filed,) = archive.current_readouts(tx, SERIES.slug)
    assert filed.release.url == address_of(1)


def test_a_release_that_stops_being_a_readout_keeps_its_account_and_opens_an_issue(
    made: Service,
) -> None:
    arrive(made, html(1, "Labor: Talked."), address_of(1))
    changed = html(1, "Labor: Talked.").replace(
        b"held the first round", b"will hold the first round"
    )
    arrive(made, changed.replace(b"Readout of the", b"Notes on the"), address_of(1), minutes=1)
    assert [issue.kind for issue in open_issues(made)] == ["no-longer-a-readout"]
    with made.database.reading() as tx:
        assert latest(tx, SERIES).filed.readout.round == 1


def test_a_readout_without_a_number_is_an_issue_and_mails_nobody(made: Service) -> None:
    unnumbered = (
        html(1, "Labor: Talked.")
        .replace(b"first round", b"round")
        .replace(b"First Round", b"Round")
    )
    taken = arrive(made, unnumbered, address_of(1))
    assert (taken.rounds, taken.announced) == ((), ())
    assert {issue.kind for issue in open_issues(made)} == {"not-understood", "doubt"}


def test_a_page_that_breaks_off_in_a_bullet_is_filed_as_incomplete_and_nothing_is_dropped(
    made: Service,
) -> None:
    arrive(made, html(1, "Labor: Talked.", "Seafood: Talked."), address_of(1), QUIET)
    arrive(made, html(2, "Labor: Talked.", "Wood:"), address_of(2))
    with made.database.reading() as tx:
        comparison = of_round(tx, SERIES, 2).summary.comparison
    assert comparison is not None
    assert [c.change for c in comparison.topics if not c.after] == ["not-seen"]
    assert [issue.kind for issue in open_issues(made)] == ["doubt"]


def test_a_folder_is_taken_in_with_its_faulty_pages_named(made: Service, tmp_path: Path) -> None:
    (tmp_path / "1.html").write_bytes(html(1, "Labor: Talked."))
    (tmp_path / "2.txt").write_text(body(2, "Labor: Talked."), "utf-8")
    (tmp_path / "3.html").write_text("<html><body>Access Denied</body></html>", "utf-8")
    (tmp_path / "4.html").write_bytes(b"")
    done = made.take_folder_in(tmp_path)
    assert sorted(done.rounds) == [(DEFAULT, 1), (DEFAULT, 2)]
    assert sorted(problem.kind for problem in done.problems) == ["blocked-page", "empty-page"]
    assert digests(made) == []
    assert sorted(issue.kind for issue in open_issues(made)) == ["blocked-page", "empty-page"]


def test_a_window_leaves_out_what_was_published_outside_it(made: Service, tmp_path: Path) -> None:
    (tmp_path / "1.html").write_bytes(html(1, "Labor: Talked."))
    done = made.take_folder_in(tmp_path, Window(since=date(2025, 1, 1)))
    assert done.rounds == ()


def test_reading_again_reaches_stored_pages_without_the_network_and_announces_nothing(
    made: Service,
) -> None:
    arrive(made, html(1, "Labor: Talked."), address_of(1), QUIET)
    arrive(made, body(2, "Labor: Talked.").encode(), None, QUIET)
    with made.database.reading() as tx:
        before = archive.current_readouts(tx, SERIES.slug)
    taken = made.reread()
    assert sorted(page.rounds for page in taken) == [((DEFAULT, 1),), ((DEFAULT, 2),)]
    with made.database.reading() as tx:
        assert archive.current_readouts(tx, SERIES.slug) == before
    assert digests(made) == []


def test_a_readout_with_an_unassigned_topic_is_filed_and_held_back(made: Service) -> None:
    taken = arrive(
        made, html(1, "Labor: Talked.", "They also talked about seafood."), address_of(1)
    )
    assert (taken.rounds, taken.announced, digests(made)) == (((DEFAULT, 1),), (), [])
    assert [issue.kind for issue in open_issues(made)] == ["doubt"]


def test_a_round_held_back_is_announced_by_hand_and_only_once(made: Service) -> None:
    arrive(made, html(1, "Labor: Talked.", "They also talked about seafood."), address_of(1))
    for readers in (1, 0):
        with made.database.transaction() as tx:
            told = announce(tx, SERIES, 1, kind="news", settings=made.settings, now=NOW)
        assert told[1] == readers
    assert digests(made) == [(1, "news")]
