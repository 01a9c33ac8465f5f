"""How a readout may say each thing, in our own words, with what must be read from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Number:
    """Where a round's number stands, and what it is."""

    number: int | None
    in_body: str = ""
    in_title: str = ""
    in_subhead: str = ""
    following: str = "sixth"


NUMBERS = {
    "word": Number(5, "fifth", "Fifth"),
    "body": Number(5, "fifth"),
    "title": Number(5, "", "Fifth"),
    "title, Round 5": Number(5, "", "Round 5"),
    "figures": Number(9, "9th", "9th", following="tenth"),
    "many": Number(14, "14th", "Fourteenth", following="15th"),
    "twenty-first": Number(21, "twenty-first", "21st", following="twenty-second"),
    "inaugural": Number(1, "inaugural", "Inaugural", following="second"),
    "subhead": Number(5, "", "", "Fifth"),
    "nowhere": Number(None),
}

SERIES_NAMES = {
    "U.S.-Japan": "U.S.-Japan Partnership on Trade",
    "U.S. - Japan": "U.S. - Japan Partnership on Trade",
    "U.S.– Japan": "U.S.– Japan Partnership on Trade",
    "United States-Japan": "United States-Japan Partnership on Trade",
    "bare": "Partnership on Trade",
}

# The line's words, and the city in them.
DATELINES: dict[str, tuple[str, str | None]] = {
    "WASHINGTON – ": ("WASHINGTON – ", "Washington"),
    "TOKYO": ("TOKYO — ", "Tokyo"),
    "WASHINGTON, D.C.": ("WASHINGTON, D.C. – ", "Washington"),
    "Washington, D.C. – ": ("Washington, D.C. – ", "Washington"),
    "London": ("London, United Kingdom – ", "London"),
    "NEW YORK": ("NEW YORK – ", "New York"),
    "none": ("", None),
}


@dataclass(frozen=True)
class Days:
    """Days in words, with their year and without; `on` where the sentence says "on" before them."""

    words: str
    without_year: str
    start: date
    end: date
    on: bool = True
    precision: str = "day"
    calendar: str | None = None
    elsewhere: tuple[str, date, date, str] | None = None
    always_known: bool = False
    counted: bool = False
    impossible: bool = False
    published_after: int = 2


def _days(
    words: str, start: str, end: str = "", *, on: bool = True, precision: str = "day"
) -> Days:
    """Days in 2022, whose year stands at the end of the words."""
    without = words.replace(", 2022", "").removesuffix(" 2022")
    first = date.fromisoformat(f"2022-{start}")
    last = date.fromisoformat(f"2022-{end or start}")
    return Days(words, without, first, last, on=on, precision=precision)


