"""What administrators decide: who may, what is kept, what is said of it, and what is refused."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from lti.model import ApiKey, GrantService, Institution, Platform, StudioAccount, StudioSettings
from lti.store import Store

from .school import ADMINISTERS, ADMINISTRATOR, CLIENT_ID, ISSUER, LTI, ROLES, STUDENT, TEACHER, Browser, Page, register

HOST = "school.instructuremedia.com"
STUDIO = {"host": HOST, "id": "studio-7", "secret": "kept-for-studio", "account": "own"}
SECRETS = ("api-key-secret", "kept-for-studio", "another-secret")


@pytest.fixture
def page(browser: Browser) -> Page:
    opened = browser.administer()
    assert opened.answer.status_code == 200, opened.answer.text
    return opened


@pytest.fixture
def platform(store: Store, page: Page) -> Platform:
    (found,) = store.platforms.find(ISSUER, CLIENT_ID)
    return found


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Answer look-ups of host names: one of them is in a private network, others do not exist."""
    known = {HOST: "52.1.2.3", "inside.example": "10.0.0.7"}

    def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        if host not in known:
            raise socket.gaierror("no such host")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known[host], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def error(answer: Any) -> str:
    return str(answer.json["error"]["code"])


def grant(store: Store, platform: Platform, service: GrantService, subject: str = "tilda") -> None:
    store.grants.save(
        platform.id, subject, service, account_id="1", access_token="a", refresh_token="r",
        expires_at=store.grants._clock(),
    )  # fmt: skip


def granted(store: Store, platform: Platform, service: GrantService, subject: str = "tilda") -> bool:
    return store.grants.get(platform.id, subject, service) is not None


def test_administrator_sees_what_is_set_and_no_secret(page: Page) -> None:
    state = page.config["state"]

    assert state["canvas_key"] == {"id": "10000000000020"}
    assert state["studio"] is None
    assert state["canvas_redirect"] == "https://cuedeck.example.edu/connect/canvas/callback"
    assert not [secret for secret in SECRETS if secret in page.answer.text]
    assert "frame-ancestors https://school.instructure.com;" in page.answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "changes",
    [
        {f"{LTI}roles": [f"{ROLES}Instructor"]},
        {f"{LTI}roles": [f"{ROLES}Learner", ADMINISTERS]},
        {f"{LTI}roles": [f"{ROLES}Administrator"]},
        {f"{LTI}roles": []},
        {"sub": None},
        {f"{LTI}custom": {"canvas_user_id": "44", "canvas_root_admin": False}},  # administers a sub-account
    ],
)
def test_nobody_else_gets_the_administration(browser: Browser, changes: dict[str, Any]) -> None:
    refused = browser.administer(**changes)

    assert refused.answer.status_code == 403
    assert refused.headline == "Only administrators of this Canvas can set Cuedeck up."
    assert "token" not in refused.config


def test_administrator_without_the_custom_field_is_believed_by_role(browser: Browser) -> None:
    for value in ({"canvas_user_id": "44"}, {"canvas_root_admin": "$Canvas.user.isRootAccountAdmin"}):
        assert browser.administer(**{f"{LTI}custom": value}).answer.status_code == 200


@pytest.mark.parametrize("person", [TEACHER, STUDENT])
def test_others_from_the_account_get_nothing(browser: Browser, person: Any) -> None:
    refused = browser.administer(person, **{f"{LTI}roles": [f"{ROLES}{person.role}"]})
    assert refused.answer.status_code == 403


def test_administrator_replaces_the_api_key_and_consents_to_the_old_one_end(
    page: Page, store: Store, platform: Platform
) -> None:
    grant(store, platform, GrantService.CANVAS)

    answer = page.call("PUT", "/api/administration/canvas-key", {"id": " 170 ", "secret": " another-secret "})

    assert answer.status_code == 200, answer.text
    assert answer.json["canvas_key"] == {"id": "170"}  # type: ignore[index]
    assert not [secret for secret in SECRETS if secret in answer.text]
    store.platforms._held = None
    assert store.platforms.get(platform.id).canvas_key == ApiKey("170", "another-secret")  # type: ignore[union-attr]
    assert not granted(store, platform, GrantService.CANVAS)


