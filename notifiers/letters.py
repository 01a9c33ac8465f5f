"""Letters, which are no digests: two that ask for a confirmation, and two to the operator.

What a letter says is fixed but for the facts in it, and those are set as scraped words are. The
operator's letters are in English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from notifiers.digest.subject import LONGEST_SUBJECT
from notifiers.digest.typeset import html_from, text_from
from notifiers.words import words_of
from notifiers.words.frame import enumerated, words
from notifiers.words.wording import brief, clipped, one_line, visible
from storage.records import Language, Letter, Rendering

_FINDINGS = ("new", "changed", "over")
_MOST_FINDINGS = 20
_LONGEST_FINDING = 600
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Findings:
    """What an alarm tells of under one title."""

    title: str
    each: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A letter before it takes a form: strings are final. Without a link there is no button."""

    language: Language
    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    findings: tuple[Findings, ...] = ()
    button: str = ""
    link: str = ""
    afterwards: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


def render_letter(letter: Letter, *, link: str, lasts: timedelta) -> Rendering:
    """Render a letter. The same arguments give the same bytes.

    Args:
        letter: its kind, language, time, and facts. Of `confirm`: `series`, the names, one a line.
            Of `address`: `before`, the address so far. Of `alarm`: `new`, `changed` and `over`,
            one finding a line, and `runbooks`, one a line; each may be missing. Of `test`: none.
        link: what `confirm` and `address` ask to open; unused in the others.
        lasts: how long the link counts, from the letter's time on.

    Raises:
        KeyError: a fact is missing.
    """
    if letter.kind == "confirm":
        page = _confirm(letter, link, lasts)
    elif letter.kind == "address":
        page = _address(letter, link, lasts)
    else:
        page = _alarm(letter.facts) if letter.kind == "alarm" else _test(letter)
    say = words(page.language)
    return Rendering(
        page.subject,
        text_from("letter.txt.j2", mail=page, say=say),
        html_from("letter.html.j2", mail=page, say=say),
    )


# --- Asking for a confirmation ----------------------------------------------------------------


def _confirm(letter: Letter, link: str, lasts: timedelta) -> Page:
    said = words(letter.language)["confirm"]
    names = [brief(name) for name in letter.facts["series"].splitlines()]
    series = enumerated(names, letter.language)
    asked = said["asked"].format(series=series)
    return _asking(letter, said["subject"].format(series=series), asked, link, lasts)


def _address(letter: Letter, link: str, lasts: timedelta) -> Page:
    said = words(letter.language)["address"]
    asked = said["asked"].format(before=one_line(letter.facts["before"]))
    return _asking(letter, said["subject"], asked, link, lasts)


def _asking(letter: Letter, subject: str, asked: str, link: str, lasts: timedelta) -> Page:
    said, general = (words(letter.language)[name] for name in (letter.kind, "letter"))
    until = words_of(letter.language).dates.minute(letter.created_at + lasts)
    return Page(
        language=letter.language,
        subject=_header(subject),
        heading=said["heading"],
        paragraphs=(asked, said["ask"]),
        button=said["button"],
        link=link,
        afterwards=(general["lasts"].format(days=lasts // _DAY, until=until), said["ignore"]),
        footer=(general["about"],),
    )


# --- To the operator --------------------------------------------------------------------------


def _alarm(facts: Mapping[str, str]) -> Page:
    said = words("en")["alarm"]
    found = tuple(_findings(facts, said))
    is_open = bool(facts.get("new") or facts.get("changed"))
    return Page(
        language="en",
        subject=_header(_alarm_subject(facts, said)),
        heading=said["heading_open" if is_open else "heading_over"],
        paragraphs=(),
        findings=found,
        afterwards=(*_runbooks(facts, said), said["todo"]),
        footer=(said["why"],),
    )


def _runbooks(facts: Mapping[str, str], said: Mapping[str, str]) -> Iterator[str]:
    """Where it stands what to do."""
    if names := facts.get("runbooks", "").splitlines():
        yield said["runbooks"].format(names=enumerated([f"“{name}”" for name in names], "en"))


def _findings(facts: Mapping[str, str], said: Mapping[str, str]) -> Iterator[Findings]:
    for kind in _FINDINGS:
        lines = facts.get(kind, "").splitlines()[:_MOST_FINDINGS]
        if lines:
            yield Findings(said[kind], tuple(clipped(line, _LONGEST_FINDING) for line in lines))


def _alarm_subject(facts: Mapping[str, str], said: Mapping[str, str]) -> str:
    """The first finding of the worst kind, and how many more there are of any."""
    lines = [(kind, line) for kind in _FINDINGS for line in facts.get(kind, "").splitlines()]
    kind, first = lines[0]
    more = said["more"].format(first="", count=len(lines) - 1) if len(lines) > 1 else ""
    start = said[f"subject_{kind}"].format(first="")
    room = LONGEST_SUBJECT - len(start) - len(more)
    return f"{start}{clipped(one_line(first), room)}{more}"


def _test(letter: Letter) -> Page:
    said = words("en")["test"]
    return Page(
        language="en",
        subject=said["subject"],
        heading=said["heading"],
        paragraphs=(said["says"], said["parts"]),
        afterwards=(said["made"].format(made=words_of("en").dates.minute(letter.created_at)),),
        footer=(words("en")["letter"]["about"],),
    )


def _header(subject: str) -> str:
    return visible(clipped(one_line(subject), LONGEST_SUBJECT))