DAYS = {
    "one": _days("July 29, 2022", "07-29"),
    "hyphen": _days("July 28-29, 2022", "07-28", "07-29"),
    "en dash": _days("July 28–29, 2022", "07-28", "07-29"),
    "from hyphen": _days("from February 2-3, 2022", "02-02", "02-03", on=False),
    "from to": _days("from April 28 to May 2, 2022", "04-28", "05-02", on=False),
    "between": _days("between May 3 and 5, 2022", "05-03", "05-05", on=False),
    "and": _days("June 7 and 9, 2022", "06-07", "06-09"),
    "and month": _days("February 5 and February 13, 2022", "02-05", "02-13"),
    "three": _days("July 6, 7, and 8, 2022", "07-06", "07-08"),
    "months": _days("June 30 – July 3, 2022", "06-30", "07-03"),
    "weekdays": _days("Thursday, June 2, and Friday, June 3, 2022", "06-02", "06-03"),
    "suffix": _days("May 2nd through May 7th, 2022", "05-02", "05-07"),
    "day first": _days("10th and 11th July 2022", "07-10", "07-11"),
    "day first to": _days("from 3 to 5 June 2022", "06-03", "06-05", on=False),
    "three days": Days(
        "from 3 to 5 June 2022",
        "from 3 to 5 June",
        date(2022, 6, 3),
        date(2022, 6, 5),
        on=False,
    ),
    "short": _days("Feb. 2-3, 2022", "02-02", "02-03"),
    "short month": _days("Jan. 24–28, 2022", "01-24", "01-28"),
    "week": _days("during the week of May 23, 2022", "05-23", "05-29", on=False, precision="week"),
    "New Year": Days(
        "from December 30, 2021 to January 2, 2022",
        "from December 30 to January 2",
        date(2021, 12, 30),
        date(2022, 1, 2),
        on=False,
    ),
    "two calendars": Days(
        "February 28, 2022 (March 1, Japan time)",
        "February 28 (March 1, Japan time)",
        date(2022, 2, 28),
        date(2022, 2, 28),
        elsewhere=("March 1, Japan time", date(2022, 3, 1), date(2022, 3, 1), "Japan time"),
    ),
    "two zones": Days(
        "July 11-12, 2022 Washington time (July 12-13, Tokyo time)",
        "July 11-12 Washington time (July 12-13, Tokyo time)",
        date(2022, 7, 11),
        date(2022, 7, 12),
        calendar="Washington time",
        elsewhere=("July 12-13, Tokyo time", date(2022, 7, 12), date(2022, 7, 13), "Tokyo time"),
    ),
    "ISO": Days("2022-06-02", "2022-06-02", date(2022, 6, 2), date(2022, 6, 2), always_known=True),
    "slashes": Days(
        "06/02/2022", "06/02/2022", date(2022, 6, 2), date(2022, 6, 2), always_known=True
    ),
    "today": Days(
        "today",
        "today",
        date(2022, 6, 2),
        date(2022, 6, 2),
        on=False,
        counted=True,
        published_after=0,
    ),
    "yesterday": Days(
        "yesterday",
        "yesterday",
        date(2022, 6, 2),
        date(2022, 6, 2),
        on=False,
        counted=True,
        published_after=1,
    ),
    "last week": Days(
        "last week",
        "last week",
        date(2022, 6, 6),
        date(2022, 6, 12),
        on=False,
        precision="week",
        counted=True,
    ),
    "this week": Days(
        "this week",
        "this week",
        date(2022, 6, 6),
        date(2022, 6, 12),
        on=False,
        precision="week",
        counted=True,
        published_after=-2,
    ),
    "impossible": Days(
        "February 30, 2022",
        "February 30",
        date(2022, 3, 1),
        date(2022, 3, 1),
        impossible=True,
    ),
}


@dataclass(frozen=True)
class Led:
    """A sentence on who led, and the leads by country."""

    sentence: str
    delegations: tuple[tuple[str, tuple[tuple[str, str | None], ...]], ...] = ()


_US, _JAPAN = "United States", "Japan"
_ADA = ("Ada Bell", "Assistant U.S. Trade Representative for Japan, Korea, and APEC Affairs")
_ONO = ("Ono Keiichi", "Director General, Economic Affairs Bureau, Ministry of Foreign Affairs")
_BO = (
    "KASHIWABARA Kyoko",
    "Deputy Director General, Trade Policy Bureau, Ministry of Economy, Trade, and Industry",
)
LEADS = {
    "none": Led(""),
    "name first": Led(
        "The U.S. delegation was led by Ada Bell, Director for Japan Affairs.",
        ((_US, (("Ada Bell", "Director for Japan Affairs"),)),),
    ),
    "title first": Led(
        "The U.S. delegation was led by Deputy Assistant United States Trade Representative Ada Bell.",
        ((_US, (("Ada Bell", "Deputy Assistant United States Trade Representative"),)),),
    ),
    "several": Led(
        f"The U.S. delegation was led by {_ADA[0]}, {_ADA[1]}, and Japan’s delegation was led by "
        f"{_ONO[0]}, {_ONO[1]}, and {_BO[0]}, {_BO[1]}.",
        ((_US, (_ADA,)), (_JAPAN, (_ONO, _BO))),
    ),
    "semicolons": Led(
        f"The Japanese delegation was headed by {_ONO[0]}, {_ONO[1]}; and {_BO[0]}, {_BO[1]}.",
        ((_JAPAN, (_ONO, _BO)),),
    ),
    "titles first": Led(
        "The U.S. delegation was led by Deputy U.S. Trade Representative María L. Pagán and Chief "
        "Agricultural Negotiator John W. Smith Jr.",
        (
            (
                _US,
                (
                    ("María L. Pagán", "Deputy U.S. Trade Representative"),
                    ("John W. Smith Jr.", "Chief Agricultural Negotiator"),
                ),
            ),
        ),
    ),
    "names before": Led(
        "Ada Bell, Director for Tea, led the U.S. delegation, and Bo Cho, Director General, led "
        "the delegation of Japan.",
        (
            (_US, (("Ada Bell", "Director for Tea"),)),
            (_JAPAN, (("Bo Cho", "Director General"),)),
        ),
    ),
    "leading": Led(
        "Leading the U.S. delegation was Acting Assistant U.S. Trade Representative Ada Bell, while "
        "the Japanese side was represented by Vice Minister Alfred K’Ombudo.",
        (
            (_US, (("Ada Bell", "Acting Assistant U.S. Trade Representative"),)),
            (_JAPAN, (("Alfred K’Ombudo", "Vice Minister"),)),
        ),
    ),
    "for": Led(
        "The delegations were led by Ada Bell, Director for Tea, for the United States and Bo Cho, "
        "Director General, for Japan.",
        (
            (_US, (("Ada Bell", "Director for Tea"),)),
            (_JAPAN, (("Bo Cho", "Director General"),)),
        ),
    ),
    "team": Led(
        "The U.S. team, headed by Jean-Pierre de la Cruz, Director for Tea, met the Japanese "
        "delegation, headed by Dr. Liam Fox MP, Minister for Trade.",
        (
            (_US, (("Jean-Pierre de la Cruz", "Director for Tea"),)),
            (_JAPAN, (("Dr. Liam Fox MP", "Minister for Trade"),)),
        ),
    ),
    "one side": Led(
        "On the U.S. side, the delegation was led by Ada Bell, Director for Tea.",
        ((_US, (("Ada Bell", "Director for Tea"),)),),
    ),
    "office": Led(
        "The U.S. delegation was led by officials from the Office of the United States Trade "
        "Representative.",
        ((_US, ()),),
    ),
    "no sides": Led("The delegations were led by Ada Bell, Director for Tea, and Bo Cho, Chief."),
}

