"""digest, digests, test-mail: what goes out, looked at before and after."""

from __future__ import annotations

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.entrypoints.saved import SLUG
from tests.entrypoints.user import User
from tests.notifiers.mail_servers import Postbox, mail_server

ADDRESS = "reader@example.org"


def mail_of(user: User) -> EmailMessage:
    (path,) = (user.home / "mail").glob("*.eml")
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def wait_for_room_in_the_minute() -> None:
    """A digest says in which minute it was made: two that are compared are to be made in one."""
    if (second := time.time() % 60) > 45:
        time.sleep(60 - second)


def test_a_preview_is_the_very_page_and_text_that_a_mail_has(reader: User) -> None:
    wait_for_room_in_the_minute()
    done = reader.runs("digest", "5", "--preview", "page.html", "--text")
    assert (done.code, done.complained) == (0, "")
    reader.runs("subscribe", ADDRESS)
    reader.runs("announce", "5")
    reader.runs("deliver")
    mail = mail_of(reader)
    subject, _, text = done.said.removesuffix("page.html\n").partition("\n\n")
    assert subject == mail["Subject"]
    assert text.split() == body(mail, "plain").split()
    page = (reader.home / "page.html").read_text("utf-8")
    assert page.split() == body(mail, "html").split()


def test_a_preview_without_a_file_goes_into_a_temporary_folder(reader: User) -> None:
    done = reader.runs("digest", "5", "--language", "ja", "--preview")
    page = Path(done.said.strip())
    assert page.name == f"{SLUG}-5-news-ja.html"
    assert 'lang="ja"' in page.read_text("utf-8")


def test_a_preview_for_chosen_topics_shows_them_alone(reader: User) -> None:
    done = reader.runs("digest", "5", "--topic", "labor", "--text")
    assert done.code == 0
    assert "Labor" in done.said
    assert "ethanol" not in done.said


def test_what_would_go_to_nobody_is_said(reader: User) -> None:
    nothing = reader.runs("digest", "5", "--topic", "environment", "--text")
    assert (nothing.code, nothing.said) == (1, "")
    assert "no mail would go out" in nothing.complained
    welcome = reader.runs("digest", "5", "--topic", "environment", "--text", "--kind", "welcome")
    assert welcome.code == 0
    correction = reader.runs("digest", "5", "--kind", "correction", "--text")
    assert correction.code == 1
    assert "there is nothing to correct" in correction.complained
    assert reader.runs("digest", "9", "--text").code == 1
    assert reader.runs("digest", "5").code == 2
    assert reader.runs("digest", "5", "--topic", "nope", "--text").code == 2


def test_a_bilateral_issue_that_was_chosen_is_not_denied_in_the_subject(reader: User) -> None:
    done = reader.runs("digest", "5", "--topic", "seafood", "--text")
    assert done.said.splitlines()[0].startswith("Round 5: “trade in seafood” new – ")


def test_no_correction_is_shown_that_corrects_nothing(reader: User) -> None:
    reader.runs("subscribe", ADDRESS)
    reader.runs("announce", "5")
    done = reader.runs("digest", "5", "--kind", "correction", "--text")
    assert (done.code, done.said) == (1, "")
    assert "no correction would go out" in done.complained


def test_words_that_came_do_not_run_into_words_that_went(reader: User) -> None:
    reader.runs("digest", "5", "--preview", "page.html")
    page = (reader.home / "page.html").read_text("utf-8")
    (touching,) = re.findall(r"<span[^>]*>economy needs</span>", page)
    assert "margin-left" in touching


def test_a_test_mail_that_was_refused_leaves_the_check_as_it_was(reader: User) -> None:
    before = reader.runs("check").said
    with mail_server(Postbox(answers={"RCPT": ["550 5.7.1 not from you"]})) as port:
        url = f"smtp://127.0.0.1:{port}"
        assert reader.runs("test-mail", "typo@example.org", smtp_url=url).code == 3
    after = reader.runs("check").said
    assert [line[:10] for line in after.splitlines()] == [line[:10] for line in before.splitlines()]


def test_digests_are_listed_with_their_books(reader: User) -> None:
    assert reader.runs("digests").said == "no digest was filed yet\n"
    reader.runs("subscribe", ADDRESS)
    reader.runs("subscribe", "other@example.org")
    reader.runs("announce", "5")
    (waiting,) = reader.reads("digests")
    assert (waiting["candidates"], waiting["waiting"], waiting["sent"]) == (2, 2, 0)
    reader.runs("deliver")
    (sent,) = reader.reads("digests")
    assert (sent["candidates"], sent["waiting"], sent["sent"]) == (2, 0, 2)
    head, row = reader.runs("digests").said.splitlines()
    assert head.split()[:4] == ["No.", "Series", "Round", "Kind"]
    assert row.split()[1:4] == [SLUG, "5", "news"]
    assert row.split()[-7:] == ["2", "2", "0", "0", "0", "0", "0"]


def test_a_test_mail_is_taken_by_the_server(operator: User) -> None:
    postbox = Postbox()
    with mail_server(postbox) as port:
        done = operator.runs("test-mail", ADDRESS, smtp_url=f"smtp://127.0.0.1:{port}")
    assert (done.code, done.said) == (0, "the mail server took it\n")
    assert postbox.recipients == [ADDRESS]
    assert b"\r\nSubject: Roundwatch: a test mail\r\n" in postbox.mails[0]


def test_a_test_mail_says_what_the_server_answered(operator: User) -> None:
    postbox = Postbox(answers={"RCPT": ["550 5.7.1 we do not know you"]})
    with mail_server(postbox) as port:
        done = operator.runs("test-mail", ADDRESS, smtp_url=f"smtp://127.0.0.1:{port}")
    assert (done.code, done.said) == (3, "")
    assert "5.7.1 we do not know you" in done.complained


def test_a_test_mail_waits_where_no_server_is(operator: User) -> None:
    done = operator.runs("test-mail", ADDRESS, smtp_url="smtp://127.0.0.1:9")
    assert done.code == 3
    assert "could not be reached" in done.complained
    assert "it is tried again at " in done.complained


def test_a_test_mail_without_a_server_is_a_file(operator: User) -> None:
    done = operator.runs("test-mail", ADDRESS)
    assert done.said == f"no mail server is set: it is in {operator.home / 'mail'}\n"
    assert mail_of(operator)["To"] == ADDRESS
    assert operator.runs("test-mail", "nobody").code == 2
