"""Two institutions with one issuer, as hosted Canvas has them: nothing of one is anything at the other."""

from __future__ import annotations

from tests.flows.harbour import Harbour
from tests.flows.school import CLOCK, UNTITLED, School, choose, problem
from tests.support.person import TILDA

LTI = "https://canvas.instructure.com/lti/"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
HEARD = 15  # seconds within which every process of the tool knows a new platform


def test_grant_at_one_school_is_none_at_the_other(school: School, harbour: Harbour) -> None:
    ours = school.picker(TILDA)
    page = harbour.launched(harbour.be(TILDA).press_button)
    page.api("DELETE", "/api/connect/canvas")

    assert problem(page.api("GET", "/api/canvas/media"))["code"] == "grant_missing"
    assert ours.api("GET", "/api/canvas/media").is_success


def test_each_school_sees_its_own_media_only(school: School, harbour: Harbour) -> None:
    ours = {item["title"] for item in school.picker(TILDA).all_media()}
    theirs = {item["title"] for item in harbour.picker(TILDA).all_media()}

    assert CLOCK in ours
    assert f"{CLOCK} (Harbour)" in theirs
    # The one title that is longer than a title may be is cut before its mark.
    assert {title for title in ours & theirs if len(title) < 255} <= {UNTITLED}


def test_what_one_school_signed_is_nothing_at_the_other(school: School, harbour: Harbour) -> None:
    ours, theirs = school.picker(TILDA), harbour.picker(TILDA)
    listed = ours.media()
    handle = listed["items"][0]["handle"]

    refused = theirs.api("POST", "/api/canvas/media/detail", json={"handle": handle})
    assert refused.status_code in {403, 404}
    if listed["next"]:
        assert theirs.api("GET", "/api/canvas/media", cursor=listed["next"]).status_code in {403, 404}


def test_answer_for_one_school_is_not_taken_by_the_other(school: School, harbour: Harbour) -> None:
    ours, theirs = school.picker(TILDA), harbour.picker(TILDA)
    made = ours.api("POST", "/api/insert", json={"picks": [choose(school.look(ours), "en")]}).json()
    item = choose(theirs.detail(theirs.media(search=CLOCK)["items"][0]["handle"]), "en")
    address = theirs.api("POST", "/api/insert", json={"picks": [item]}).json()["return_url"]

    refused = theirs.person.http.post(address, data={"JWT": made["jwt"]})

    assert refused.status_code == 400
    assert "Client not found" in refused.text


def test_launch_of_one_school_is_not_finished_with_the_login_of_the_other(school: School, harbour: Harbour) -> None:
    harbour.picker(TILDA)
    ours = school.be(TILDA).pause_launch()
    person = harbour.be(TILDA)
    theirs = person.pause_launch()

    answer = person.http.post(f"{harbour.stack.tool}/lti/launch", data=theirs | {"id_token": ours["id_token"]})

    assert answer.status_code in {401, 403}
    assert 'id="config"' not in answer.text or "token" not in person.tool_page(answer).config
