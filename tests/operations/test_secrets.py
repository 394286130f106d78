"""``docs/operations/secrets.md``, walked: keys change while people work, and nobody notices."""

from __future__ import annotations

from lti.model import GrantService
from tests.operations.walking import KEY, Place, blocks, busy, walk, works
from tests.unit.web.school import CLIENT_ID, ISSUER, TEACHER, Clock, School


def test_secret_key_is_changed_and_nobody_notices(place: Place) -> None:
    page, clock = blocks("secrets"), Clock()
    place.prepare(clock)
    school = School(clock)
    with place.started(school) as browser:
        embed = busy(browser)
        open_page = works(browser, school, embed)

    _, environ = walk(page["add-key"], place.environment())
    place.keys = environ["CUEDECK_SECRET_KEYS"]
    new, old = place.keys.split(",")
    assert old == KEY
    assert len(new) >= 32
    with place.started(school) as browser:
        works(browser, school, embed)
        open_page.browser = browser
        assert open_page.call("POST", "/api/session", {}).status_code == 200  # signed with the old key

    said, _ = walk(page["reseal"], place.environment())
    assert int(said.split()[0]) > 3
    with place.started(school) as browser:
        works(browser, school, embed)

    _, environ = walk(page["remove-key"], place.environment())
    place.keys = environ["CUEDECK_SECRET_KEYS"]
    assert place.keys == new
    clock.forward(700)  # what was cached is old: the sealed grant is needed
    with place.started(school) as browser:
        school.calls.clear()
        works(browser, school, embed)
        assert school.calls
        open_page.browser = browser
        assert open_page.call("POST", "/api/session", {}).status_code == 401  # its key is gone
    store = place.store(clock)
    platform = store.platforms.find(ISSUER, CLIENT_ID)[0]
    assert store.grants.get(platform.id, str(TEACHER.subject), GrantService.CANVAS) is not None


def test_signing_key_is_rotated_and_both_are_published(place: Place) -> None:
    clock = Clock()
    place.prepare(clock)

    said, _ = walk(blocks("secrets")["rotate"], place.environment())

    made, newest, older = said.splitlines()
    assert newest.startswith(made.removeprefix("New key: "))
    assert newest.endswith("signs")
    assert " retired " in older
    with place.started(School(clock)) as browser:
        keys = browser.get("/.well-known/jwks.json").json
        assert keys is not None
        assert {key["kid"] for key in keys["keys"]} == {newest.split()[0], older.split()[0]}
