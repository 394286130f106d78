"""Launches that go wrong on the way, each with a page that says what to do (forgeries: ``tests/conformance``)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import jwt
import pytest

from sandbox.canvas.tool import DEPLOYMENT_ID
from tests.flows.school import School, error_page
from tests.support.person import NOOR, SAM, TILDA, Person, read

ISSUER, CLIENT_ID = "https://canvas.instructure.com", "10000000000019"


def post(person: Person, fields: dict[str, str]) -> httpx.Response:
    return person.http.post(f"{person.tool}/lti/launch", data=fields)


def initiation(school: School, **changes: str | None) -> dict[str, str]:
    target = f"{school.stack.tool}/lti/launch"
    fields = {"iss": ISSUER, "login_hint": "hint", "client_id": CLIENT_ID, "target_link_uri": target}
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def test_reloaded_launch_is_opened_before_and_the_button_still_works(school: School) -> None:
    tilda = school.be(TILDA)
    fields = tilda.pause_launch()
    assert post(tilda, fields).status_code == 200

    text = error_page(post(tilda, fields), 409)

    assert "Open it again from Canvas." in text
    assert tilda.press_button().answer.status_code == 200


def test_launch_in_another_browser_is_not_let_in(school: School) -> None:
    tilda, sam = school.be(TILDA), school.be(SAM)
    fields = tilda.pause_launch()
    del fields["lti_storage_target"]  # nowhere but in a cookie can the proof be

    text = error_page(post(sam, fields), 403)

    assert "allow cookies" in text
    assert fields["id_token"] not in text


def test_launch_in_another_browser_gets_no_session_where_canvas_offers_storage(school: School) -> None:
    tilda, sam = school.be(TILDA), school.be(SAM)

    page = sam.tool_page(post(sam, tilda.pause_launch()))

    assert "token" not in page.config
    assert "scopes" not in page.config


def test_forged_launch_does_not_burn_the_real_one(school: School) -> None:
    tilda = school.be(TILDA)
    fields = tilda.pause_launch()
    head, body, signature = fields["id_token"].split(".")
    claims = jwt.decode(fields["id_token"], options={"verify_signature": False})
    headers = {"kid": jwt.get_unverified_header(fields["id_token"])["kid"]}
    forged = [
        f"{head}.{body}.{signature[::-1]}",
        f"{head}.{body}.",
        f"{head}.{body}",
        "",
        "x",
        "é",
        jwt.encode(claims, "x" * 32, algorithm="HS256", headers=headers),
        jwt.encode(claims, "", algorithm="none", headers=headers),
    ]

    for each in forged:
        error_page(post(tilda, {**fields, "id_token": each}), 401)

    assert post(tilda, fields).status_code == 200


@pytest.mark.parametrize("size", [100_000, 300_000])
def test_oversized_launch_is_refused(school: School, size: int) -> None:
    tilda = school.be(TILDA)
    fields = tilda.pause_launch()

    answer = post(tilda, {**fields, "id_token": "x" * size})

    assert answer.status_code in {401, 413}
    error_page(answer, answer.status_code)


def test_launch_with_other_fields_or_none_is_refused(school: School) -> None:
    tilda = school.be(TILDA)
    fields = tilda.pause_launch()

    for sent in ({}, {"state": fields["state"]}, {"id_token": fields["id_token"]}, {**fields, "state": "x"}):
        answer = post(tilda, sent)
        assert answer.status_code in {401, 409}
        error_page(answer, answer.status_code)
    repeated = httpx.post(
        f"{school.stack.tool}/lti/launch",
        data={"id_token": [fields["id_token"]] * 2, "state": fields["state"]},
        timeout=10,
    )
    error_page(repeated, 401)
    error_page(tilda.http.get(f"{school.stack.tool}/lti/launch"), 405)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("login_required", 400),
        ("launch_no_longer_valid", 409),
        ("unauthorized_client", 400),
        ("<script>alert(1)</script>", 400),
    ],
)
def test_platform_that_declines_is_explained(school: School, error: str, status: int) -> None:
    tilda = school.be(TILDA)
    state = tilda.pause_launch()["state"]

    answer = post(tilda, {"error": error, "error_description": "<script>alert(2)</script>", "state": state})

    assert "<script>alert" not in error_page(answer, status)


def test_person_who_logged_out_meanwhile_is_told_to_log_in(school: School) -> None:
    tilda = school.be(TILDA)
    started = tilda.start_launch()
    tilda.http.post(f"{school.stack.canvas}/logout")

    text = error_page(tilda.follow(started), 400)

    assert "Canvas did not see that you are logged in" in text
    assert f'href="{school.stack.canvas}' in text


def test_key_that_is_switched_off_is_told(school: School) -> None:
    tilda = school.be(TILDA)
    started = tilda.start_launch()
    switch = {"action": "key"}
    httpx.post(f"{school.stack.canvas}/sandbox/lti", data=switch, timeout=10)
    try:
        text = error_page(tilda.follow(started), 400)
    finally:
        httpx.post(f"{school.stack.canvas}/sandbox/lti", data=switch, timeout=10)

    assert "switch the Cuedeck key on" in text


def test_two_launches_at_once_in_one_browser_both_open(school: School) -> None:
    tilda = school.be(TILDA)
    paused = [tilda.pause_launch() for _ in range(2)]

    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(lambda fields: tilda.tool_page(post(tilda, fields)), reversed(paused)))

    assert [page.answer.status_code for page in pages] == [200, 200]
    assert pages[0].config["token"] != pages[1].config["token"]


def test_same_launch_twice_at_once_opens_one(school: School) -> None:
    tilda = school.be(TILDA)
    fields = tilda.pause_launch()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(tilda, fields).status_code, range(4)))

    assert sorted(answers)[0] == 200
    assert answers.count(200) == 1
    assert set(answers) <= {200, 403, 409}  # the first takes the cookie away, too


def test_values_that_canvas_did_not_fill_in_are_absent(school: School) -> None:
    sam = school.be(SAM)
    fields = sam.pause_launch("groups/5")
    claims = jwt.decode(fields["id_token"], options={"verify_signature": False})
    custom = claims["https://purl.imsglobal.org/spec/lti/claim/custom"]
    assert custom["canvas_course_id"].startswith("$")
    assert custom["editor_selection"].startswith("$")

    page = sam.tool_page(post(sam, fields))

    assert page.answer.status_code == 200
    assert page.config["scopes"] == [{"scope": "own"}, {"scope": "studio_own"}]
    assert page.config["can_link"] is False
    assert "$Canvas" not in page.answer.text
    viewer = school.tokens().viewer(page.config["token"])
    assert (viewer.canvas_course_id, viewer.canvas_group_id) == (None, "5")


def test_selected_text_makes_links_possible(school: School) -> None:
    assert school.be(TILDA).press_button(selection="this clip").config["can_link"] is True


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"iss": None}, 400), ({"login_hint": None}, 400), ({"target_link_uri": None}, 400), ({"iss": "\0"}, 400),
        ({"iss": "https://evil"}, 403), ({"client_id": "7"}, 403), ({"login_hint": "x" * 5000}, 400),
        ({"target_link_uri": "https://evil.example/lti/launch"}, 400),
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_wrong_login_initiation_is_refused(
    school: School, method: str, changes: dict[str, str | None], status: int
) -> None:
    fields = initiation(school, **changes)
    place = {"params": fields} if method == "GET" else {"data": fields}

    answer = httpx.request(method, f"{school.stack.tool}/lti/login", timeout=10, **place)  # type: ignore[arg-type]

    error_page(answer, status)
    assert "location" not in answer.headers


@pytest.mark.parametrize(("size", "status"), [(100_000, 400), (300_000, 413)])
def test_oversized_login_initiation_is_refused(school: School, size: int, status: int) -> None:
    fields = initiation(school, lti_message_hint="x" * size)

    error_page(httpx.post(f"{school.stack.tool}/lti/login", data=fields, timeout=10), status)


def test_login_initiation_works_by_get_and_without_client_id(school: School) -> None:
    # Other tests may have registered another school with the same issuer: the deployment tells which is meant.
    fields = initiation(school, client_id=None, lti_deployment_id=DEPLOYMENT_ID)

    answer = httpx.get(f"{school.stack.tool}/lti/login", params=fields, timeout=10)

    assert answer.is_redirect
    asked = httpx.URL(answer.headers["location"])
    assert str(asked).startswith(f"{school.stack.canvas}/api/lti/authorize_redirect?")
    assert (asked.params["client_id"], asked.params["prompt"]) == (CLIENT_ID, "none")


@pytest.mark.parametrize("action", ["rotate_keys", "replace_keys"])
def test_launches_go_on_when_canvas_changes_its_keys(school: School, action: str) -> None:
    assert school.be(TILDA).press_button().answer.status_code == 200

    httpx.post(f"{school.stack.canvas}/sandbox/lti", data={"action": action}, timeout=10)

    for _ in range(4):  # both processes of the tool
        assert school.be(TILDA).press_button().answer.status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(7200, 401), (-7200, 401), (20, 200), (-20, 200)])
def test_clock_that_is_far_off_is_refused_and_a_little_is_not(school: School, seconds: int, status: int) -> None:
    school.stack.misbehave(behaviour={"clock_skew_seconds": seconds})

    answer = school.be(TILDA).press_button().answer

    assert answer.status_code == status
    if status != 200:
        error_page(answer, status)


def test_key_set_that_cannot_be_had_is_told(school: School) -> None:
    httpx.post(f"{school.stack.canvas}/sandbox/lti", data={"action": "replace_keys"}, timeout=10)
    school.stack.misbehave(faults=[{"kind": "status", "path": "/api/lti/security/jwks", "count": None, "status": 503}])

    answer = school.be(TILDA).press_button().answer

    error_page(answer, 503)
    school.stack.heal()
    for _ in range(4):
        assert school.be(TILDA).press_button().answer.status_code == 200


def test_embed_of_nobody_says_so(school: School) -> None:
    noor = school.be(NOOR)
    answer = noor.follow(
        noor.http.get(
            f"{school.stack.canvas}/courses/17/external_tools/retrieve",
            params={"display": "in_rce", "url": f"{school.stack.tool}/lti/launch"},
        )
    )

    assert answer.status_code == 200
    assert "<h1" in answer.text
    assert read(answer).data["config"] == "{}"
