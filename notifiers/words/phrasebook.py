"""What a language must be able to say for a digest: the plan that every phrasebook keeps to.

Each part of a phrasebook is a module whose functions are those of a protocol here, so that the type
checker finds a sentence which a language lacks. They get facts and give words. What was published
(labels, texts, names) is an argument, and stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from notifiers.words.phrase import Phrase
from storage.records import (
    Certainty,
    Count,
    Evidence,
    Language,
    Presence,
    RankDirection,
    Span,
    Strand,
    TextChange,
)

Place = int | Literal["last"]
"""Where a topic stands in the list, counted from 0."""


@dataclass(frozen=True, slots=True)
class Group:
    """Topics that a clause tells of together: their names as a list, how many, and how sure."""

    names: Phrase
    count: int
    sure: Certainty


@dataclass(frozen=True, slots=True)
class Age:
    """In how many rounds a topic had stood: in a row, or of those on file."""

    rounds: int
    on_file: bool


@dataclass(frozen=True, slots=True)
class Lead:
    """What a clause on the lead of a delegation is about; `old` is the round compared with."""

    country: str
    old: str
    about: Evidence


class Grammar(Protocol):
    """How words are joined, and how a round, a label, a person, a country are called."""

    def longest_line(self) -> int:
        """Columns of a line of news, as far as the labels in it allow."""

    def quoted(self, words: str) -> str:
        """Words of a page, in quotation marks."""

    def label(self, shown: str) -> str:
        """A label as it stands in a sentence."""

    def enumerated(self, items: Sequence[Phrase]) -> Phrase:
        """The items as a list."""

    def running(self, clauses: Sequence[Phrase]) -> Phrase:
        """Clauses of one kind, one behind the other."""

    def joined(self, clauses: Sequence[Phrase]) -> Phrase:
        """Clauses of several kinds, one behind the other."""

    def some(self, items: Sequence[Phrase], most: int) -> Phrase:
        """So many items as a list, then how many more there are."""

    def sentence(self, phrase: Phrase) -> Phrase:
        """The phrase with what begins and ends a sentence."""

    def people(self, names: Sequence[str]) -> str:
        """A list of people."""

    def country(self, name: str) -> str:
        """A country in a sentence."""

    def seat(self, country: str) -> str:
        """A country that stands by itself."""

    def before(self, number: int | None) -> str:
        """The round compared with."""

    def this(self, number: int | None) -> str:
        """The round that is told of."""

    def rounds(self, numbers: Collection[int]) -> str:
        """Several rounds, those in a row as a range."""


class Dates(Protocol):
    """Days and times."""

    def span(self, span: Span, elsewhere: Sequence[Span] = ()) -> str:
        """The page's own words in quotes, then the days they mean."""

    def day(self, when: date | None) -> str:
        """A day; None where the page states none."""

    def minute(self, when: datetime) -> str:
        """A minute, in UTC."""


class Went(Protocol):
    """What dropped out, or cannot be seen."""

    def dropped_out(self, group: Group, age: Age | None) -> Phrase:
        """These dropped out, after so many rounds each."""

    def aged(self, name: Phrase, age: Age | None) -> Phrase:
        """A name with the rounds it had stood in."""

    def last_seen(self, old: str) -> str:
        """Remark: in which round they were last seen."""

    def or_else_goes_on(self, which: Phrase | None, count: int) -> Phrase:
        """Remark: so many of them, or all (None), may go on under another name."""

    def cannot_be_said(self, new: str, names: Phrase | None) -> Phrase:
        """Whether these (None: anything at all) went cannot be said."""


class Came(Protocol):
    """What is back, or new. Remarks are put behind a clause, and may be empty."""

    def last_named(self, name: Phrase, last: int | None) -> Phrase:
        """A name with the round that last named it."""

    def are_back(self, group: Group, last: int | None) -> Phrase:
        """These are back."""

    def back_under(
        self, earlier: Phrase, name: Phrase, sure: Certainty, last: int | None
    ) -> Phrase:
        """One is back under another name."""

    def are_new(self, group: Group) -> Phrase:
        """These are new."""

    def may_have_stood(self, old: str, count: int) -> str:
        """Remark: the page of the round before breaks off, and may have named them."""

    def or_else_new(self, count: int) -> str:
        """Remark: what is back may be new."""

    def or_else_continues(self, count: int) -> str:
        """Remark: what is new may continue another topic."""

    def never_before(self, earlier: int, old: str, count: int) -> str:
        """Remark: none of so many earlier rounds names them."""


