"""The scenarios: edits, moves, withdrawals, walls and redesigns, and the right verdict in each."""

from __future__ import annotations

from tests.faults.server import Cut, Page, busy, redirect
from tests.journeys.pages import LISTING, page
from tests.scenarios.markup import (
    ELSEWHERE,
    FRONT,
    HALF,
    NEWER,
    NOT_FOUND,
    OF_2019,
    OF_2021,
    SLUG_REUSED,
    TITLE,
    UNKNOWN,
    WALL,
    instead,
    listing_of_2019,
    listing_of_2021,
    without,
)
from tests.scenarios.world import FIRST, NOTHING, SECOND, TEXT, Scenario, Verdict, named

GONE = Page("no such page", status=404)
EDITED = page(2, "Labor: Talked.")
REWORDED = page(2, "Labor: Talked at some length.", "Seafood: Talked.")
SUFFIXED = f"{SECOND}-0"
CORRECTED = ("news", "correction")
WITHDRAWN = Verdict(
    told=("news", "withdrawal"), open=("withdrawn",), ever=("gone",), withdrawn=True
)


def answering(behaviour: Page, until: int, verdict: Verdict, name: str) -> Scenario:
    """The page answers so from the first day on, for so many looks."""
    return Scenario(name, {1: {SECOND: behaviour}}, verdict, until)


EDITS = (
    Scenario("nothing happens", {}),
    Scenario("nothing happens for two months", {}, NOTHING, 60),
    Scenario(
        "A, B, A",
        {1: {SECOND: EDITED}, 2: {SECOND: TEXT}},
        Verdict(texts=3, told=(*CORRECTED, "correction")),
    ),
    Scenario("a topic is taken out", {1: {SECOND: EDITED}}, Verdict(texts=2, told=CORRECTED)),
    Scenario(
        "a topic is put in",
        {1: {SECOND: page(2, "Labor: Talked.", "Seafood: Talked.", "Wood: Talked.")}},
        Verdict(texts=2, told=CORRECTED),
    ),
    Scenario("a topic reads otherwise", {1: {SECOND: REWORDED}}, Verdict(texts=2, told=CORRECTED)),
    Scenario(
        "a typo is put right",
        {1: {SECOND: instead("look forward", "looks forward")}},
        Verdict(texts=2),
    ),
    Scenario(
        "the title alone is edited",
        {1: {SECOND: instead(TITLE, f"Corrected: {TITLE}")}},
        Verdict(texts=2),
    ),
    Scenario(
        "the date alone is edited",
        {1: {SECOND: instead("July 31, 2024", "July 30, 2024")}},
        Verdict(texts=2),
    ),
    Scenario("the end mark goes", {1: {SECOND: without(TEXT, "<p>###</p>")}}, Verdict(texts=2)),
    Scenario(
        "edited twice on one day, seen once",
        {2: {SECOND: EDITED}},
        Verdict(texts=2, told=CORRECTED),
    ),
    Scenario(
        "it reports its round no more",
        {1: {SECOND: instead("held the second round of meetings", "spoke of meetings")}},
        Verdict(texts=2, open=("doubt", "no-longer-a-readout")),
    ),
    Scenario(
        "it reports its round again",
        {
            1: {SECOND: instead("held the second round of meetings", "spoke of meetings")},
            3: {SECOND: TEXT},
        },
        Verdict(texts=3, ever=("doubt", "no-longer-a-readout")),
    ),
)

THE_SAME = (
    Scenario("another menu", {1: {SECOND: instead("<article>", "<nav>New</nav><article>")}}),
    Scenario("another footer", {1: {SECOND: instead("</body>", "<footer>2025</footer></body>")}}),
    Scenario("other white space", {1: {SECOND: instead("<p>", "<p>\n  ")}}),
    Scenario("a banner, archived", {1: {SECOND: instead("<h1>", "<p>ARCHIVED CONTENT</p><h1>")}}),
    Scenario("other bullets", {1: {SECOND: instead("• ", "· ")}}),
    Scenario(
        "a script with a number", {1: {SECOND: instead("</head>", "<script>1</script></head>")}}
    ),
    Scenario("the article in the markup of 2019", {1: {SECOND: OF_2019}}),
    Scenario("the article in the markup of 2021", {1: {SECOND: OF_2021}}),
    Scenario(
        "each look another page that says the same",
        {d: {SECOND: instead("</head>", f"<!-- {d} --></head>")} for d in range(1, 9)},
        until=9,
    ),
)