def test_new_secret_of_the_same_key_leaves_consents_alone(page: Page, store: Store, platform: Platform) -> None:
    grant(store, platform, GrantService.CANVAS)
    answer = page.call("PUT", "/api/administration/canvas-key", {"id": "10000000000020", "secret": "another-secret"})
    assert answer.status_code == 200
    assert granted(store, platform, GrantService.CANVAS)


def test_empty_secret_keeps_the_one_that_is_there_for_the_same_key_alone(page: Page, store: Store) -> None:
    for nothing in (None, "", "  "):
        same = {"id": "10000000000020", "secret": nothing}
        assert page.call("PUT", "/api/administration/canvas-key", same).status_code == 200
        other = page.call("PUT", "/api/administration/canvas-key", {"id": "171", "secret": nothing})
        assert (other.status_code, error(other)) == (422, "secret_needed")
    (found,) = store.platforms.find(ISSUER, CLIENT_ID)
    assert found.canvas_key == ApiKey("10000000000020", "api-key-secret")


def test_administrator_removes_the_api_key(page: Page, store: Store, platform: Platform) -> None:
    grant(store, platform, GrantService.CANVAS)
    answer = page.call("DELETE", "/api/administration/canvas-key")
    assert answer.json["canvas_key"] is None  # type: ignore[index]
    assert not granted(store, platform, GrantService.CANVAS)


@pytest.mark.parametrize("key_id", ["", " ", "two words", "x" * 256, "né", "a\nb"])
def test_what_cannot_be_a_key_is_told_at_its_field(page: Page, key_id: str) -> None:
    answer = page.call("PUT", "/api/administration/canvas-key", {"id": key_id, "secret": "s"})
    assert (answer.status_code, error(answer)) == (422, "key_invalid")


def test_administrator_sets_the_studio(page: Page, store: Store, platform: Platform) -> None:
    answer = page.call("PUT", "/api/administration/studio", STUDIO | {"host": f" {HOST.upper()} "})

    assert answer.status_code == 200, answer.text
    assert answer.json["studio"] == {"host": HOST, "id": "studio-7", "account": "own"}  # type: ignore[index]
    assert "kept-for-studio" not in answer.text
    kept = StudioSettings(HOST, ApiKey("studio-7", "kept-for-studio"), StudioAccount.OWN)
    assert store.institutions.get(platform.id) == Institution(platform.id, kept)


@pytest.mark.parametrize(
    "host",
    [
        "", "https://school.instructuremedia.com", "school.instructuremedia.com/", "school.instructuremedia.com/path",
        "school.instructuremedia.com?x", "school.instructuremedia.com:8443", "a@school.instructuremedia.com", "school",
        "127.0.0.1", "[::1]", "localhost", "169.254.169.254", "inside.example", "nowhere.example", "-a.example",
        "a b.c", "10.0.0.7", "0x7f.1", "x" * 300 + ".example", "sch\u00f6\u00f6l.example",
        "evil.example\\.instructuremedia.com",
    ],
)  # fmt: skip
def test_host_that_may_not_be_asked_is_told_at_its_field(
    page: Page, store: Store, platform: Platform, host: str
) -> None:
    answer = page.call("PUT", "/api/administration/studio", STUDIO | {"host": host})

    assert (answer.status_code, error(answer)) == (422, "host_invalid"), host
    assert store.institutions.get(platform.id).studio is None


def test_stored_studio_secret_never_goes_to_another_host_or_key(page: Page, names: dict[str, str]) -> None:
    names["another.example"] = "52.1.2.4"
    assert page.call("PUT", "/api/administration/studio", STUDIO).status_code == 200

    kept = STUDIO | {"secret": None}
    assert page.call("PUT", "/api/administration/studio", kept).status_code == 200
    for change in ({"host": "another.example"}, {"id": "studio-8"}):
        refused = page.call("PUT", "/api/administration/studio", kept | change)
        assert (refused.status_code, error(refused)) == (422, "secret_needed")


