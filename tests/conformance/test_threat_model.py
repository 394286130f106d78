"""``docs/threat-model.md`` names a test for every threat: each of them is there, where the page says."""

from __future__ import annotations

import re

import pytest

from .tool import ROOT

PAGE = (ROOT / "docs" / "threat-model.md").read_text()
NAMED = re.findall(r"`(test_\w+)`(?:[ \n]\((unit/\w+)\)|, (unit/\w+))?", PAGE)


def names_in(folder: str) -> set[str]:
    found: set[str] = set()
    for file in (ROOT / "tests" / folder).rglob("test_*.py"):
        found |= set(re.findall(r"^def (test_\w+)\(", file.read_text(), re.MULTILINE))
    return found


def test_every_test_named_in_the_threat_model_exists() -> None:
    missing = [name for name, *folders in NAMED if name not in names_in("".join(folders) or "conformance")]

    assert len(NAMED) > 50
    assert missing == []


@pytest.mark.parametrize("row", [line for line in PAGE.splitlines() if line.startswith("| ")][2:])
def test_every_threat_names_a_test(row: str) -> None:
    assert "`test_" in row.split("|")[-2]
