"""What is to be said before a round is told: what kind of mail this is, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator

from notifiers.digest.cards import WHOLE, Measure
from notifiers.digest.whereabouts import notices_of_place
from notifiers.words.frame import enumerated, words
from notifiers.words.wording import brief, one_line
from storage.records import Choice, Language, Telling


def notices_of(
    telling: Telling, *, page: str, measure: Measure, language: Language
) -> tuple[str, ...]:
    """The notices of a telling, in the order in which they matter.

    Args:
        telling: what is told.
        page: where the whole round is on the web; empty where it is not.
        measure: how much of long texts is shown.
        language: of the notices.
    """
    said = words(language)["notices"]
    notices = (
        (telling.kind == "welcome", said["welcome"].format(series=one_line(telling.series_name))),
        (telling.kind == "correction", said["correction"]),
        (not telling.summary.readout.complete, said["torn"]),
        (measure != WHOLE, said["shortened"]),
    )
    found = [text for is_so, text in notices if is_so]
    if telling.whereabouts:
        copied_at = telling.summary.source.fetched_at
        found = list(notices_of_place(telling.whereabouts, copied_at=copied_at, language=language))
        found += [words(language)["whereabouts"]["ours"].format(address=page)] if page else []
    if telling.chosen:
        found.append(_of_choice(telling.chosen, page, language))
    return tuple(found)


def _of_choice(choice: Choice, page: str, language: Language) -> str:
    space = "" if language == "ja" else " "
    return space.join(_parts_of_choice(choice, page, language))


def _parts_of_choice(choice: Choice, page: str, language: Language) -> Iterator[str]:
    said = words(language)["notices"]
    names = [brief(name) for name in choice.topics]
    yield said["chosen"].format(topics=enumerated(names, language))
    many = {0: "left_out_none", 1: "left_out_one"}.get(choice.left_out, "left_out_many")
    yield said[many].format(count=choice.left_out)
    if choice.left_out:
        yield said["whole"].format(address=page) if page else said["whole_on_page"]
