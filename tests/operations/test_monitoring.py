"""The dashboard, the alert rules and the page about measurements name what the product exports, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from lti.store import SecretBox, Store, open_database
from lti.web.metering import PrometheusMeter

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "operations"
_NAME = re.compile(r"\bcuedeck_[a-z_]+")
_USE = re.compile(r"\b(cuedeck_[a-z_]+)\{([^}]*)\}")
_LABEL = re.compile(r'([a-z_]+)(=~|!~|!=|=)"((?:[^"\\]|\\.)*)"')
_BY = re.compile(r"\bby \(([a-z_, ]+)\)")


@pytest.fixture
def exported(migrated_url: str) -> dict[str, frozenset[str]]:
    """Give the names of all samples that ``/metrics`` has, each with its labels."""
    meter = PrometheusMeter()
    meter.answered("/lti/launch", "POST", 200, 0.1)
    meter.launched("launch", "opened")
    meter.failed("internal", 500)
    meter.called("canvas.example", "200", 0.1)
    meter.looked_up("playback", "hit")
    meter.cleared({"logins": 1})
    database = open_database(migrated_url)
    text = meter.write(Store(database, SecretBox(["k" * 40]), lambda: datetime.now(UTC)), lambda: datetime.now(UTC))
    database.close()
    return {
        sample.name: frozenset(sample.labels)
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def rules() -> list[dict[str, object]]:
    (group,) = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    found: list[dict[str, object]] = group["rules"]
    return found


def expressions() -> Iterator[str]:
    for rule in rules():
        yield str(rule["expr"])
    for panel in json.loads((FOLDER / "dashboard.json").read_text())["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


def balanced(text: str) -> bool:
    """Tell whether brackets and quotes fit: what people get wrong first in PromQL."""
    closing, stack = {")": "(", "]": "[", "}": "{"}, []
    for mark in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        if mark in closing.values():
            stack.append(mark)
        elif mark in closing and (not stack or stack.pop() != closing[mark]):
            return False
    return not stack and text.count('"') % 2 == 0


def test_every_metric_of_dashboard_and_alerts_is_exported(exported: dict[str, frozenset[str]]) -> None:
    used = [name for expression in expressions() for name in _NAME.findall(expression)]
    assert len(used) > 20
    assert set(used) <= exported.keys()


def test_labels_that_they_choose_by_exist_and_expressions_are_whole(exported: dict[str, frozenset[str]]) -> None:
    for expression in expressions():
        assert balanced(expression), expression
        labels = {label for name in _NAME.findall(expression) for label in exported[name]} | {"instance", "le"}
        for name, chosen in _USE.findall(expression):
            for label, operator, value in _LABEL.findall(chosen):
                assert label in exported[name], expression
                assert operator in {"=", "!="} or re.compile(value)
            assert _LABEL.sub("", chosen).strip(", ") == "", expression
        for grouped in _BY.findall(expression):
            assert {label.strip() for label in grouped.split(",")} <= labels, expression


def test_every_alert_says_what_to_do() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names) >= 8
    for rule in rules():
        said = rule["annotations"]
        assert isinstance(said, dict)
        assert said["summary"]
        assert said["next_step"]


def test_page_lists_exactly_what_is_exported(exported: dict[str, frozenset[str]]) -> None:
    listed = set(re.findall(r"^\| `(cuedeck_\w+)` ", (FOLDER / "metrics.md").read_text(), re.MULTILINE))
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in exported}
    assert listed == families
