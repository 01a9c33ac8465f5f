"""The dashboard and the alert rules ask for figures that there are, and lead to runbooks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.entrypoints.web.metrics import GAUGES

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
BOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/roundwatch.json").read_text("utf-8"))
RULES: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8")
)["groups"][0]["rules"]

BESIDE = {"up", "process_resident_memory_bytes"}
"""What Prometheus and its client for Python export themselves."""

LABELS = {"job", "instance", "le"}
"""Those that Prometheus and histograms have."""


def figures() -> dict[str, set[str]]:
    """The documented figures with their labels; a test holds that they are those exported."""
    rows = re.findall(r"^\| `(roundwatch_\w+)` \| (\w+) \|([^|]*)\|", PAGE, re.MULTILINE)
    found: dict[str, set[str]] = {}
    for name, kind, labels in rows:
        for end in ("_bucket", "_sum", "_count") if kind == "histogram" else ("",):
            found[name + end] = set(re.findall(r"\w+", labels))
    return found


def queries() -> list[str]:
    asked = [t["expr"] for panel in BOARD["panels"] for t in panel.get("targets", [])]
    return asked + [rule["expr"] for rule in RULES]


@pytest.mark.parametrize("query", queries())
def test_a_query_asks_for_figures_and_labels_that_there_are(query: str) -> None:
    known = figures()
    named = set(re.findall(r"\b(?:roundwatch|process)_\w+|\bup\b", query))
    assert named
    assert named <= known.keys() | BESIDE
    labels = {label for name in named for label in known.get(name, ())} | LABELS
    grouped = re.findall(r"\bby \(([^)]*)\)", query)
    asked = {label.strip() for group in grouped for label in group.split(",")}
    asked |= set(re.findall(r"[{,]\s*(\w+)\s*(?:=~|!=|!~|=)", query))
    assert asked <= labels
    assert query.count("(") == query.count(")")


def test_every_figure_of_the_database_is_on_the_dashboard_or_says_only_how_it_was_read() -> None:
    shown = {name for query in queries() for name in re.findall(r"roundwatch_\w+", query)}
    left = {gauge.name for gauge in GAUGES} - shown
    assert left == {
        "roundwatch_database_read_timestamp_seconds",
        "roundwatch_database_schema_info",
        "roundwatch_oldest_delivery_slot_timestamp_seconds",
    }


def test_the_dashboard_can_be_imported_anywhere() -> None:
    assert (BOARD["uid"], BOARD["title"]) == ("roundwatch", "Roundwatch")
    variables = {each["name"]: each["type"] for each in BOARD["templating"]["list"]}
    assert variables == {"datasource": "datasource", "job": "query"}
    panels = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    assert len({panel["title"] for panel in panels}) == len(panels)


def test_no_two_panels_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken
        taken |= cells


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_leads_to_its_runbook(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Roundwatch[A-Z]\w+", rule["alert"])
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["summary"]
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    assert page == "docs/operations.md"
    titles = re.findall(r"^##+ (.+)$", PAGE, re.MULTILINE)
    assert anchor in {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in titles}
