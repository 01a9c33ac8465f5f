"""The main job, end to end: press pages over HTTP, a new round, a digest in a real mailbox."""

from __future__ import annotations

from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from monitor.journeys.latest import latest
from monitor.pressroom import PressRoom, rounds
from monitor.series import DEFAULT
from storage import archive, journal, outbox
from tests.journeys.offices import SERIES, add_reader, office
from tests.notifiers.mail_servers import Postbox, mail_server

PUBLISHED = rounds()
EVE = PUBLISHED[5] - timedelta(days=1)


def test_a_round_published_between_two_looks_arrives_as_one_mail(database_url: str) -> None:
    postbox = Postbox()
    with (
        PressRoom(through=EVE, home="/about-us") as room,
        mail_server(postbox) as port,
        office(room.base_url, database_url, smtp_url=f"smtp://127.0.0.1:{port}") as made,
    ):
        past = made.take_past_in()
        ours = [one.number for one in past.rounds if one.series == DEFAULT]
        assert sorted(ours) == [1, 2, 3, 4]
        add_reader(made, "reader@example.org")

        asked = len(room.requests)
        assert made.look().outcome == "unchanged"
        assert [(r.path, r.status) for r in room.requests[asked:]] == [
            ("/about-us/policy-offices/press-office/press-releases", 304)
        ]

        room.publish(PUBLISHED[5])
        polled = made.look()
        assert [taken.rounds for taken in polled.taken if taken.rounds] == [((DEFAULT, 5),)]
        assert len(polled.announced) == 1
        assert made.look().announced == ()

        sent = made.drain()
        assert (sent.sent, made.books().sent, made.books().queued) == (1, 1, 0)

        (mail,) = postbox.mails
        message = message_from_bytes(mail, policy=policy.default)
        assert postbox.recipients == ["reader@example.org"]
        assert "Round 5" in message["subject"]
        assert message["message-id"] == "<digest-1.1@example.org>"
        text = message.get_body(("plain",)).get_content()
        html = message.get_body(("html",)).get_content()
        for said in (
            "Third-Country Issues",
            "Non-Market Policies and Practices",
            "trade in seafood",
        ):
            assert said in " ".join(text.split())
            assert said in html
        # Nobody said where readers reach the pages: a link to our own machine is no help to them.
        assert ":8000" not in text + html


def test_two_looks_at_an_unchanged_listing_are_one_request_the_second_time(
    database_url: str,
) -> None:
    with PressRoom(through=EVE) as room, office(room.base_url, database_url) as made:
        assert made.look().outcome == "read"
        asked = len(room.requests)
        polled = made.look()
        assert (polled.outcome, polled.requests) == ("unchanged", 1)
        assert [(r.status, r.conditional) for r in room.requests[asked:]] == [(304, True)]


def test_the_first_look_at_an_empty_archive_files_rounds_and_announces_none(
    database_url: str,
) -> None:
    with PressRoom(through=PUBLISHED[5]) as room, office(room.base_url, database_url) as made:
        add_reader(made, "reader@example.org")
        polled = made.look()
        assert polled.announced == ()
        with made.database.reading() as tx:
            assert latest(tx, SERIES).filed.readout.round == 5
            assert outbox.digests(tx) == ()


def test_no_near_miss_among_the_bundled_pages_is_ever_announced_or_an_issue(
    database_url: str,
) -> None:
    with PressRoom(through=date(2021, 1, 1)) as room, office(room.base_url, database_url) as made:
        add_reader(made, "reader@example.org")
        made.look()
        told: list[str] = []
        for day in sorted(
            {*PUBLISHED.values(), date(2023, 4, 1), date(2025, 7, 1), date(2030, 1, 1)}
        ):
            room.publish(day)
            told += made.look().announced
        ours = [subject for subject in told if subject.endswith(SERIES.name)]
        assert [subject.split(":")[0] for subject in ours] == [
            f"Round {n}" for n in (1, 2, 3, 4, 5)
        ]
        with made.database.reading() as tx:
            assert journal.issues(tx) == ()


def test_the_rounds_of_the_bundled_pages_read_as_the_public_record_has_them(
    database_url: str,
) -> None:
    with PressRoom(through=PUBLISHED[5]) as room, office(room.base_url, database_url) as made:
        made.take_past_in()
        with made.database.reading() as tx:
            filed = archive.current_readouts(tx, SERIES.slug)
    held = [(f.readout.round, f.readout.city, str(f.readout.held.start)) for f in filed]
    assert held == [
        (1, "Washington", "2022-02-28"),
        (2, "Washington", "2022-08-22"),
        (3, "Tokyo", "2023-02-02"),
        (4, "Washington", "2023-12-14"),
        (5, "Washington", "2024-07-29"),
    ]
    leads = [[lead.name for d in f.readout.delegations for lead in d.leads] for f in filed]
    assert leads == [
        ["Michael Beeman", "Ono Keiichi", "Matsuo Takehiko"],
        ["Michael Beeman", "Namazu Hiroyuki", "Matsuo Takehiko"],
        ["Danielle Fumagalli"],
        ["Christopher Wilson"],
        ["Scott Wilbur"],
    ]
    assert all(f.readout.complete for f in filed)


def test_the_fifth_round_against_the_whole_history_names_what_split_and_returned(
    database_url: str,
) -> None:
    with PressRoom(through=PUBLISHED[5]) as room, office(room.base_url, database_url) as made:
        made.take_past_in()
        with made.database.reading() as tx:
            comparison = latest(tx, SERIES).summary.comparison
    assert comparison is not None
    assert (comparison.before_round, comparison.after_round) == (4, 5)
    split = next(c for c in comparison.topics if c.change == "split")
    assert split.after == ("Third-Country Issues", "Non-Market Policies and Practices")
    fates = {c.topic: (c.change, c.last_seen_round) for c in comparison.bilateral_issues}
    assert fates["ethanol"] == ("returned", 3)
    assert fates["technical-barriers-to-trade"] == ("dropped", 4)
    assert fates["seafood"] == ("introduced", None)


@pytest.mark.parametrize("home", ["/about", "/about-us"])
def test_the_listing_is_found_under_either_prefix(home: str, database_url: str) -> None:
    with PressRoom(through=EVE, home=home) as room, office(room.base_url, database_url) as made:
        assert made.look().outcome == "read"
        assert made.look().requests == 1


def test_mail_is_written_as_files_where_no_server_is_set(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    with PressRoom(through=EVE) as room, office(room.base_url, url) as made:
        made.take_past_in()
        add_reader(made, "reader@example.org")
        room.publish(PUBLISHED[5])
        made.look()
        made.drain()
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