class Shapes(Protocol):
    """What took another shape or place."""

    def parted(self, group: Group, stayed: Phrase, presence: Presence) -> Phrase:
        """These split off from another, or merged into it."""

    def parted_or_else(self, group: Group, stayed: Phrase, presence: Presence, old: str) -> Phrase:
        """The same, told from the round before on, with the other reading where there is one."""

    def more_parted(self, count: int) -> Phrase:
        """So many more split or merged."""

    def of_issues(self, clauses: Sequence[Phrase]) -> Phrase:
        """What became of the bilateral issues, of which these clauses tell."""

    def moved_to(self, strand: Strand, names: Phrase) -> Phrase:
        """These moved to this strand from the other."""

    def from_to(self, name: Phrase, before: Place | None, after: Place | None) -> Phrase:
        """One and its old and new places in the list; None where they are not known."""

    def changed_place(self, moves: Sequence[Phrase], most: int) -> Phrase:
        """All that `from_to` gave, as a list."""


class Texts(Protocol):
    """Other names, other texts."""

    def called_now(self, old: Phrase, new: Phrase, sure: Certainty) -> Phrase:
        """One has another name."""

    def shortened(self, name: Phrase, sure: Certainty, lost: str) -> Phrase:
        """One lost these words (empty: not told)."""

    def extended(self, name: Phrase, sure: Certainty, added: str) -> Phrase:
        """These words were added to one (empty: not told)."""

    def reworded(self, names: Phrase, count: int) -> Phrase:
        """These were reworded."""

    def replaced(self, names: Phrase, count: int) -> Phrase:
        """These were given another text."""

    def more_reworded(self, count: int) -> Phrase:
        """So many more were reworded."""


class Leads(Protocol):
    """Who led the delegations. Of each clause, the part that names someone leads to the place."""

    def other_rank(
        self, lead: Lead, who: str, title: str, direction: RankDirection, before: str
    ) -> Phrase:
        """One of another rank led than in the round before."""

    def nobody(self, lead: Lead) -> Phrase:
        """No lead is named any more."""

    def in_place_of(self, lead: Lead, new: str, gone: str) -> Phrase:
        """New people led in place of others."""

    def beside(self, lead: Lead, new: str, stayed: str) -> Phrase:
        """New people led beside those of the round before."""

    def no_longer(self, lead: Lead, gone: str) -> Phrase:
        """These people led no longer."""

    def then_and_now(
        self, country: str, then: Sequence[str], now: Sequence[str], old: str, new: str
    ) -> str:
        """Who led in both rounds, as evidence."""

    def not_named(self) -> str:
        """That this readout names nobody, as a seat has it."""

    def not_named_in(self, old: str) -> str:
        """That the earlier readout named nobody, as a seat has it."""


class Stillness(Protocol):
    """What has not come up, what lies between, what stayed, what a first round names."""

    def since(self, names: Phrase, count: int, sure: bool, last: int, first: bool) -> Phrase:
        """These have not come up since a round; `first`: of several such clauses."""

    def not_come_up(self, clauses: Sequence[Phrase], *, more: bool, torn: bool) -> Phrase:
        """All that `since` gave; more is not told; pages on file break off."""

    def lies_between(self, missing: Sequence[int]) -> str:
        """Rounds are missing between the two."""

    def compared_are(self, old: str, new: str) -> str:
        """The same as evidence."""

    def nothing_changed(self, topics: int, issues: int, old: str) -> str:
        """So many topics and bilateral issues stand as they did."""

    def first_named(self, strand: Strand, names: Phrase, count: int, chosen: bool) -> Phrase:
        """The topics or issues of a first round."""

    def page_names(self, label: str) -> str:
        """The same as evidence, for one."""


