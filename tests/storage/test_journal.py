from __future__ import annotations

from collections import Counter
from datetime import date

from storage import journal
from storage.database import Database, Transaction
from storage.records import Issue, Poll
from tests.storage.builders import MINUTE, NOON, at_once, in_processes, snapshot

LIVE = "https://example.org/"


def poll(tx: Transaction, outcome: str, at: int, source: str = LIVE) -> int:
    poll_id = journal.start_poll(tx, source=source, now=NOON + at * MINUTE)
    problem = "no answer" if outcome == "failed" else None
    journal.finish_poll(
        tx,
        poll_id,
        now=NOON + at * MINUTE,
        outcome=outcome,  # type: ignore[arg-type]
        requests=1,
        problem=problem,
    )
    return poll_id


def unread(
    tx: Transaction, address: str | None = "https://example.org/a", at: int = 0, **changes: object
) -> tuple[Issue, bool]:
    values: dict[str, object] = {
        "kind": "unknown-layout",
        "address": address,
        "summary": "No landmark",
        "evidence": {"title": "Œuvre"},
        "snapshot_id": None,
        "now": NOON + at * MINUTE,
        **changes,
    }
    return journal.open_issue(tx, **values)  # type: ignore[arg-type]


def test_a_look_at_the_source_is_on_record_from_its_start(database: Database) -> None:
    with database.transaction() as tx:
        begun = journal.start_poll(tx, source=LIVE, now=NOON)
        assert journal.polls(tx, 5) == (Poll(begun, LIVE, NOON, None, None, 0, 0, 0, None),)
        journal.finish_poll(
            tx, begun, now=NOON + MINUTE, outcome="read", requests=3, named=20, announced=1
        )
        ended = Poll(begun, LIVE, NOON, NOON + MINUTE, "read", 3, 20, 1, None)
        assert journal.polls(tx, 5) == (ended,)


def test_the_last_good_poll_is_the_last_that_saw_the_source(database: Database) -> None:
    with database.transaction() as tx:
        assert journal.last_good_poll(tx, LIVE) is None
        poll(tx, "read", 1)
        good = poll(tx, "unchanged", 2)
        poll(tx, "failed", 3)
        journal.start_poll(tx, source=LIVE, now=NOON + 4 * MINUTE)
        poll(tx, "read", 5, source="the archive's older pages")
        found = journal.last_good_poll(tx, LIVE)
        assert [one.started_at for one in journal.polls(tx, 2)] == [
            NOON + 5 * MINUTE,
            NOON + 4 * MINUTE,
        ]
        assert journal.polls(tx, 3)[2].problem == "no answer"
    assert found is not None
    assert found.id == good


def test_an_issue_seen_again_is_counted_and_keeps_its_first_day(database: Database) -> None:
    with database.transaction() as tx:
        page = snapshot(tx)
        first, is_new = unread(tx, snapshot_id=page.id)
        again, is_new_again = unread(tx, at=1, summary="Two landmarks", evidence={})
        assert journal.issues(tx) == (again,)
    assert (is_new, is_new_again) == (True, False)
    assert (first.times, first.evidence, first.closed_at) == (1, {"title": "Œuvre"}, None)
    assert (again.id, again.times, again.summary) == (first.id, 2, "Two landmarks")
    assert (again.opened_at, again.last_seen_at) == (NOON, NOON + MINUTE)
    assert (again.evidence, again.snapshot_id) == ({}, page.id)


def test_issues_of_another_kind_or_address_are_apart(database: Database) -> None:
    with database.transaction() as tx:
        ids = {
            unread(tx)[0].id,
            unread(tx, "https://example.org/b")[0].id,
            unread(tx, None)[0].id,
            unread(tx, kind="empty-page")[0].id,
        }
        assert unread(tx, None)[0].times == 2
    assert len(ids) == 4


def test_a_closed_issue_that_comes_back_is_a_new_one(database: Database) -> None:
    with database.transaction() as tx:
        first, _ = unread(tx)
        assert journal.close_issue(tx, first.id, NOON + MINUTE) is True
        assert journal.close_issue(tx, first.id, NOON + MINUTE) is False
        assert journal.issues(tx) == ()
        second, is_new = unread(tx, at=2)
        everything = journal.issues(tx, include_closed=True)
    assert is_new is True
    assert [one.id for one in everything] == [first.id, second.id]
    assert everything[0].closed_at == NOON + MINUTE


def test_issues_close_by_address_and_kind_when_their_cause_is_over(database: Database) -> None:
    with database.transaction() as tx:
        here = unread(tx)[0].address
        unread(tx, kind="empty-page")
        unread(tx, kind="gone")
        other, _ = unread(tx, "https://example.org/b")
        nowhere, _ = unread(tx, None)
        assert journal.close_issues(tx, address=here, kinds=("gone",), now=NOON) == 1
        assert journal.close_issues(tx, address=here, now=NOON) == 2
        assert journal.close_issues(tx, address=here, now=NOON) == 0
        assert journal.issues(tx) == (other, nowhere)
        assert journal.close_issues(tx, address=None, now=NOON) == 1


def test_an_issue_met_by_many_at_once_is_one_issue_counted_right(database: Database) -> None:
    def meet(_: int) -> bool:
        with database.transaction() as tx:
            return unread(tx)[1]

    assert sorted(at_once(8, meet)) == [False] * 7 + [True]
    with database.reading() as tx:
        assert [one.times for one in journal.issues(tx)] == [8]


