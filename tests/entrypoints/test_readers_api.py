"""The twins for programs: subscribe, confirm, preferences, export, erasure, unsubscribe."""

from __future__ import annotations

from typing import Any

import httpx

from storage import subscribers
from tests.entrypoints.site import Site, link_to
from tests.journeys.offices import Clock
from tests.journeys.readers import (
    PARTNERSHIP,
    READER,
    TASK_FORCE,
    asks,
    confirms,
    on_file,
    own_token,
)

PROBLEM = "application/problem+json"
API = "/api/v1"


def is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    assert found["title"]
    return found


def reader(site: Site) -> str:
    asks(site.service)
    confirms(site.service)
    return own_token(site.service)


def test_from_asking_to_unsubscribing_by_program(site: Site) -> None:
    wish = {
        "address": READER,
        "series": [PARTNERSHIP, TASK_FORCE],
        "topics": {PARTNERSHIP: ["seafood", "digital-economy"]},
        "language": "ja",
    }
    with site.visitor() as program:
        asked = program.post(f"{API}/subscriptions", json=wish)
        assert (asked.status_code, asked.json()["status"]) == (202, "asked")
        [letter] = site.drain()
        token = link_to(letter, "confirm").rpartition("/")[2]
        done = program.post(f"{API}/confirm/{token}").json()
        assert (done["status"], done["address"]) == ("confirmed", READER)
        own = done["preferences"]
        found = program.get(own).json()
        assert found["subscriptions"] == {
            PARTNERSHIP: ["digital-economy", "seafood"],
            TASK_FORCE: [],
        }
        assert found["preferences"]["language"] == "ja"
        wanted = {
            "preferences": found["preferences"]
            | {"rhythm": "weekly", "paused_until": "2024-09-01"},
            "subscriptions": {PARTNERSHIP: []},
        }
        kept = program.put(own, json=wanted)
        assert kept.status_code == 200
        assert kept.json() == program.get(own).json()
        assert {name: kept.json()[name] for name in wanted} == wanted
        assert program.get(f"{own}/export").json()["subscriber"]["address"] == READER
        gone = program.post(own.replace("preferences", "unsubscribe"))
        assert gone.json() == {"status": "unsubscribed"}
        assert program.get(own).json()["status"] == "unsubscribed"
        assert program.delete(own).status_code == 204
        is_problem(program.get(own), 410)
        is_problem(program.delete(own), 410)


def test_what_is_given_out_can_be_put_back_and_changes_nothing(site: Site) -> None:
    token = reader(site)
    with site.visitor() as program:
        found = program.get(f"{API}/preferences/{token}").json()
        before = site.everything()
        same = {name: found[name] for name in ("preferences", "subscriptions")}
        assert program.put(f"{API}/preferences/{token}", json=same).json() == found
    assert site.everything() == before


WISHES: list[tuple[object, str]] = [
    ({}, "address"),
    ({"address": "nobody"}, "address"),
    ({"address": "a@example.org\r\nBcc: b@example.org"}, "address"),
    ({"address": 7}, "address"),
    ({"address": READER, "series": []}, "series"),
    ({"address": READER, "series": ["no-such-talks"]}, PARTNERSHIP),
    ({"address": READER, "language": "fr"}, "language"),
    ({"address": READER, "topics": {PARTNERSHIP: ["no-such"]}}, "no-such"),
    ({"address": READER, "topics": {TASK_FORCE: ["wages"]}}, TASK_FORCE),
    ([], "body"),
    ("{", "body"),
]


def test_a_wish_that_cannot_be_followed_is_a_problem_that_names_why(site: Site) -> None:
    for network, (wish, told) in enumerate(WISHES):
        with site.visitor(network) as program:
            found = is_problem(program.post(f"{API}/subscriptions", json=wish), 422)
        assert told in f"{found['title']} {found['detail']}", wish
    with site.service.database.reading() as tx:
        assert list(subscribers.subscribers(tx)) == []


