"""poll and deliver by hand: the two halves of the service."""

from __future__ import annotations

from email import message_from_bytes, policy

from monitor.pressroom import PressRoom
from tests.entrypoints.saved import PUBLISHED
from tests.entrypoints.user import User
from tests.notifiers.mail_servers import Postbox, mail_server

READER = "reader@example.org"


def test_a_look_says_what_it_saw_and_how_much_it_asked(room: PressRoom, watcher: User) -> None:
    first = watcher.runs("poll")
    assert (first.code, first.complained) == (0, "")
    assert f"new ({len(room.requests)} requests)" in first.said.splitlines()[0]
    asked = len(room.requests)
    second = watcher.runs_alone("poll")
    assert (second.code, second.said, second.complained) == (0, "unchanged (1 request)\n", "")
    assert [request.status for request in room.requests[asked:]] == [304]


def test_a_new_round_is_told_with_the_digest_it_made(room: PressRoom, watcher: User) -> None:
    watcher.runs("poll")
    watcher.runs("subscribe", READER)
    room.publish(PUBLISHED[5])
    done = watcher.runs("poll")
    assert (done.code, done.complained) == (0, "")
    head, *rest = done.said.splitlines()
    assert " new (" in head
    assert any(line.startswith("  readout: round 5: https://ustr.gov/") for line in rest)
    assert any(line.startswith("  digest: Round 5: ") for line in rest)


def test_mail_is_written_beside_the_database_where_no_server_is_set(
    room: PressRoom, watcher: User
) -> None:
    with_news(room, watcher)
    done = watcher.runs("deliver")
    folder = watcher.home / "mail"
    assert (done.code, done.complained) == (0, "")
    assert done.said.splitlines() == [
        "1 sent, 0 to be tried again, 0 failed",
        f"no mail server is set: the mail is in {folder}",
    ]
    (path,) = folder.glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (mail["to"], mail["from"]) == (READER, "Roundwatch <roundwatch@localhost>")
    assert watcher.runs("deliver").said == "0 sent, 0 to be tried again, 0 failed\n"


def test_mail_goes_to_the_server_of_the_settings(room: PressRoom, watcher: User) -> None:
    with_news(room, watcher)
    postbox = Postbox()
    with mail_server(postbox) as port:
        done = watcher.runs(
            "deliver", smtp_url=f"smtp://127.0.0.1:{port}", mail_from="Digests <d@example.com>"
        )
    assert (done.code, done.said) == (0, "1 sent, 0 to be tried again, 0 failed\n")
    assert (postbox.recipients, postbox.senders) == ([READER], ["d@example.com"])
    assert not (watcher.home / "mail").exists()


def test_a_site_without_a_listing_is_not_understood(room: PressRoom, watcher: User) -> None:
    done = watcher.runs("poll", source_url=f"{room.base_url}/elsewhere")
    assert done.code == 3
    assert f"{room.base_url}/elsewhere" in done.complained
    assert "what to do: " in done.complained
    assert [issue["kind"] for issue in watcher.reads("issues")] == ["gone"]


def test_a_round_that_was_held_back_is_announced_by_hand_and_once(reader: User) -> None:
    reader.runs("subscribe", READER)
    subject, queued = reader.runs("announce", "5").said.splitlines()
    assert subject.startswith("Round 5: ")
    assert queued == "1 delivery is queued; `roundwatch deliver` sends what is queued"
    assert reader.runs("deliver").said.startswith("1 sent")
    (path,) = (reader.home / "mail").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert mail["subject"] == subject
    again = reader.runs("announce", "5")
    assert (again.code, again.said.splitlines()[0]) == (0, subject)
    assert "nothing is queued: it went out before" in again.said
    assert reader.runs("deliver").said.startswith("0 sent")


def test_mail_that_was_refused_for_good_is_tried_again_when_told(reader: User) -> None:
    reader.runs("subscribe", READER)
    reader.runs("announce", "5")
    postbox = Postbox(answers={"RCPT": ["550 5.7.1 we do not know you"]})
    with mail_server(postbox) as port:
        server = f"smtp://127.0.0.1:{port}"
        assert reader.runs("deliver", smtp_url=server).said.endswith(" 1 failed\n")
        assert reader.runs("deliver", smtp_url=server).said.startswith("0 sent")
        assert "1 sent" in reader.runs("deliver", "--retry-failed", smtp_url=server).said
    assert postbox.recipients == [READER]


def test_a_round_that_is_not_on_file_cannot_be_announced(reader: User) -> None:
    done = reader.runs("announce", "9")
    assert (done.code, done.said) == (1, "")
    assert "it has: 1, 2, 3, 4, 5" in done.complained


def with_news(room: PressRoom, user: User) -> None:
    """A reader, and a digest that waits for them in the outbox."""
    user.runs("poll")
    user.runs("subscribe", READER)
    room.publish(PUBLISHED[5])
    user.runs("poll")
