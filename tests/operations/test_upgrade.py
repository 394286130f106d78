"""``docs/operations/upgrade.md``, walked from the tables of the version before."""

from __future__ import annotations

import subprocess

from alembic import command

from lti.store import migrate
from tests.operations.walking import ROOT, Place, blocks, busy, walk, works
from tests.unit.web.school import Clock, School


def one_version_back(place: Place) -> None:
    """Make the tables those of the version before."""
    database = place.data()
    with database.transaction() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "-1")


def test_installation_of_the_version_before_goes_on_after_the_upgrade(place: Place) -> None:
    clock = Clock()
    place.prepare(clock)
    school = School(clock)
    with place.started(school) as browser:
        embed = busy(browser)
        before = works(browser, school, embed)
    one_version_back(place)
    with place.started(school) as browser:
        assert browser.get("/readyz").status_code == 503

    said, _ = walk(blocks("upgrade")["release"], place.environment())

    assert "up to date" in said
    with place.started(school) as browser:
        assert browser.get("/readyz").status_code == 200
        works(browser, school, embed)
        before.browser = browser
        assert before.call("POST", "/api/session", {}).status_code == 200  # a page that was open goes on


def test_last_step_of_the_page_says_with_its_exit_code_what_is_missing(place: Place) -> None:
    place.data().upgrade()

    told = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", blocks("upgrade")["look"]],
        env=place.environment(), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert told.returncode == 1
    assert told.stderr == "Error: No Canvas is registered.\n"
