"""``docs/privacy.md`` is true."""

from __future__ import annotations

import re
from pathlib import Path

from lti.store.expiring import RULES, Life
from lti.store.schema import metadata

PAGE = (Path(__file__).parents[3] / "docs" / "privacy.md").read_text()
SAID = {None: "ends", Life.CACHED: "copy", Life.HISTORY: "history", Life.STANDS: "stands", Life.WORK: "by work"}


def rows() -> dict[str, list[str]]:
    found = {}
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        name = re.fullmatch(r"`(\w+)`", cells[0])
        if name and len(cells) == 4:
            found[name[1]] = cells
    return found


def test_privacy_page_says_the_same_as_the_schema() -> None:
    page = rows()
    assert page.keys() == metadata.tables.keys()
    for name, table in metadata.tables.items():
        _, what, purpose, how_long = page[name]
        assert purpose
        rule = RULES[name]
        if rule.life is Life.OWNER:
            assert "with its" in how_long, name
        else:
            assert how_long.startswith(SAID[rule.life]), name
        for column in table.columns:
            if {"person", "says"} & column.info.keys() or column.info.get("personal"):
                assert f"`{column.name}`" in what, f"{name}.{column.name}"
        if any(column.info.get("sealed") for column in table.columns) and name != "embeds":
            assert "sealed" in what, name