PURPOSES = {
    "launched": "The Partnership on Trade was launched in November 2021 and aims to deepen ties.",
    "Launched": "Launched during a visit to Tokyo in November 2021, the Partnership on Trade aims "
    "to make trade steadier, and to address bilateral trade issues early.",
    "no month": "The Partnership on Trade aims to make trade steadier.",
    "none": "",
}

INTROS = {
    "areas": "On areas of common interest, the United States and Japan took up many matters, including:",
    "this week": "This week, both sides discussed specific areas of common interest, including:",
    "following": "The two sides discussed the following topics:",
    "no verb": "Topics of common interest included:",
}

# Label, slug, text.
LABELS = {
    "plain": (
        ("Labor", "labor", "Compared how audits are made. Agreed on dates."),
        ("Digital Economy", "digital-economy", "Talked about rules on data: a long talk."),
    ),
    "hyphens": (
        ("Third-Country Issues", "third-country-issues", "Exchanged notes on third countries."),
        (
            "U.S.-Japan Critical Minerals Agreement (CMA)",
            "critical-minerals-agreement",
            "Looked at stocks – and at prices.",
        ),
        ("Labor", "labor", "Compared how audits are made."),
    ),
    "signs": (
        ("Ports & Harbors", "ports-harbors", "Heard from the people who run them."),
        ("Small- and Medium-Sized Firms (SMEs)", "small-and-medium-sized-firms", "Met ten firms."),
        ("Environment", "environment", "the two sides walked through a forest."),
    ),
}


@dataclass(frozen=True)
class Issues:
    """Paragraphs on bilateral issues, and the items in them with their slugs."""

    paragraphs: tuple[str, ...]
    items: tuple[tuple[str, str], ...] = ()