def test_what_a_form_of_another_site_could_send_is_no_document(site: Site) -> None:
    with site.visitor() as program:
        for kind in ("text/plain", "application/x-www-form-urlencoded"):
            body = b'{"address": "reader@example.org"}'
            answer = program.post(
                f"{API}/subscriptions", content=body, headers={"Content-Type": kind}
            )
            assert "application/json" in is_problem(answer, 415)["detail"]


WRONG: list[tuple[dict[str, object], str]] = [
    ({"hour": 24}, "hour"),
    ({"hour": "noon"}, "hour"),
    ({"zone": "Mars"}, "zone"),
    ({"rhythm": "hourly"}, "rhythm"),
    ({"paused_until": "soon"}, "paused_until"),
    ({"paused_until": "1999-01-01"}, "paused_until"),
]


def test_preferences_that_cannot_be_kept_are_a_problem_and_nothing_is_changed(site: Site) -> None:
    token = reader(site)
    before = on_file(site.service)
    with site.visitor() as program:
        kept = program.get(f"{API}/preferences/{token}").json()["preferences"]
        for changed, told in WRONG:
            wanted = {"preferences": kept | changed, "subscriptions": {TASK_FORCE: []}}
            answer = is_problem(program.put(f"{API}/preferences/{token}", json=wanted), 422)
            assert told in f"{answer['title']} {answer['detail']}", changed
    assert on_file(site.service) == before


def test_the_address_is_changed_by_a_letter_to_the_new_one(site: Site) -> None:
    token = reader(site)
    site.drain()
    with site.visitor() as program:
        own = f"{API}/preferences/{token}"
        moving = program.post(f"{own}/address", json={"address": "new@example.org"})
        assert (moving.status_code, moving.json()["status"]) == (202, "asked")
        [letter] = site.drain()
        link = link_to(letter, "address").rpartition("/")[2]
        done = program.post(f"{API}/address/{link}").json()
        assert (done["address"], done["status"]) == ("new@example.org", "confirmed")
        is_problem(program.get(own), 410)
        assert program.get(done["preferences"]).json()["address"] == "new@example.org"
        wrong = program.post(f"{done['preferences']}/address", json={"address": "nobody"})
        is_problem(wrong, 422)


def test_a_token_that_does_not_count_is_a_problem_that_says_what_to_do(
    site: Site, clock: Clock
) -> None:
    asks(site.service)
    [letter] = site.drain()
    clock.later(days=3)
    with site.visitor() as program:
        old = link_to(letter, "confirm").rpartition("/")[2]
        late = is_problem(program.post(f"{API}/confirm/{old}"), 410)
        assert "subscribe again" in late["detail"]
        for path in ("confirm/abc", "address/abc", "unsubscribe/abc"):
            broken = is_problem(program.post(f"{API}/{path}"), 404)
            assert "open the link in the mail again" in broken["detail"]
        is_problem(program.get(f"{API}/preferences/{'a' * 2000}"), 404)


def test_a_reader_whose_mail_was_reported_as_spam_is_refused(site: Site) -> None:
    token = reader(site)
    made = site.service
    link = made.signer.confirm(made.signer.read_reader(token), now=made.now())
    with made.database.transaction() as tx:
        subscribers.suppress(tx, on_file(made).id, "complaint: abuse", made.now())
    with site.visitor() as program:
        found = is_problem(program.post(f"{API}/confirm/{link}"), 403)
        assert "operator" in found["detail"]


def test_an_address_that_is_another_readers_is_refused(site: Site) -> None:
    token = reader(site)
    made = site.service
    asks(made, "new@example.org")
    confirms(made, "new@example.org")
    link = made.signer.address(made.signer.read_reader(token), "new@example.org", now=made.now())
    with site.visitor() as program:
        is_problem(program.post(f"{API}/address/{link}"), 409)
