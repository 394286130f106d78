"""What must be refused and what accepted of a launch: the table of ``reference/lti-launch.md`` section 2, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from .browser import Browser
from .canvas import API_SECRET, DEPLOYMENT, LTI, TEACHER, Canvas, rsa_key
from .jose import compact, public_der, public_pem, unsigned, with_mac
from .refusals import assert_gives_nothing, assert_not_burnt, assert_refused
from .tool import Tool

UNVERIFIED = "could not verify that this launch came from Canvas"
AGAIN = "go back to Canvas and press the button again"
OPENED_BEFORE = "This launch was opened before"


def test_person_who_reloads_a_launch_is_told_to_open_it_again(browser: Browser) -> None:
    login = browser.begin()
    token = browser.canvas.sign(browser.canvas.claims(login.nonce))
    assert browser.finish(login, token).status == 200

    assert_refused(browser.finish(login, token), 409, OPENED_BEFORE, "Open it again from Canvas.")


def test_thief_cannot_replay_a_launch_even_with_the_cookie(browser: Browser, other_browser: Browser) -> None:
    login = browser.begin()
    other_browser.cookies = dict(browser.cookies)
    token = browser.canvas.sign(browser.canvas.claims(login.nonce))
    assert browser.finish(login, token).status == 200

    assert_refused(other_browser.finish(login, token), 409, OPENED_BEFORE)


def test_nonce_of_one_login_with_the_state_of_another_is_refused(browser: Browser) -> None:
    first, second = browser.begin(), browser.begin()

    answer = browser.finish(first, browser.canvas.sign(browser.canvas.claims(second.nonce)))

    assert_refused(answer, 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, second)


def test_two_tabs_do_not_disturb_each_other(browser: Browser) -> None:
    first, second = browser.begin(), browser.begin()

    assert_not_burnt(browser, second)
    assert_not_burnt(browser, first)


@pytest.mark.parametrize("claim", ["exp", "iat"])
def test_launch_without_a_time_is_refused(browser: Browser, claim: str) -> None:
    login = browser.begin()
    claims = browser.canvas.claims(login.nonce)
    del claims[claim]

    answer = browser.finish(login, browser.canvas.sign(claims))

    assert_refused(answer, 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


@pytest.mark.parametrize(
    ("made", "ends"),
    [(-1_700_000_000, 3600), (-86_400, 3600), (-7200, -3600), (-120, -60), (120, 3600), (3600, 7200)],
    ids=[
        "made in 1970",
        "made yesterday",
        "over for an hour",
        "over for a minute",
        "two minutes ahead",
        "an hour ahead",
    ],
)
def test_launch_of_another_time_is_refused(browser: Browser, made: int, ends: int) -> None:
    login = browser.begin()
    now = int(browser.canvas.clock())

    answer = browser.finish(
        login, browser.canvas.sign(browser.canvas.claims(login.nonce, iat=max(0, now + made), exp=now + ends))
    )

    assert_refused(answer, 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


@pytest.mark.parametrize("ahead", [3, 10])
def test_platform_whose_clock_is_seconds_ahead_is_accepted(browser: Browser, ahead: int) -> None:
    assert browser.launch(iat=int(browser.canvas.clock()) + ahead).status == 200


def test_launch_for_another_party_is_refused(browser: Browser) -> None:
    login = browser.begin()
    ours = browser.canvas.client_id

    answer = browser.finish(
        login, browser.canvas.sign(browser.canvas.claims(login.nonce, aud=[ours, "other"], azp="other"))
    )

    assert_refused(answer, 403, "This Canvas is not registered with Cuedeck.", "administrator")
    assert_not_burnt(browser, login)


@pytest.mark.parametrize(
    ("audience", "party"), [(["ours", "other"], None), (["other"], "ours"), ("other", "ours"), ([], None)]
)
def test_launch_that_is_not_clearly_for_us_is_refused(browser: Browser, audience: Any, party: str | None) -> None:
    ours = browser.canvas.client_id
    named = [ours if name == "ours" else name for name in audience] if isinstance(audience, list) else audience
    login = browser.begin()

    answer = browser.finish(
        login, browser.canvas.sign(browser.canvas.claims(login.nonce, aud=named, azp=ours if party else None))
    )

    assert_refused(answer, 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


def test_launch_for_several_audiences_with_us_as_the_party_is_accepted(browser: Browser) -> None:
    ours = browser.canvas.client_id

    assert browser.launch(aud=["other", ours], azp=ours).status == 200


def test_forger_who_leaves_out_the_signature_is_refused(browser: Browser) -> None:
    login = browser.begin()
    claims = browser.canvas.claims(login.nonce)

    for alg in ("none", "None", "NONE", ""):
        answer = browser.finish(login, unsigned({"alg": alg, "typ": "JWT", "kid": browser.canvas.kid}, claims))
        assert_refused(answer, 401, UNVERIFIED, AGAIN)

    assert_not_burnt(browser, login)


@pytest.mark.parametrize("secret", [public_pem, public_der, lambda key: b"", lambda key: API_SECRET.encode()])
def test_forger_who_signs_by_hmac_is_refused(browser: Browser, secret: Callable[[Any], bytes]) -> None:
    login = browser.begin()
    header = {"alg": "HS256", "typ": "JWT", "kid": browser.canvas.kid}

    answer = browser.finish(login, with_mac(header, browser.canvas.claims(login.nonce), secret(browser.canvas.key)))

    assert_refused(answer, 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_launch_signed_by_another_algorithm_is_refused(browser: Browser, algorithm: str) -> None:
    login = browser.begin()
    header = {"alg": algorithm, "typ": "JWT", "kid": browser.canvas.kid}
    claims = browser.canvas.claims(login.nonce)

    answer = browser.finish(login, compact(header, claims, browser.canvas.key, algorithm))

    assert_refused(answer, 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


def test_forger_with_a_key_of_their_own_is_refused(browser: Browser) -> None:
    login = browser.begin()
    header = {"alg": "RS256", "typ": "JWT", "kid": browser.canvas.kid}

    answer = browser.finish(login, compact(header, browser.canvas.claims(login.nonce), rsa_key("of a forger")))

    assert_refused(answer, 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


def test_student_who_makes_a_teacher_of_themselves_is_refused(browser: Browser) -> None:
    login = browser.begin()
    genuine = browser.canvas.sign(browser.canvas.claims(login.nonce, lti_roles=["Learner"]))
    changed = browser.canvas.sign(browser.canvas.claims(login.nonce, TEACHER))
    header, _, signature = genuine.split(".")

    answer = browser.finish(login, f"{header}.{changed.split('.')[1]}.{signature}")

    assert_refused(answer, 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


def test_another_browser_cannot_finish_a_launch(browser: Browser, other_browser: Browser) -> None:
    login = browser.begin()
    other_browser.begin()  # it has cookies of its own

    answer = other_browser.finish(login, browser.canvas.sign(browser.canvas.claims(login.nonce)))

    assert_refused(answer, 403, "could not confirm that this browser started the launch", "allow cookies")


def test_launch_that_waited_too_long_is_refused(browser: Browser, tool: Tool) -> None:
    login = browser.begin()
    tool.clock.forward(301)

    answer = browser.finish(login, browser.canvas.sign(browser.canvas.claims(login.nonce)))

    assert_refused(answer, 409, OPENED_BEFORE, "Open it again from Canvas.")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/lti/launch",
        "{ours}.evil.example/lti/launch",
        "{ours}@evil.example/lti/launch",
        "//evil.example/lti/launch",
        "{ours}\\@evil.example/",
        "javascript:alert(1)",
        "/lti/launch",
        "",
    ],
)
def test_target_that_is_not_ours_is_refused_and_never_gone_to(browser: Browser, target: str) -> None:
    elsewhere = target.format(ours=browser.canvas.tool)
    initiation = browser.canvas.initiation(target_link_uri=elsewhere)
    at_login = browser.send("POST", "/lti/login", form=initiation)
    login = browser.begin()
    claims = browser.canvas.claims(login.nonce, lti_target_link_uri=elsewhere)
    at_launch = browser.finish(login, browser.canvas.sign(claims))

    assert_refused(at_login, 400, "did not understand how Canvas began this launch", AGAIN)
    assert_refused(at_launch, 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"iss": "https://canvas.instructure.com/"},
        {"client_id": "1"},
        {"client_id": "10000000000019 OR 1=1"},
    ],
)
def test_login_from_a_platform_that_nobody_registered_is_a_page(
    browser: Browser, method: str, changes: dict[str, str]
) -> None:
    initiation = browser.canvas.initiation(**changes)
    if method == "GET":
        answer = browser.send("GET", f"/lti/login?{urlencode(initiation)}")
    else:
        answer = browser.send("POST", "/lti/login", form=initiation)

    assert_refused(answer, 403, "This Canvas is not registered with Cuedeck.", "Ask your Canvas administrator")


def test_launch_from_a_platform_that_nobody_registered_is_a_page(browser: Browser) -> None:
    login = browser.begin()

    for changes in ({"iss": "https://evil.example"}, {"aud": "1", "azp": "1"}):
        answer = browser.finish(login, browser.canvas.sign(browser.canvas.claims(login.nonce) | changes))
        assert_refused(answer, 403, "This Canvas is not registered with Cuedeck.", "Ask your Canvas administrator")

    assert_not_burnt(browser, login)


def test_target_other_than_that_of_the_login_is_refused(browser: Browser) -> None:
    login = browser.begin(target_link_uri=f"{browser.canvas.tool}/lti/launch?of=login")

    answer = browser.finish(login, browser.canvas.sign(browser.canvas.claims(login.nonce)))

    assert_refused(answer, 401, UNVERIFIED, AGAIN)


def test_launch_from_an_unknown_deployment_is_refused(browser: Browser) -> None:
    login = browser.begin()

    for deployment in ("6:of-another-school", DEPLOYMENT.upper(), f"{DEPLOYMENT} ", DEPLOYMENT[:-1]):
        claims = browser.canvas.claims(login.nonce, lti_deployment_id=deployment)
        answer = browser.finish(login, browser.canvas.sign(claims))
        assert_refused(answer, 403, "This Canvas is not registered with Cuedeck.", "administrator")

    assert_not_burnt(browser, login)


def test_administrator_may_choose_to_pin_deployments_at_first_sight(
    tool: Tool, another_canvas: Callable[..., Canvas]
) -> None:
    canvas = another_canvas()
    tool.register(canvas)  # again, now with --trust-deployments

    assert tool.browser(canvas).launch(lti_deployment_id="9:never-seen").status == 200

    assert "9:never-seen" in tool.command("platforms", "list")


def test_schools_with_one_issuer_are_kept_apart(tool: Tool, another_canvas: Callable[..., Canvas]) -> None:
    one, other = tool.browser(another_canvas()), tool.browser(another_canvas())
    assert one.canvas.issuer == other.canvas.issuer
    one.canvas.rotate()  # so that they have different keys
    login = one.begin()
    by_other = other.canvas.claims(login.nonce)
    said_to_be_of_one = one.canvas.claims(login.nonce)

    assert_refused(one.finish(login, other.canvas.sign(said_to_be_of_one)), 401, UNVERIFIED)
    assert_not_burnt(one, login)
    login = one.begin()
    assert_refused(one.finish(login, other.canvas.sign(by_other)), 401, UNVERIFIED)
    assert one.launch().status == other.launch().status == 200


@pytest.mark.parametrize(
    "ending", ['?data="><script>alert(1)</script>', "?data='onload=alert(1)//", "?data=</script><svg/onload=alert(1)>"]
)
def test_return_address_holding_markup_is_data_everywhere(browser: Browser, ending: str) -> None:
    canvas = browser.canvas
    address = f"{canvas.origin}/courses/17/deep_linking_response{ending}"
    cancel = f"{canvas.origin}/cancel{ending}"

    page = browser.press_button(
        dl_deep_linking_settings=canvas.settings(deep_link_return_url=address),
        lti_launch_presentation={"return_url": cancel},
    )
    answer = page.call("POST", "/api/cancel")

    assert "alert(1)" not in page.answer.text
    assert "alert(1)" not in (page.answer.header("Content-Security-Policy") or "")
    assert answer.json["return_url"] == cancel
    assert answer.header("Content-Type") == "application/json"
    assert answer.header("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize(
    ("error", "status", "headline", "next_step"),
    [
        ("login_required", 400, "Canvas did not complete the launch.", "Open Canvas in a new window"),
        ("unauthorized_client", 400, "Canvas did not complete the launch.", "administrator"),
        ("launch_no_longer_valid", 409, OPENED_BEFORE, "Open it again from Canvas."),
        ("invalid_request_object", 400, "Canvas did not complete the launch.", "administrator"),
        ("<script>alert(1)</script>", 400, "Canvas did not complete the launch.", "logged in to Canvas"),
    ],
)
def test_person_whom_the_platform_declines_is_told_what_to_do(
    browser: Browser, error: str, status: int, headline: str, next_step: str
) -> None:
    login = browser.begin()
    form = {"error": error, "error_description": "<b>words of a stranger</b>", "state": login.state}

    answer = browser.send("POST", "/lti/launch", form=form)

    assert_refused(answer, status, headline, next_step)
    assert "words of a stranger" not in answer.text
    assert "<script>alert" not in answer.text
    assert_not_burnt(browser, login)


def test_page_that_fails_before_the_platform_is_known_holds_nothing_to_press(browser: Browser) -> None:
    answer = browser.send("POST", "/lti/launch", form={"id_token": "x.y.z", "state": "s"})

    assert_gives_nothing(answer)
    assert not any(f"<{tag}" in answer.text for tag in ("a ", "form", "button", "input"))


def test_forger_learns_nothing_from_the_order_of_checks(browser: Browser) -> None:
    """A forged token is refused as such, whether or not its state and nonce are somebody's."""
    login = browser.begin()
    forged = compact(
        {"alg": "RS256", "kid": browser.canvas.kid}, browser.canvas.claims(login.nonce), rsa_key("of a forger")
    )

    answers = [
        browser.send("POST", "/lti/launch", form={"state": state, "id_token": forged})
        for state in (login.state, "made-up")
    ]

    assert {(answer.status, answer.code) for answer in answers} == {(401, "launch_refused")}
    assert f"{LTI}roles" not in answers[0].text
    assert_not_burnt(browser, login)
