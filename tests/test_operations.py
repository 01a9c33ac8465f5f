"""The operator's page: a runbook for each alarm, and an alarm for each runbook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.core.troubles import RUNBOOKS, runbook_of
from monitor.journeys.alarms import MACHINERY

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
PARTS = ("Means", "Look", "Mend", "Over")


def runbooks() -> dict[str, str]:
    """The page's runbooks, by name."""
    pieces = re.split(r"^##+ (.+)$", PAGE, flags=re.MULTILINE)
    titled = zip(pieces[1::2], pieces[2::2], strict=True)
    prefix = "Runbook: "
    return {title[len(prefix) :]: words for title, words in titled if title.startswith(prefix)}


def alarms_in_the_code() -> set[str]:
    """The names of alarms, with `x` for what stands in them."""
    written = re.compile(r"Trouble\(\s*f?\"([^\"]+)\"")
    found = {
        re.sub(r"\{[^}]+\}", "x", name)
        for path in (ROOT / "monitor").rglob("*.py")
        for name in written.findall(path.read_text("utf-8"))
    }
    return found | set(MACHINERY)


def issue_kinds() -> set[str]:
    """The kinds of issues that the page about reading explains."""
    page = (ROOT / "docs" / "reading.md").read_text("utf-8")
    return set(re.findall(r"^\| `([a-z]+(?:-[a-z]+)*)`", page, re.MULTILINE))


def alerts_lead_to() -> set[str]:
    """The runbooks of Prometheus' rules."""
    rules = (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text("utf-8")
    return set(re.findall(r"#runbook-([\w-]+)$", rules, re.MULTILINE))


def test_each_alarm_has_its_runbook_and_each_runbook_its_alarm() -> None:
    alarms = alarms_in_the_code()
    assert {"source", "issue x x", "layout x"} <= alarms
    led_to = {runbook_of(name) for name in alarms}
    led_to |= {runbook_of(f"issue {kind} https://ustr.gov/a") for kind in issue_kinds()}
    assert led_to == set(RUNBOOKS)
    assert led_to | alerts_lead_to() == set(runbooks())


@pytest.mark.parametrize("name", RUNBOOKS)
def test_a_runbook_says_what_it_means_how_to_look_and_mend_and_when_it_is_over(name: str) -> None:
    words = runbooks()[name]
    assert tuple(re.findall(r"^- \*\*(\w+)\.\*\* \S", words, re.MULTILINE)) == PARTS
