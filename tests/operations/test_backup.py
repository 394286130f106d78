"""``docs/operations/backup.md``, walked: what was backed up is restored elsewhere, and people go on there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lti.model import GrantService
from lti.store import open_chunks
from tests.conftest import unavailable
from tests.operations.walking import Place, blocks, busy, walk, works
from tests.unit.web.school import CLIENT_ID, ISSUER, TEACHER, Clock, School
from tests.unit.web.test_tus import Tus, add_studio


def test_everything_goes_on_from_a_backup(new_place: Callable[[], Place], tmp_path: Path) -> None:
    page, clock = blocks("backup"), Clock()
    before = new_place()
    if before.engine == "postgresql" and not (shutil.which("pg_dump") and shutil.which("pg_restore")):
        unavailable("no pg_dump and pg_restore")
    backup = tmp_path / "backup"
    backup.mkdir(mode=0o700)
    school = School(clock)
    add_studio(before.prepare(clock))
    with before.started(school) as browser:
        embed = busy(browser)
        works(browser, school, embed)
        tus = Tus(browser.press_button())
        upload = tus.create(4)
        assert tus.patch(upload, 0, b"da").status_code == 204

        for name in (f"backup-{before.engine}", "backup-chunks"):
            walk(page[name], before.environment(BACKUP=str(backup)))
        later = busy(browser)  # is in no backup, and disturbs none
        shutil.rmtree(before.chunks)

    after = new_place()
    for name in (f"restore-{after.engine}", "restore-chunks"):
        walk(page[name], after.environment(BACKUP=str(backup)))
    said, _ = walk(page["after-restore"], after.environment())

    assert "up to date" in said
    assert "signs" in said
    clock.forward(700)  # what was cached is old: the sealed grant is needed
    with after.started(school) as browser:
        school.calls.clear()
        picker = works(browser, school, embed)
        assert school.calls  # somebody asked Canvas, in the teacher's name
        listed = picker.call("GET", "/api/uploads").json
        assert listed is not None
        assert [(each["received"], each["length"]) for each in listed["uploads"]] == [(2, 4)]
        assert Tus(picker).patch(upload, 2, b"ta").status_code == 204
        assert after.store(clock).embeds.get(later) is None
    platform = after.store(clock).platforms.find(ISSUER, CLIENT_ID)[0]
    grant = after.store(clock).grants.get(platform.id, str(TEACHER.subject), GrantService.CANVAS)
    assert grant is not None
    assert grant.access_token.startswith("access-token-")
    assert len(open_chunks(f"file://{after.chunks}").uploads()) == 1


def test_administrator_is_told_when_the_secret_keys_are_not_those_of_the_backup(place: Place) -> None:
    place.prepare(Clock())
    place.keys = "another-secret-key-of-more-than-forty-characters"
    with pytest.raises(AssertionError, match="sealed with a key that is no longer"):
        walk(blocks("backup")["after-restore"], place.environment())