WITHDRAWALS = (
    Scenario("404 for one day", {1: {SECOND: GONE}, 2: {SECOND: TEXT}}, Verdict(ever=("gone",))),
    Scenario(
        "404 for thirteen days, then back",
        {1: {SECOND: GONE}, 14: {SECOND: TEXT}},
        Verdict(ever=("gone",)),
        16,
    ),
    answering(GONE, 14, Verdict(open=("gone",)), "404 for fourteen looks"),
    answering(GONE, 15, WITHDRAWN, "404 for more than fourteen days"),
    Scenario("404, seen on five days of seventeen", {1: {SECOND: GONE}}, WITHDRAWN, 17, every=4),
    Scenario(
        "404, seen on four days of sixteen",
        {1: {SECOND: GONE}},
        Verdict(open=("gone",)),
        16,
        every=5,
    ),
    answering(Page("", status=410), 15, WITHDRAWN, "410 for more than fourteen days"),
    answering(GONE, 60, WITHDRAWN, "404 for two months: said once"),
    Scenario(
        "404 for sixteen days, then back",
        {1: {SECOND: GONE}, 17: {SECOND: TEXT}},
        Verdict(told=("news", "withdrawal"), ever=("gone", "withdrawn")),
        26,
    ),
    Scenario(
        "back, and gone again: the readers hear it once",
        {1: {SECOND: GONE}, 17: {SECOND: TEXT}, 30: {SECOND: GONE}},
        Verdict(
            told=("news", "withdrawal"),
            open=("withdrawn",),
            ever=("gone", "gone", "withdrawn")[1:],
            withdrawn=True,
        ),
        58,
    ),
    Scenario(
        "back with an edited text",
        {1: {SECOND: GONE}, 17: {SECOND: EDITED}},
        Verdict(texts=2, told=("news", "withdrawal", "correction"), ever=("gone", "withdrawn")),
        26,
    ),
    Scenario(
        "the front page instead",
        {1: {SECOND: redirect("/"), "/": FRONT}},
        Verdict(
            told=("news", "withdrawal"),
            open=("withdrawn",),
            ever=("redirected-away",),
            withdrawn=True,
        ),
        15,
    ),
    Scenario(
        "the listing instead",
        {1: {SECOND: redirect(LISTING)}},
        Verdict(
            told=("news", "withdrawal"),
            open=("withdrawn",),
            ever=("redirected-away",),
            withdrawn=True,
        ),
        15,
    ),
    answering(
        Page(NOT_FOUND),
        15,
        Verdict(
            told=("news", "withdrawal"),
            open=("withdrawn",),
            ever=("another-page",),
            withdrawn=True,
        ),
        "not found, with 200",
    ),
    Scenario(
        "404, the front page and not found by turns",
        {
            day: {SECOND: (GONE, redirect("/"), Page(NOT_FOUND))[day % 3], "/": FRONT}
            for day in range(1, 16)
        },
        Verdict(
            told=("news", "withdrawal"),
            open=("withdrawn",),
            ever=("another-page", "gone", "redirected-away"),
            withdrawn=True,
        ),
        15,
    ),
    Scenario(
        "404 with one good look between",
        {1: {SECOND: GONE}, 8: {SECOND: TEXT}, 9: {SECOND: GONE}},
        Verdict(open=("gone",), ever=("gone",)),
        18,
    ),
    Scenario(
        "404 with a wall between",
        {1: {SECOND: GONE}, 4: {SECOND: Page(WALL, status=403)}, 15: {SECOND: GONE}},
        Verdict(
            told=("news", "withdrawal"),
            open=("withdrawn",),
            ever=("forbidden", "gone"),
            withdrawn=True,
        ),
        16,
    ),
    Scenario(
        "404 and a wall only on four days of it",
        {
            1: {SECOND: GONE},
            4: {SECOND: Page(WALL, status=403)},
            16: {SECOND: GONE},
            17: {SECOND: Page(WALL, status=403)},
        },
        Verdict(open=("forbidden", "gone")),
        17,
    ),
    Scenario(
        "the whole site is 404",
        {1: {SECOND: GONE, FIRST: GONE, LISTING: GONE}},
        Verdict(open=("gone", "gone", "gone")),
        20,
    ),
    Scenario(
        "the whole site is 404, and comes back",
        {
            1: {SECOND: GONE, FIRST: GONE, LISTING: GONE},
            19: {SECOND: TEXT, FIRST: page(1, "Labor: Talked."), LISTING: named(SECOND, FIRST)},
        },
        Verdict(ever=("gone",)),
        21,
    ),
    Scenario(
        "the listing drops it, and its page stands", {1: {LISTING: named(FIRST)}}, NOTHING, 20
    ),
    Scenario(
        "the listing drops it, and its page is gone",
        {1: {LISTING: named(FIRST), SECOND: GONE}},
        WITHDRAWN,
        15,
    ),
    Scenario(
        "another text at its address",
        {1: {SECOND: SLUG_REUSED}},
        Verdict(
            told=("news", "withdrawal"),
            open=("withdrawn",),
            ever=("another-page",),
            withdrawn=True,
        ),
        15,
    ),
)