def test_consents_to_one_studio_never_serve_another(
    page: Page, store: Store, platform: Platform, names: dict[str, str]
) -> None:
    names["another.example"] = "52.1.2.4"
    service = STUDIO | {"account": "service"}
    page.call("PUT", "/api/administration/studio", service)
    for change, own, all_of_them in (
        ({}, True, True),
        ({"account": "own"}, True, False),
        ({"host": "another.example"}, False, False),
        ({"id": "studio-8"}, False, False),
    ):
        page.call("PUT", "/api/administration/studio", service)
        grant(store, platform, GrantService.STUDIO)
        grant(store, platform, GrantService.STUDIO_SERVICE, "")
        grant(store, platform, GrantService.CANVAS)
        assert page.call("PUT", "/api/administration/studio", service | change).status_code == 200
        assert granted(store, platform, GrantService.STUDIO) is own, change
        assert granted(store, platform, GrantService.STUDIO_SERVICE, "") is all_of_them, change
        assert granted(store, platform, GrantService.CANVAS)
    grant(store, platform, GrantService.STUDIO)
    page.call("DELETE", "/api/administration/studio")
    assert not granted(store, platform, GrantService.STUDIO)


def test_administrator_keeps_the_list_of_captioning_staff(page: Page, store: Store, platform: Platform) -> None:
    people = ["4711", " Rosa@School.EDU ", "4711"]
    answer = page.call("PUT", "/api/administration/staff", {"people": people})
    assert answer.json["staff"] == ["4711", "rosa@school.edu"]  # type: ignore[index]
    assert store.institutions.get(platform.id).captioning_staff == {"4711", "rosa@school.edu"}
    assert page.call("PUT", "/api/administration/staff", {"people": []}).json["staff"] == []  # type: ignore[index]


@pytest.mark.parametrize("person", ["", "rosa", "rosa@", "@school.edu", "ro sa@school.edu", "-4", "١٢"])
def test_entry_that_is_nobody_is_told(page: Page, person: str) -> None:
    answer = page.call("PUT", "/api/administration/staff", {"people": ["4711", person]})
    assert (answer.status_code, error(answer)) == (422, "person_invalid")


def test_list_of_staff_has_an_end(page: Page) -> None:
    people = [str(number) for number in range(501)]
    assert page.call("PUT", "/api/administration/staff", {"people": people}).status_code == 422
    assert page.call("PUT", "/api/administration/staff", {"people": people[:500]}).status_code == 200


def test_administrator_makes_the_privacy_choice(page: Page, store: Store, platform: Platform) -> None:
    assert page.config["state"]["use_email"] is True
    answer = page.call("PUT", "/api/administration/privacy", {"use_email": False})
    assert answer.json["use_email"] is False  # type: ignore[index]
    assert not store.institutions.get(platform.id).use_email


def test_administrator_of_one_school_changes_nothing_of_another(page: Page, store: Store) -> None:
    other = register(store, client_id="10000000000099")
    store.institutions.save_staff(other.id, ["1"])
    grant(store, other, GrantService.CANVAS)

    page.call("PUT", "/api/administration/canvas-key", {"id": "171", "secret": "another-secret"})
    page.call("PUT", "/api/administration/staff", {"people": ["2"]})
    page.call("PUT", "/api/administration/studio", STUDIO)
    page.call("DELETE", "/api/administration/canvas-key")
    for more in ({"platform_id": other.id}, {"platform": other.id}):
        assert page.call("PUT", "/api/administration/privacy", {"use_email": False, **more}).status_code == 422

    store.platforms._held = store.institutions._held = None
    assert store.platforms.get(other.id) == other
    assert store.institutions.get(other.id) == Institution(other.id, captioning_staff=frozenset({"1"}))
    assert granted(store, other, GrantService.CANVAS)


def test_administrator_connects_their_own_canvas_account(browser: Browser, page: Page, store: Store) -> None:
    browser.school.consented_as = ADMINISTRATOR
    assert browser.connect(page).status_code == 200
    (found,) = store.platforms.find(ISSUER, CLIENT_ID)
    assert store.grants.get(found.id, "ada", GrantService.CANVAS) is not None