class Headline(Protocol):
    """The headline, in few words; whatever counts takes a number."""

    def joined(self, clauses: Sequence[str]) -> str:
        """The clauses as one line."""

    def begun(self, line: str) -> str:
        """The line with what begins a headline."""

    def gap(self) -> int:
        """Columns between two clauses."""

    def some(self, labels: Sequence[str], most: int) -> str:
        """So many labels, and how many more there are."""

    def count(self, number: int, strand: Strand) -> str:
        """So many topics or bilateral issues, in place of their labels."""

    def did(self, names: str, presence: Presence, sure: Certainty) -> str:
        """What became of these."""

    def issues_changed(self, count: int) -> str:
        """So many bilateral issues changed."""

    def rank(self, direction: RankDirection, country: str) -> str:
        """A country is led by another rank."""

    def page_torn(self, old: str) -> str:
        """The page of the round before breaks off."""

    def breaks_off(self) -> str:
        """The page of this round breaks off."""

    def none_dropped(self, chosen: bool) -> str:
        """No topic dropped out; or none of those chosen."""

    def none_dropped_or_new(self, chosen: bool) -> str:
        """No topic dropped out or came; or none of those chosen."""

    def reworded(self, count: int) -> str:
        """So many texts were reworded."""

    def first_round(self, labels: str) -> str:
        """It is the first round on file, with these topics (empty: not told)."""

    def subject(self, number: int | None) -> str:
        """What a subject says before the headline."""


class Unusual(Protocol):
    """How unusual the change is."""

    def no_round(self) -> str:
        """It cannot be said: there is no earlier round."""

    def missing(self, rounds: Sequence[int]) -> str:
        """It cannot be said: rounds are missing."""

    def torn(self, rounds: Sequence[int]) -> str:
        """It cannot be said: the pages of these rounds (none: a page) break off."""

    def too_few(self, earlier: int) -> str:
        """It cannot be said: there is one earlier comparison, or none."""

    def as_usual(self, counts: Sequence[Count], earlier: int) -> str:
        """So many, with the least and the most there were in the earlier comparisons."""

    def unusual(self, first: Sequence[Count], others: Sequence[Count], earlier: int) -> str:
        """What happened for the first time, and what more or less often than ever."""


class Cards(Protocol):
    """The words on a card."""

    def presence(self, presence: Presence) -> str:
        """What became of a topic."""

    def text_change(self, kind: TextChange) -> str:
        """What became of its text."""

    def had_stood(self, age: Age) -> str:
        """In how many rounds it had stood."""

    def last_seen(self, number: int) -> str:
        """In which round it was last seen."""

    def from_round_before(self) -> str:
        """The text is that of the round before."""

    def renamed(self) -> str:
        """It has another name."""

    def another_place(self) -> str:
        """It stands at another place in the list."""

    def was_in(self, strand: Strand) -> str:
        """It stood in this strand before."""

    def reason(self, sure: Certainty, reason: str) -> str:
        """How sure a match is, and why; as given where the language cannot say it."""

    def rank(self, reason: str) -> str:
        """The reason given for a change of rank."""


class Frame(Protocol):
    """What stands around the cards."""

    def heading(self, number: int | None) -> str:
        """The round as a heading."""

    def held(self, days: str, city: str) -> str:
        """When and where it was held; the city may be empty."""

    def compared(self, old: str, held: str, missing: Sequence[int]) -> str:
        """With what it is compared, when that was held (may be empty), what is missing between."""

    def first_round(self) -> str:
        """There is nothing to compare it with."""

    def next_unknown(self) -> str:
        """The page breaks off before what it says of the next round."""

    def next_not_mentioned(self) -> str:
        """The readout says nothing of the next round."""

    def from_file(self, name: str) -> str:
        """Remark: the page was read from a saved one."""

    def from_archive(self, address: str) -> str:
        """Remark: the page was read from the Internet Archive."""

    def from_address(self, address: str) -> str:
        """Remark: the page was read from another address."""


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """All that a digest can say in one language."""

    language: Language
    grammar: Grammar
    dates: Dates
    went: Went
    came: Came
    shapes: Shapes
    texts: Texts
    leads: Leads
    stillness: Stillness
    headline: Headline
    unusual: Unusual
    cards: Cards
    frame: Frame