NO_EVIDENCE = (
    answering(
        Page(WALL, status=403),
        20,
        Verdict(open=("forbidden", "walled-page")),
        "a wall before the page",
    ),
    answering(
        Page(WALL), 20, Verdict(open=("blocked-page", "walled-page")), "a wall that answers 200"
    ),
    answering(Page("", status=401), 9, Verdict(open=("forbidden",)), "401 for a week"),
    Scenario(
        "a wall of twenty days, then back",
        {1: {SECOND: Page(WALL, status=403)}, 21: {SECOND: TEXT}},
        Verdict(ever=("forbidden", "walled-page")),
        23,
    ),
    Scenario(
        "a wall before the whole site",
        {1: {p: Page(WALL, status=403) for p in (SECOND, FIRST, LISTING)}},
        Verdict(open=("forbidden", "forbidden", "forbidden")),
        20,
    ),
    Scenario(
        "half a page",
        {1: {SECOND: HALF}},
        Verdict(open=("half-loaded",)),
        20,
    ),
    answering(Page(""), 20, Verdict(open=("empty-page",)), "an empty page"),
    answering(Page(UNKNOWN), 20, Verdict(open=("unknown-layout",)), "an unknown markup"),
    answering(
        Page("%PDF-1.7", content_type="application/pdf"),
        20,
        Verdict(open=("not-html",)),
        "a file in its place",
    ),
    Scenario(
        "robots.txt forbids it",
        {
            1: {
                "/robots.txt": Page(
                    f"User-agent: *\nDisallow: {SECOND}\n", content_type="text/plain"
                )
            }
        },
        Verdict(open=("forbidden-by-robots",)),
        20,
    ),
    answering(
        redirect("https://example.org/"),
        20,
        Verdict(open=("redirected-elsewhere",)),
        "it leads off the site",
    ),
)