def test_a_tick_is_taken_once(database: Database) -> None:
    with database.transaction() as tx:
        assert journal.take_tick(tx, job="poll", due_at=NOON, now=NOON) is True
        assert journal.take_tick(tx, job="poll", due_at=NOON, now=NOON + MINUTE) is False
        assert journal.take_tick(tx, job="deliver", due_at=NOON, now=NOON) is True
        assert journal.take_tick(tx, job="poll", due_at=NOON + MINUTE, now=NOON) is True
        assert journal.prune_ticks(tx, before=NOON + MINUTE) == 2
        assert journal.take_tick(tx, job="poll", due_at=NOON + MINUTE, now=NOON) is False


def test_three_processes_take_forty_ticks_each_exactly_once(database_url: str) -> None:
    script = (
        "from storage import journal\n"
        "for minute in range(40):\n"
        "    with database.transaction() as tx:\n"
        "        due_at = NOON + minute * MINUTE\n"
        "        if journal.take_tick(tx, job='poll', due_at=due_at, now=NOON):\n"
        "            print(minute)\n"
    )
    taken = Counter(" ".join(in_processes(3, script, database_url)).split())
    assert taken == Counter(str(minute) for minute in range(40))


def test_an_issue_is_settled_while_the_last_of_its_kind_and_place_said_the_same_and_is_closed(
    database: Database,
) -> None:
    about = {"kind": "doubt", "address": "https://ustr.gov/a"}
    rest = {"evidence": {}, "snapshot_id": None, "now": NOON}
    with database.transaction() as tx:
        assert not journal.is_settled(tx, **about, summary="one")
        issue, _ = journal.open_issue(tx, **about, summary="one", **rest)
        assert not journal.is_settled(tx, **about, summary="one")
        journal.close_issue(tx, issue.id, NOON)
        assert journal.is_settled(tx, **about, summary="one")
        assert not journal.is_settled(tx, **about, summary="another")
        assert not journal.is_settled(tx, kind="doubt", address=None, summary="one")
        journal.open_issue(tx, **about, summary="one", **rest)
        assert not journal.is_settled(tx, **about, summary="one")


def look(tx: Transaction, at: int, newest: date | None, problem: str | None = None) -> int:
    poll_id = journal.start_poll(tx, source=LIVE, now=NOON + at * MINUTE)
    end = {"outcome": "read", "requests": 1, "newest": newest, "problem": problem}
    journal.finish_poll(tx, poll_id, now=NOON + at * MINUTE, **end)  # type: ignore[arg-type]
    return poll_id


def test_looks_that_doubted_nothing_are_apart_from_those_that_did(database: Database) -> None:
    with database.transaction() as tx:
        assert journal.last_judged_poll(tx, LIVE) is None
        first = look(tx, 1, date(2026, 5, 1))
        look(tx, 2, date(2026, 5, 1), "too short")
        last = look(tx, 3, date(2026, 5, 2))
        undated = look(tx, 4, None, "too short")
        look(tx, 5, None)  # a walk through the past: it judged nothing
        poll(tx, "unchanged", 6)
        poll(tx, "failed", 7)
        assert [p.id for p in journal.undoubted_polls(tx, LIVE, 9)] == [last, first]
        assert [p.id for p in journal.undoubted_polls(tx, LIVE, 1)] == [last]
        judged = journal.last_judged_poll(tx, LIVE)
        assert judged is not None
        assert judged.id == undated
        assert journal.undoubted_polls(tx, "another", 9) == ()


def test_issues_that_were_seen_of_late_may_be_left_open(database: Database) -> None:
    with database.transaction() as tx:
        unread(tx, at=0)
        over = {"address": "https://example.org/a", "now": NOON + 9 * MINUTE}
        unread(tx, at=5)
        assert journal.close_issues(tx, **over, seen_by=NOON + 4 * MINUTE) == 0  # type: ignore[arg-type]
        assert journal.close_issues(tx, **over, seen_by=NOON + 5 * MINUTE) == 1  # type: ignore[arg-type]


def test_an_issue_closed_while_it_holds_is_settled_as_long_as_it_is_seen(
    database: Database,
) -> None:
    about = {"kind": "unknown-layout", "address": "https://example.org/a"}

    def is_settled(tx: Transaction, since: int, at: int) -> bool:
        moments = {"since": NOON + since * MINUTE, "now": NOON + at * MINUTE}
        return journal.see_settled(tx, **about, **moments)  # type: ignore[arg-type]

    with database.transaction() as tx:
        assert not is_settled(tx, 0, 1)
        issue, _ = unread(tx, at=1)
        assert not is_settled(tx, 1, 2)  # it is open
        journal.close_issue(tx, issue.id, NOON + 3 * MINUTE)
        assert is_settled(tx, 1, 4)
        assert is_settled(tx, 4, 6)
        assert not is_settled(tx, 7, 9)  # the look before did not see it
        (seen,) = journal.issues(tx, include_closed=True)
        assert (seen.times, seen.last_seen_at) == (3, NOON + 6 * MINUTE)
        again, is_new = unread(tx, at=9)
        assert is_new
        assert again.id != issue.id
        assert not is_settled(tx, 1, 10)  # the last one is open
