"""What has not come up, lies between or stayed, in English."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.words.en.grammar import enumerated, is_or_are, many, rounds
from notifiers.words.phrase import Phrase, say
from storage.records import Strand

_NOUNS: dict[Strand, str] = {
    "common-interest": "area{} of common interest",
    "bilateral": "bilateral issue{}",
}


def since(names: Phrase, count: int, sure: bool, last: int, first: bool) -> Phrase:
    """`A and B have not come up since round 1`, then `C since round 2`."""
    doubt = "" if sure else "likely "
    have = f" {'has' if count == 1 else 'have'} {doubt}not come up" if first else ""
    return say(names, f"{have} since round {last}")


def not_come_up(clauses: Sequence[Phrase], *, more: bool, torn: bool) -> Phrase:
    """The clauses as a list."""
    others = [say("others for less long")] if more else []
    as_far = ", as far as the pages on file go" if torn else ""
    return say(enumerated([*clauses, *others]), as_far)


def lies_between(missing: Sequence[int]) -> str:
    """`rounds 2 and 3 are not on file: what changed may have changed in any of them`."""
    are, any_ = is_or_are(len(missing)), "it" if len(missing) == 1 else "any of them"
    return f"{rounds(missing)} {are} not on file: what changed may have changed in {any_}"


def compared_are(old: str, new: str) -> str:
    """As evidence."""
    return f"Compared are {old} and {new}; the archive has none between them."


def nothing_changed(topics: int, issues: int, old: str) -> str:
    """`nothing came or went: two topics and one bilateral issue stand as they did in round 4`."""
    counted = f"{many(topics, 'topic')} and {many(issues, 'bilateral issue')}"
    return f"nothing came or went: {counted} stand as they did in {old}"


def first_named(strand: Strand, names: Phrase, count: int, chosen: bool) -> Phrase:
    """`the areas of common interest are A and B`, `the only bilateral issue is C`.

    Of topics chosen, `of what you chose, the area of common interest named is A`.
    """
    noun = _NOUNS[strand]
    if chosen:
        noun = noun.format("" if count == 1 else "s")
        return say(f"of what you chose, the {noun} named {is_or_are(count)} ", names)
    only, all_ = f"the only {noun.format('')} is ", f"the {noun.format('s')} are "
    return say(only if count == 1 else all_, names)


def page_names(label: str) -> str:
    """As evidence."""
    return f"The page names “{label}”."