_TOLD = "The United States and Japan also discussed bilateral trade issues"
_PLYWOOD, _MUTTON, _WOOL = ("plywood", "plywood"), ("mutton", "mutton"), ("wool", "wool")
_STANDARDS = ("standards", "standards")
_DUE = ("regulatory transparency and due process", "regulatory-transparency")
_FUELS = (
    "areas for cooperation to increase the globally available supply of sustainable aviation fuels "
    "and feedstocks, including those that are ethanol-based"
)
BILATERAL = {
    "none": Issues(()),
    "Oxford": Issues(
        (
            f"{_TOLD} including regulatory transparency and due process, ensuring a level playing "
            f"field for certain products and services, trade in seafood, and {_FUELS}.",
        ),
        (
            _DUE,
            (
                "ensuring a level playing field for certain products and services",
                "level-playing-field",
            ),
            ("trade in seafood", "seafood"),
            (_FUELS, "ethanol"),
        ),
    ),
    "pair": Issues((f"{_TOLD} including plywood and mutton.",), (_PLYWOOD, _MUTTON)),
    "areas of": Issues(
        (
            "During the meeting, both countries also covered bilateral trade issues on each side, "
            "including issues in the areas of plywood and standards, among others.",
        ),
        (_PLYWOOD, _STANDARDS),
    ),
    "known pair": Issues((f"{_TOLD} including {_DUE[0]}.",), (_DUE,)),
    "such as": Issues((f"{_TOLD} such as plywood, mutton, and wool.",), (_PLYWOOD, _MUTTON, _WOOL)),
    "not limited to": Issues(
        (f"{_TOLD}, including but not limited to plywood and mutton.",), (_PLYWOOD, _MUTTON)
    ),
    "with respect to": Issues(
        (f"{_TOLD} with respect to plywood and mutton.",), (_PLYWOOD, _MUTTON)
    ),
    "related to": Issues(
        (f"{_TOLD}, including issues related to plywood and mutton.",), (_PLYWOOD, _MUTTON)
    ),
    "semicolons": Issues(
        (f"{_TOLD}, including customs, tea, and enforcement; plywood; and mutton.",),
        (
            ("customs, tea, and enforcement", "customs-tea-and-enforcement"),
            _PLYWOOD,
            _MUTTON,
        ),
    ),
    "as well as": Issues(
        (f"{_TOLD} including plywood, mutton, as well as wool.",), (_PLYWOOD, _MUTTON, _WOOL)
    ),
    "two sentences": Issues(
        (f"{_TOLD} including plywood and mutton. Japan raised bilateral concerns such as wool.",),
        (_PLYWOOD, _MUTTON, _WOOL),
    ),
    "clause behind": Issues(
        (f"{_TOLD} including plywood, mutton, and wool, with a view to settling them.",),
        (_PLYWOOD, _MUTTON, _WOOL),
    ),
    "no list": Issues((f"{_TOLD} of concern to each side.",)),
}


@dataclass(frozen=True)
class Ahead:
    """A sentence on the next round, and its time; NUMBER is that of the round behind this one."""

    sentence: str
    words: str = ""
    start: date | None = None
    end: date | None = None
    precision: str = "unstated"
    year_written: bool = False


def _ahead(sentence: str, words: str, start: str, end: str, precision: str) -> Ahead:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    return Ahead(sentence, words, first, last, precision, year_written="20" in words)


_EXPECT = "They expect to hold the next round of Partnership meetings"
NEXT_ROUNDS = {
    "none": Ahead(""),
    "no time": Ahead(
        "They look forward to the next round of Partnership meetings to go on with this work.",
        "look forward to the next round of Partnership meetings",
    ),
    "season": _ahead(
        f"{_EXPECT} during the fall of 2022.",
        "during the fall of 2022",
        "2022-09-01",
        "2022-11-30",
        "season",
    ),
    "month": _ahead(
        f"{_EXPECT} in early September 2022.",
        "in early September 2022",
        "2022-09-01",
        "2022-09-30",
        "month",
    ),
    "months": _ahead(
        f"{_EXPECT} in September or October 2022.",
        "in September or October 2022",
        "2022-09-01",
        "2022-10-31",
        "month",
    ),
    "days": _ahead(
        "The next round will be held in Tokyo from September 12-14, 2022.",
        "from September 12-14, 2022",
        "2022-09-12",
        "2022-09-14",
        "day",
    ),
    "week": _ahead(
        "The next round is scheduled for the week of September 12, 2022.",
        "the week of September 12, 2022",
        "2022-09-12",
        "2022-09-18",
        "week",
    ),
    "by number": _ahead(
        "The NUMBER round of meetings will be held in Tokyo in fall 2022.",
        "in fall 2022",
        "2022-09-01",
        "2022-11-30",
        "season",
    ),
    "lead-in": _ahead(
        "In September 2022, the two sides plan to hold the next round in Tokyo.",
        "In September 2022",
        "2022-09-01",
        "2022-09-30",
        "month",
    ),
    "no year": _ahead(
        "They plan to hold the next round in September.",
        "in September",
        "2022-09-01",
        "2022-09-30",
        "month",
    ),
    "no later than": _ahead(
        f"{_EXPECT} no later than September 2022.",
        "no later than September 2022",
        "2022-09-01",
        "2022-09-30",
        "month",
    ),
    "coming months": Ahead(f"{_EXPECT} in the coming months.", "in the coming months"),
    "to be determined": Ahead(
        "The next round will be held in Tokyo, with dates to be determined.",
        "dates to be determined",
    ),
}