MOVES = (
    Scenario(
        "moved, with a redirect",
        {1: {SECOND: redirect(ELSEWHERE), ELSEWHERE: TEXT}},
        Verdict(at=ELSEWHERE, moved_from=(SECOND,)),
    ),
    Scenario(
        "moved, with a redirect, and named there",
        {
            1: {SECOND: redirect(ELSEWHERE), ELSEWHERE: TEXT},
            2: {LISTING: named(ELSEWHERE, FIRST)},
        },
        Verdict(at=ELSEWHERE, moved_from=(SECOND,)),
    ),
    Scenario(
        "moved, without a redirect",
        {1: {SECOND: GONE, ELSEWHERE: TEXT, LISTING: named(ELSEWHERE, FIRST)}},
        Verdict(at=ELSEWHERE, moved_from=(SECOND,), ever=("gone",)),
        6,
    ),
    Scenario(
        "missing for days, then found elsewhere",
        {1: {SECOND: GONE}, 5: {ELSEWHERE: TEXT, LISTING: named(ELSEWHERE, FIRST)}},
        Verdict(at=ELSEWHERE, moved_from=(SECOND,), ever=("gone",)),
        8,
    ),
    Scenario(
        "withdrawn, then found elsewhere",
        {1: {SECOND: GONE}, 17: {ELSEWHERE: TEXT, LISTING: named(ELSEWHERE, FIRST)}},
        Verdict(
            told=("news", "withdrawal"),
            at=ELSEWHERE,
            moved_from=(SECOND,),
            ever=("gone", "withdrawn"),
        ),
        20,
    ),
    Scenario(
        "moved and edited, with a redirect",
        {1: {SECOND: redirect(ELSEWHERE), ELSEWHERE: EDITED}},
        Verdict(texts=2, told=CORRECTED, at=ELSEWHERE, moved_from=(SECOND,)),
    ),
    Scenario(
        "moved and edited, without a redirect",
        {1: {SECOND: GONE, ELSEWHERE: EDITED, LISTING: named(ELSEWHERE, FIRST)}},
        Verdict(open=("gone", "same-round-elsewhere"), listed=3),
    ),
    Scenario(
        "copied",
        {1: {ELSEWHERE: TEXT, LISTING: named(ELSEWHERE, SECOND, FIRST)}},
        Verdict(also_at=(ELSEWHERE,)),
    ),
    Scenario(
        "copied, and the first one taken away later",
        {1: {ELSEWHERE: TEXT, LISTING: named(ELSEWHERE, SECOND, FIRST)}, 4: {SECOND: GONE}},
        Verdict(at=ELSEWHERE, moved_from=(SECOND,)),
        7,
    ),
    Scenario(
        "copied under another day",
        {
            1: {
                ELSEWHERE: instead("July 31, 2024", "August 2, 2024"),
                LISTING: named(ELSEWHERE, SECOND, FIRST),
            }
        },
        Verdict(also_at=(ELSEWHERE,)),
    ),
    Scenario(
        "moved away and back",
        {
            1: {SECOND: redirect(ELSEWHERE), ELSEWHERE: TEXT},
            3: {SECOND: TEXT, ELSEWHERE: redirect(SECOND)},
        },
        Verdict(moved_from=(ELSEWHERE,)),
        6,
    ),
    Scenario(
        "the newer prefix, with a redirect",
        {1: {SECOND: redirect(NEWER), NEWER: TEXT, LISTING: named(NEWER, FIRST)}},
        Verdict(at=NEWER),
    ),
    Scenario(
        "a suffix is another release",
        {
            1: {
                SUFFIXED: instead("Statement on Wheat", "A Release on Wheat", SLUG_REUSED),
                LISTING: named(SUFFIXED, SECOND, FIRST),
            }
        },
        Verdict(listed=3),
    ),
    Scenario(
        "a suffix is the same text",
        {1: {SUFFIXED: TEXT, LISTING: named(SUFFIXED, SECOND, FIRST)}},
        Verdict(also_at=(SUFFIXED,)),
    ),
    Scenario(
        "it leads to the other round",
        {1: {SECOND: redirect(FIRST)}},
        Verdict(open=("leads-elsewhere",)),
        20,
    ),
    Scenario(
        "it declares another address, where its text is not",
        {
            1: {
                SECOND: instead(
                    "<head>", f'<head><link rel="canonical" href="https://ustr.gov{ELSEWHERE}">'
                )
            }
        },
        Verdict(open=("moved-address",)),
    ),
)

REDESIGNS = (
    Scenario("the listing in the markup of 2019", {1: {LISTING: listing_of_2019(SECOND, FIRST)}}),
    Scenario("the listing in the markup of 2021", {1: {LISTING: listing_of_2021(SECOND, FIRST)}}),
    Scenario(
        "listing and articles are redesigned at once",
        {1: {LISTING: listing_of_2021(SECOND, FIRST), SECOND: OF_2021}},
    ),
    Scenario(
        "the listing in no markup that we know",
        {1: {LISTING: "<html><body><div><p>News of the office.</p></div></body></html>"}},
        Verdict(open=("unknown-layout",)),
    ),
    Scenario(
        "the listing names nothing",
        {1: {LISTING: "<html><body><main><h1>Press Releases</h1></main></body></html>"}},
        Verdict(open=("empty-listing",)),
    ),
    Scenario(
        "a new layout for a week, then as it was",
        {1: {SECOND: UNKNOWN}, 8: {SECOND: TEXT}},
        Verdict(ever=("unknown-layout",)),
        10,
    ),
)

SLOW = (
    Scenario(
        "5xx on five days of twenty",
        {1: {SECOND: Page("", status=500)}},
        Verdict(open=("server-fault",)),
        20,
        every=4,
    ),
    Scenario(
        "429 for a while",
        {1: {SECOND: busy()}, 4: {SECOND: TEXT}},
        Verdict(ever=("too-many-requests",)),
        6,
    ),
    Scenario(
        "cut off on the way",
        {1: {SECOND: Cut(TEXT.encode(), 200)}, 3: {SECOND: TEXT}},
        Verdict(ever=("unreachable",)),
        5,
    ),
)
"""Those that make the client try again, or wait."""

SCENARIOS = (
    *EDITS,
    *THE_SAME,
    *WITHDRAWALS,
    *NO_EVIDENCE,
    *MOVES,
    *REDESIGNS,
    *SLOW,
)
