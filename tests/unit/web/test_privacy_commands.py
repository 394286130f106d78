"""Commands for people who ask for their data or its end, and for institutions that leave."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from config.settings import Settings
from lti.store import Database, SecretBox, Store, open_chunks, open_database
from lti.store.schema import metadata
from tests.support.rows import fill, texts

from .school import CLIENT_ID, ISSUER, LTI, STUDENT, TEACHER, Browser, Clock, School
from .test_tus import Tus, add_studio
from .test_watch import insert, watch


def run(app: Flask, *arguments: str, **options: str) -> Result:
    return app.test_cli_runner().invoke(args=arguments, **options)


@pytest.fixture
def busy(store: Store, browser: Browser) -> tuple[str, str]:
    """A teacher who connected, inserted something, and is in the middle of an upload: its embed and its upload."""
    add_studio(store)
    picker = browser.press_button()
    assert browser.connect(picker).status_code == 200
    embed = insert(picker, tracks=["1"])
    tus = Tus(picker)
    upload = tus.create(4)
    assert tus.patch(upload, 0, b"da").status_code == 204
    return embed, upload.rsplit("/", 1)[1]


def subject() -> str:
    assert TEACHER.subject is not None
    return TEACHER.subject


def test_person_gets_all_that_is_kept_of_them_and_no_token(
    app: Flask, busy: tuple[str, str], school: School, tmp_path: Path
) -> None:
    file = tmp_path / "person.json"

    printed = run(app, "person", "export", ISSUER, subject())
    written = run(app, "person", "export", ISSUER, subject(), "--output", str(file))
    again = run(app, "person", "export", ISSUER, subject(), "--output", str(file))

    assert printed.exit_code == written.exit_code == 0, printed.output
    (found,) = json.loads(printed.output).values()
    assert found["embeds"][0]["id"] == busy[0]
    assert found["uploads"][0]["id"] == busy[1]
    assert found["grants"][0]["service"] == "canvas"
    assert json.loads(file.read_text()) == json.loads(printed.output)
    assert file.stat().st_mode & 0o077 == 0
    assert again.exit_code == 1  # a file that is there is not written over
    for secret in ("access-token", "refresh-token", "access_token", "refresh_token", "verifier"):
        assert secret not in printed.output


def test_person_who_is_erased_is_gone_here_and_at_canvas(
    app: Flask, busy: tuple[str, str], school: School, settings: Settings, store: Store, browser: Browser
) -> None:
    embed, upload = busy
    revoked: list[httpx.Request] = []

    def listening(request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            revoked.append(request)
        school.broken = None
        try:
            return school.answer(request)
        finally:
            school.broken = listening

    school.broken = listening
    assert open_chunks(settings.chunks_url).uploads().keys() == {upload}

    refused = run(app, "person", "erase", ISSUER, subject(), input="n\n")
    assert refused.exit_code == 1
    assert not revoked
    done = run(app, "person", "erase", ISSUER, subject(), "--yes")

    assert done.exit_code == 0, done.output
    assert "removed" in done.output
    assert len(revoked) == 1
    assert revoked[0].url.path == "/login/oauth2/token"
    assert open_chunks(settings.chunks_url).uploads() == {}
    assert json.loads(run(app, "person", "export", ISSUER, subject()).output) == {}
    answer = browser.launch(STUDENT, **{f"{LTI}custom": {"embed": embed}}).answer
    assert answer.status_code == 404
    assert "not here any more" in answer.text


def test_consent_that_canvas_does_not_end_is_said(app: Flask, busy: tuple[str, str], school: School) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away", request=request)

    school.broken = away
    done = run(app, "person", "erase", ISSUER, subject(), "--yes")

    assert done.exit_code == 0, done.output
    assert "1 consents could not be ended at Canvas" in done.output
    assert json.loads(run(app, "person", "export", ISSUER, subject()).output) == {}


def test_colleague_of_an_erased_person_goes_on(
    app: Flask, busy: tuple[str, str], other_browser: Browser, school: School
) -> None:
    school.consented_as = STUDENT
    theirs = other_browser.press_button(STUDENT)
    other_browser.connect(theirs)
    kept = insert(theirs, tracks=["1"])

    assert run(app, "person", "erase", ISSUER, subject(), "--yes").exit_code == 0

    playback = watch(other_browser, kept, STUDENT).call("POST", "/api/watch", {}).json
    assert playback is not None
    assert playback["problem"] is None
    assert playback["sources"]


def database_of(settings: Settings) -> Database:
    return open_database(settings.database_url)


def rows_of(database: Database, platform_id: int) -> dict[str, int]:
    """Count the rows of a platform, in every table that hangs on one by whatever way."""
    counts = {}
    with database.transaction() as connection:
        for table in metadata.sorted_tables:
            if table.name == "platforms":
                wanted = select(table).where(table.c.id == platform_id)
            elif "platform_id" in table.c:
                wanted = select(table).where(table.c.platform_id == platform_id)
            else:
                continue
            counts[table.name] = len(connection.execute(wanted).all())
    return counts


def test_institution_that_leaves_leaves_nothing_behind(
    app: Flask, busy: tuple[str, str], school: School, settings: Settings, store: Store, clock: Clock
) -> None:
    database, box = database_of(settings), SecretBox(settings.secret_keys)
    here = store.platforms.find(ISSUER, CLIENT_ID)[0].id
    with database.transaction() as connection:
        moved = fill(connection, box, "River", clock())
        for table in metadata.sorted_tables:
            if "platform_id" in table.c and table.name not in {"deployments", "institutions"}:
                mine = [column == moved[table.name][column.name] for column in table.primary_key.columns]
                connection.execute(update(table).where(*mine).values(platform_id=here))
        other = fill(connection, box, "Harbour", clock(), tickets={"payload": box.seal('{"platform_id": "0"}')})
        for name in ("platforms", "deployments", "institutions", "tickets"):
            for column in list(moved[name])[:1]:
                where = metadata.tables[name].c[column] == moved[name][column]
                connection.execute(metadata.tables[name].delete().where(where))
    assert all(rows_of(database, here).values())

    done = run(app, "institution", "erase", ISSUER, CLIENT_ID, "--yes")

    assert done.exit_code == 0, done.output
    assert set(rows_of(database, here).values()) == {0}
    assert all(rows_of(database, other["platforms"]["id"]).values())
    with database.transaction() as connection:
        left = texts(connection, box)
    rivers = {place for place, values in left.items() if any(value.startswith("River") for value in values)}
    assert {table for table, _ in rivers} <= {"invitations", "signing_keys", "cache_leases"}  # of no institution
    assert open_chunks(settings.chunks_url).uploads() == {}
    database.close()


@pytest.mark.parametrize(
    "arguments",
    [
        ("person", "export", "https://unknown.example", "x"),
        ("person", "erase", ISSUER, "x", "--client-id", "999", "--yes"),
        ("institution", "erase", ISSUER, "999", "--yes"),
    ],
)
def test_platform_that_is_not_registered_is_said_so(app: Flask, arguments: tuple[str, ...]) -> None:
    result = run(app, *arguments)
    assert result.exit_code == 1
    assert result.output.startswith("Error: No platform")
