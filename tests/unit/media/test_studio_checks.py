"""The row of the check page about what a Studio offers, at the sandbox's Studio."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import jsonify

from lti.media.checks import Finding, StudioChecks, Verdict
from lti.model import GrantService, StudioAccount, Viewer
from tests.unit.media.conftest import School
from tests.unit.media.studio_school import ADA, ADMINISTRATOR, STELLA, StudioSchool, studio_beside


@dataclasses.dataclass
class Row:
    studio: StudioSchool
    checks: StudioChecks

    def look(self, who: Viewer = ADMINISTRATOR) -> Finding:
        return self.checks.api(who, self.studio.platform)

    def describe(self, document: Any, status: int = 200) -> None:
        """Have Studio describe itself so."""
        self.studio.app.view_functions["api.apidocs"] = lambda: (jsonify(document), status)


@pytest.fixture(params=list(StudioAccount))
def row(request: pytest.FixtureRequest, school: School, tmp_path: Path) -> Iterator[Row]:
    with studio_beside(school, tmp_path) as studio:
        studio.use(request.param)
        studio.grant(ADA, "ada") if request.param is StudioAccount.OWN else studio.grant(STELLA, None)
        yield Row(studio, StudioChecks(studio.http, studio.oauth, school.store, school.clock))


def test_studio_that_offers_all_that_is_called_is_good(row: Row) -> None:
    found = row.look()
    assert (found.verdict, found.values["version"]) == (Verdict.GOOD, "v1")
    assert row.studio.went_out() == ["GET /apidocs"]


def test_calls_that_a_studio_does_not_offer_are_named(row: Row) -> None:
    row.describe({"info": {"version": "v0"}, "basePath": "/api/public/v1", "paths": {"/ping": {"get": {}}}})
    found = row.look()
    assert found.verdict is Verdict.BAD
    assert "POST /media/{}/create_embed" in str(found.values["missing"])
    assert "GET /ping" not in str(found.values["missing"])


@pytest.mark.parametrize(("document", "status"), [({}, 200), ({"error": "no"}, 404), ({"error": "no"}, 403)])
def test_studio_that_does_not_say_is_not_blamed(row: Row, document: dict[str, str], status: int) -> None:
    row.describe(document, status)
    assert row.look().verdict is Verdict.UNKNOWN


def test_who_has_not_connected_studio_is_told_to(row: Row) -> None:
    for key in (("ada", GrantService.STUDIO), ("", GrantService.STUDIO_SERVICE)):
        row.studio.store.grants.forget(row.studio.platform.id, *key)
    found = row.look()
    assert (found.verdict, "connected account" in found.message) == (Verdict.UNKNOWN, True)
