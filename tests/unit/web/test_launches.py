"""Login initiation and launch, as a browser goes through them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from werkzeug.datastructures import MultiDict

from config.settings import Settings
from lti.store import Store

from .school import (
    CANVAS,
    CLIENT_ID,
    DEPLOYMENT,
    DL,
    ISSUER,
    LTI,
    NOBODY,
    OBSERVER,
    OURS,
    RETURN_URL,
    ROLES,
    STUDENT,
    TEACHER,
    Browser,
    Clock,
    Page,
    School,
    initiation,
    register,
)


def test_canvas_gets_all_nine_parameters_that_it_requires(browser: Browser) -> None:
    asked = browser.begin()

    assert asked.keys() >= {
        "client_id", "login_hint", "lti_message_hint", "nonce", "prompt", "redirect_uri", "response_mode",
        "response_type", "scope", "state",
    }  # fmt: skip
    assert asked["redirect_uri"] == f"{OURS}/lti/launch"


def test_login_works_by_get_too(browser: Browser) -> None:
    answer = browser.get("/lti/login", query_string=initiation())

    assert answer.status_code == 302
    assert urlsplit(answer.headers["Location"]).hostname == "sso.canvaslms.com"


def test_proof_cookie_survives_in_a_frame_with_third_party_cookies_blocked(browser: Browser) -> None:
    cookie = browser.post("/lti/login", data=initiation()).headers["Set-Cookie"]

    name, _, rest = cookie.partition("=")
    assert name.startswith("__Host-cuedeck-")
    parts = set(rest.split("; ")[1:])
    assert parts == {"Max-Age=300", "Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned"}


def test_proof_cookie_is_gone_after_the_launch(browser: Browser) -> None:
    page = browser.launch()

    cookie = page.answer.headers["Set-Cookie"]
    assert "Max-Age=0" in cookie
    assert "Partitioned" in cookie


def test_teacher_gets_the_picker(browser: Browser) -> None:
    page = browser.press_button(TEACHER)

    assert page.answer.status_code == 200
    assert page.headline == "Choose media"
    assert [tab["scope"] for tab in page.config["scopes"]] == ["own", "course"]
    assert page.config["accept_multiple"] is True
    assert page.config["expires_in"] == 3600


def test_student_gets_the_picker_with_own_media_only(browser: Browser) -> None:
    page = browser.press_button(STUDENT)

    assert [tab["scope"] for tab in page.config["scopes"]] == ["own"]


def test_teacher_in_a_group_gets_its_media(browser: Browser) -> None:
    settings = {
        "deep_link_return_url": f"{CANVAS}/groups/5/deep_linking_response?data=x",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
        "accept_multiple": True,
    }
    custom = {"canvas_user_id": "41", "canvas_course_id": "$Canvas.course.id"}

    page = browser.press_button(TEACHER, **{f"{DL}deep_linking_settings": settings, f"{LTI}custom": custom})

    assert [tab["scope"] for tab in page.config["scopes"]] == ["own", "group"]
    assert page.config["forms"] == ["captioned"]


def test_link_is_offered_where_text_is_selected(browser: Browser) -> None:
    custom = {"canvas_user_id": "41", "editor_selection": "<p>the words that were selected</p>"}

    page = browser.press_button(TEACHER, **{f"{LTI}custom": custom})

    assert page.config["can_link"] is True
    assert "the words that were selected" not in page.answer.text


def test_link_is_not_offered_where_nothing_is_selected(browser: Browser) -> None:
    custom = {"canvas_user_id": "41", "editor_selection": "$com.instructure.Editor.selection"}

    assert browser.press_button(TEACHER, **{f"{LTI}custom": custom}).config["can_link"] is False


def test_observer_may_watch_but_gets_no_picker(browser: Browser) -> None:
    page = browser.press_button(OBSERVER)

    assert page.answer.status_code == 403
    assert page.headline == "You can watch here, but not insert media."


def test_launch_without_roles_works(browser: Browser) -> None:
    page = browser.press_button(TEACHER, **{f"{LTI}roles": []})

    assert page.answer.status_code == 200
    assert [tab["scope"] for tab in page.config["scopes"]] == ["own"]


def test_launch_without_an_embed_says_what_cuedeck_is(browser: Browser) -> None:
    page = browser.launch(STUDENT)

    assert page.answer.status_code == 200
    assert page.headline == "Cuedeck works"


def test_anonymous_viewer_of_a_public_course_gets_a_page(browser: Browser) -> None:
    assert browser.launch(NOBODY).answer.status_code == 200


def test_launch_of_an_unknown_embed_is_a_page(browser: Browser) -> None:
    page = browser.launch(STUDENT, **{f"{LTI}custom": {"embed": "no-such-embed"}})

    assert page.answer.status_code == 404
    assert page.headline == "This video or sound recording is not here any more."


def test_reloaded_launch_says_to_open_it_again(browser: Browser, school: School) -> None:
    asked = browser.begin()
    claims = school.claims(TEACHER, asked["nonce"])
    assert browser.finish(asked["state"], claims).status_code == 200

    again = Page(browser, browser.finish(asked["state"], claims))

    assert again.answer.status_code == 409
    assert again.headline == "This launch was opened before, or waited too long."


def test_launch_after_five_minutes_is_refused(browser: Browser, school: School, clock: Clock) -> None:
    asked = browser.begin()
    clock.forward(301)

    assert browser.finish(asked["state"], school.claims(TEACHER, asked["nonce"])).status_code == 409


def test_launch_in_another_browser_is_refused(browser: Browser, other_browser: Browser, school: School) -> None:
    asked = browser.begin()

    page = Page(other_browser, other_browser.finish(asked["state"], school.claims(TEACHER, asked["nonce"])))

    assert page.answer.status_code == 403
    assert page.headline == "Cuedeck could not confirm that this browser started the launch."


def test_forged_token_burns_no_login(browser: Browser, school: School) -> None:
    asked = browser.begin()
    forged = school.sign(school.claims(TEACHER, asked["nonce"]))[:-20] + "AAAAAAAAAAAAAAAAAAAA"
    assert browser.post("/lti/launch", data={"state": asked["state"], "id_token": forged}).status_code == 401

    assert browser.finish(asked["state"], school.claims(TEACHER, asked["nonce"])).status_code == 200


def test_logins_that_nobody_finishes_write_nothing(browser: Browser, settings: Settings) -> None:
    def written() -> dict[str, bytes]:
        folder = Path(settings.database_url.removeprefix("sqlite:///")).parent
        return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")}

    browser.begin()
    before = written()
    for _ in range(100):
        browser.begin()

    assert written() == before


def test_two_tabs_do_not_disturb_each_other(browser: Browser, school: School) -> None:
    first, second = browser.begin(), browser.begin()

    for asked in (first, second):
        assert browser.finish(asked["state"], school.claims(TEACHER, asked["nonce"])).status_code == 200


def test_nonce_of_one_login_with_the_state_of_another_is_refused(browser: Browser, school: School) -> None:
    first, second = browser.begin(), browser.begin()

    assert browser.finish(first["state"], school.claims(TEACHER, second["nonce"])).status_code == 401


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"iss": "https://elsewhere.example"}, 403),
        ({"client_id": "1"}, 403),
        ({"target_link_uri": "https://elsewhere.example/lti/launch"}, 400),
        ({"target_link_uri": f"{OURS}.evil.example/lti/launch"}, 400),
        ({"login_hint": ""}, 400),
        ({"login_hint": "x" * 300_000}, 413),
        ({"iss": f"{ISSUER}\x00"}, 400),
    ],
)
def test_login_that_cannot_be_begun_is_a_page(browser: Browser, changes: dict[str, str], status: int) -> None:
    page = Page(browser, browser.post("/lti/login", data=initiation(**changes)))

    assert page.answer.status_code == status
    assert "Location" not in page.answer.headers
    assert page.headline


def test_repeated_login_parameter_is_refused(browser: Browser) -> None:
    answer = browser.get("/lti/login", query_string=[*initiation().items(), ("iss", ISSUER)])

    assert answer.status_code == 400


def test_person_whom_canvas_does_not_see_opens_it_in_a_new_window(browser: Browser) -> None:
    state = browser.begin()["state"]
    button = f'href="{CANVAS}" target="_blank" rel="noopener"'

    known = browser.post("/lti/launch", data={"error": "login_required", "state": state})
    others = [
        browser.post("/lti/launch", data={"error": "login_required", "state": "made-up"}),
        browser.post("/lti/launch", data={"error": "login_required", "state": f"{state[:-2]}AA"}),
        browser.post("/lti/launch", data={"error": "unauthorized_client", "state": state}),
    ]

    assert button in known.text
    assert not [answer for answer in others if "_blank" in answer.text]


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        ("login_required", 400, "Open Canvas in a new window"),
        ("unauthorized_client", 400, "Ask your Canvas administrator to switch the Cuedeck key on for this account."),
        ("launch_no_longer_valid", 409, "Open it again from Canvas."),
        ("<script>alert(1)</script>", 400, "Make sure that you are logged in to Canvas in this browser"),
    ],
)
def test_platform_that_declines_is_a_page_with_the_next_step(
    browser: Browser, error: str, status: int, words: str
) -> None:
    answer = browser.post("/lti/launch", data={"error": error, "error_description": "<b>x", "state": "s"})

    assert answer.status_code == status
    assert words in answer.text
    assert "<script>alert" not in answer.text
    assert "<b>x" not in answer.text


@pytest.mark.parametrize(
    "form",
    [
        [],
        [("state", "s")],
        [("id_token", "x")],
        [("id_token", "x"), ("id_token", "y"), ("state", "s")],
        [("id_token", "x.y.z"), ("state", "")],
        [("id_token", "\x00"), ("state", "\x00")],
    ],
)
def test_launch_that_is_cut_short_is_a_page(browser: Browser, form: list[tuple[str, str]]) -> None:
    answer = browser.post("/lti/launch", data=MultiDict(form))

    assert answer.status_code == 401
    assert "Cuedeck could not verify" in answer.text


def test_oversized_launch_is_a_page(browser: Browser) -> None:
    answer = browser.post("/lti/launch", data={"id_token": "x" * 300_000, "state": "s"})

    assert answer.status_code == 413


def test_launch_while_the_platform_gives_no_keys_is_a_page(browser: Browser, school: School) -> None:
    asked = browser.begin()
    school.broken = lambda _: httpx.Response(500, text="<html>down</html>")

    page = Page(browser, browser.finish(asked["state"], school.claims(TEACHER, asked["nonce"])))

    assert page.answer.status_code == 503
    assert "signing keys could not be fetched" in page.headline


def test_three_launches_fetch_the_platforms_keys_once(browser: Browser, school: School) -> None:
    for _ in range(3):
        browser.launch()

    assert school.calls == ["GET /api/lti/security/jwks"]


def test_unknown_deployment_is_refused_and_a_trusting_platform_takes_it(
    browser: Browser, store: Store, clock: Clock
) -> None:
    assert browser.launch(**{f"{LTI}deployment_id": "9:new"}).answer.status_code == 403
    register(store, deployments=[], trust_deployments=True)
    clock.forward(10)

    assert browser.launch(**{f"{LTI}deployment_id": "9:new"}).answer.status_code == 200


def test_page_may_be_framed_by_its_platform_and_by_nobody_else(browser: Browser) -> None:
    page = browser.press_button()

    policy = _policy(page.answer.headers["Content-Security-Policy"])
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == CANVAS
    assert policy["form-action"] == f"'self' {CANVAS}"
    assert policy["base-uri"] == "'none'"
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert page.answer.headers["X-Content-Type-Options"] == "nosniff"
    assert page.answer.headers["Referrer-Policy"] == "strict-origin"
    assert page.answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "camera=(self)" in page.answer.headers["Permissions-Policy"]


def test_failed_launch_is_seen_in_the_frame_where_it_failed(browser: Browser) -> None:
    unverified = browser.post("/lti/login", data=initiation(client_id="1"))
    verified = browser.launch(**{f"{LTI}custom": {"embed": "no-such-embed"}}).answer

    assert _policy(unverified.headers["Content-Security-Policy"])["frame-ancestors"] == "*"
    assert _policy(verified.headers["Content-Security-Policy"])["frame-ancestors"] == CANVAS


def test_canvas_may_frame_its_page_by_another_name_that_it_signed(browser: Browser) -> None:
    presentation = {"return_url": "https://learn.school.edu/courses/17"}

    page = browser.launch(**{f"{LTI}launch_presentation": presentation})

    framers = _policy(page.answer.headers["Content-Security-Policy"])["frame-ancestors"]
    assert framers == f"{CANVAS} https://learn.school.edu"


def test_no_page_has_an_inline_script_or_style(browser: Browser) -> None:
    for page in (browser.press_button(), browser.launch(), browser.press_button(OBSERVER)):
        text = page.answer.text
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text
        for script in text.split("<script")[1:]:
            assert 'src="' in script.split(">")[0] or 'type="application/json"' in script.split(">")[0]


def test_return_address_and_secrets_are_not_in_the_page(browser: Browser) -> None:
    page = browser.press_button()

    assert RETURN_URL not in page.answer.text
    assert "deep_linking_response" not in page.answer.text


def test_page_is_in_english_where_there_is_no_translation(browser: Browser) -> None:
    page = browser.launch(locale="sv")

    assert '<html lang="en" dir="ltr">' in page.answer.text


@pytest.mark.parametrize("locale", ["xx-YY", "../../etc/passwd", "$Message.locale", "en" * 2000, "<b>"])
def test_odd_locale_is_no_problem(browser: Browser, locale: str) -> None:
    assert browser.launch(locale=locale).answer.status_code == 200


def test_short_and_unknown_roles_are_no_problem(browser: Browser) -> None:
    page = browser.press_button(**{f"{LTI}roles": ["Instructor", f"{ROLES}Wizard", f"{ROLES}Instructor"]})

    assert page.answer.status_code == 200


def test_key_set_answers_fast_and_may_be_cached(browser: Browser) -> None:
    browser.press_button()

    answer = browser.get("/.well-known/jwks.json")

    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.json is not None
    assert isinstance(answer.json["keys"], list)


def _policy(header: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in header.split(";"))


def test_platforms_with_one_issuer_are_kept_apart(browser: Browser, store: Store, school: School) -> None:
    register(store, client_id="2", deployments=[DEPLOYMENT], canvas_url="https://other.instructure.com")
    asked = browser.begin()

    crossed = browser.finish(asked["state"], school.claims(TEACHER, asked["nonce"], aud="2", azp="2"))

    assert crossed.status_code == 401
    assert browser.launch().answer.status_code == 200
    assert CLIENT_ID != "2"
