"""What the picker asks for."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
import pytest
from werkzeug.test import TestResponse

from .school import CANCEL_URL, CLIENT_ID, DL, ISSUER, LTI, OURS, RETURN_URL, Browser, Clock, Page, School, pick


def first_detail(page: Page) -> dict[str, Any]:
    items = page.call("GET", "/api/canvas/media").json["items"]  # type: ignore[index]
    detail: dict[str, Any] | None = page.call("POST", "/api/canvas/media/detail", {"handle": items[0]["handle"]}).json
    assert detail is not None
    return detail


def decoded(answer: TestResponse) -> dict[str, Any]:
    assert answer.json is not None
    claims: dict[str, Any] = jwt.decode(answer.json["jwt"], options={"verify_signature": False})
    return claims


def problem(answer: TestResponse) -> dict[str, Any]:
    assert answer.json is not None
    error: dict[str, Any] = answer.json["error"]
    assert error["message"]
    assert error["next_step"]
    assert error["request_id"] == answer.headers["X-Request-ID"]
    return error


def test_teacher_lists_media(picker: Page, school: School) -> None:
    before = len(school.calls)

    answer = picker.call("GET", "/api/canvas/media?scope=course&sort=created_at&order=desc&search=riv")

    assert answer.json is not None
    item = answer.json["items"][0]
    assert (item["id"], item["type"], item["duration"]) == ("m-0", "video", None)
    assert item["title"] == "</script><b>Rivers & m-0"
    assert item["created_text"] == "15 Jan 2026"
    assert item["tracks"][0] == {
        "language": "es",
        "name": "Spanish",
        "kind": "subtitles",
        "origin": "human",
        "state": "ready",
    }
    assert answer.json["next"] is None
    assert school.calls[before:] == ["GET /api/v1/courses/17/media_objects"]


def test_names_and_dates_are_in_the_persons_language(browser: Browser) -> None:
    page = browser.press_button(locale="fr-CA")
    browser.connect(page)

    item = page.call("GET", "/api/canvas/media").json["items"][0]  # type: ignore[index]

    assert item["tracks"][0]["name"] == "Espagnol"
    assert item["created_text"] == "15 janv. 2026"


def test_teacher_looks_at_an_item(picker: Page) -> None:
    detail = first_detail(picker)

    assert [track["label"] for track in detail["tracks"]] == ["Spanish", "English (automatic)"]
    assert all(track["usable"] and track["src"] for track in detail["tracks"])
    assert detail["sources"][0]["type"] == "video/mp4"


def test_teacher_inserts_a_captioned_player(picker: Page) -> None:
    answer = picker.call("POST", "/api/insert", {"picks": [pick(first_detail(picker))]})

    assert answer.json is not None
    assert answer.json["return_url"] == RETURN_URL
    claims = decoded(answer)
    assert (claims["iss"], claims["aud"]) == (CLIENT_ID, ISSUER)
    item = claims[f"{DL}content_items"][0]
    assert item["type"] == "ltiResourceLink"
    assert item["url"] == f"{OURS}/lti/launch"
    assert item["iframe"] == {"width": 640, "height": 480}
    assert len(item["custom"]["embed"]) >= 32


def test_response_is_signed_with_a_published_key(picker: Page, browser: Browser) -> None:
    answer = picker.call("POST", "/api/insert", {"picks": [pick(first_detail(picker))]})
    assert answer.json is not None
    keys = jwt.PyJWKSet.from_dict(browser.get("/.well-known/jwks.json").json or {})

    kid = jwt.get_unverified_header(answer.json["jwt"])["kid"]

    assert jwt.decode(
        answer.json["jwt"],
        keys[kid].key,
        ["RS256"],
        audience=ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )


def test_several_items_come_in_the_order_of_picking(picker: Page) -> None:
    listed = picker.call("GET", "/api/canvas/media").json["items"]  # type: ignore[index]
    picks = [
        {"handle": item["handle"], "form": form, "width": 640, "height": 480}
        for item, form in zip(listed, ["native", "captioned", "native"], strict=True)
    ]

    items = decoded(picker.call("POST", "/api/insert", {"picks": picks}))[f"{DL}content_items"]

    assert [item["type"] for item in items] == ["html", "ltiResourceLink", "html"]
    assert 'data-media-id="m-2"' in items[2]["html"]


def test_links_are_links(picker: Page) -> None:
    detail = first_detail(picker)
    picks = [pick(detail, as_link=True), pick(detail, form="native", tracks=[], default=None, as_link=True)]

    captioned, native = decoded(picker.call("POST", "/api/insert", {"picks": picks}))[f"{DL}content_items"]

    assert captioned["type"] == "ltiResourceLink"
    assert "iframe" not in captioned
    assert native["type"] == "link"


def test_lost_answer_can_be_asked_for_again(picker: Page) -> None:
    body = {"picks": [pick(first_detail(picker))]}
    assert picker.call("POST", "/api/insert", body).status_code == 200

    assert picker.call("POST", "/api/insert", body).status_code == 200


def test_form_that_the_platform_does_not_take_is_refused_with_words(browser: Browser) -> None:
    settings = {
        "deep_link_return_url": RETURN_URL,
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
        "accept_multiple": False,
    }
    page = browser.press_button(**{f"{DL}deep_linking_settings": settings})
    browser.connect(page)
    detail = first_detail(page)

    native = page.call("POST", "/api/insert", {"picks": [pick(detail, form="native", tracks=[], default=None)]})
    several = page.call("POST", "/api/insert", {"picks": [pick(detail), pick(detail)]})

    assert problem(native)["message"] == "This place in Canvas does not take what you chose in this form."
    assert problem(several)["message"] == "This place in Canvas takes one item only."


def test_cancel_goes_to_where_canvas_said(browser: Browser) -> None:
    assert browser.press_button().call("POST", "/api/cancel", {}).json == {"return_url": CANCEL_URL}


@pytest.mark.parametrize("presentation", [None, {"return_url": "javascript:alert(1)"}])
def test_cancel_sends_an_empty_answer_where_canvas_said_nothing_usable(
    browser: Browser, presentation: dict[str, str] | None
) -> None:
    page = browser.press_button(**{f"{LTI}launch_presentation": presentation})

    answer = page.call("POST", "/api/cancel", {})

    assert answer.json is not None
    assert answer.json["return_url"] == RETURN_URL
    assert decoded(answer)[f"{DL}content_items"] == []


def test_session_is_renewed_until_twelve_hours_after_the_launch(browser: Browser, clock: Clock) -> None:
    token = browser.press_button().config["token"]
    hours = 0.0
    while True:
        clock.forward(1800)
        answer = browser.post("/api/session", json={}, headers={"Authorization": f"Bearer {token}"})
        if answer.status_code != 200:
            break
        assert answer.json is not None
        assert answer.json["expires_in"] == 3600
        token, hours = answer.json["token"], hours + 0.5

    assert problem(answer)["code"] == "session_expired"
    assert 11 <= hours <= 12


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"picks": []}',
        b'{"picks": [{}]}',
        b'{"picks": "x"}',
        b'{"picks": [{"handle": "x", "form": "other", "width": 640, "height": 480}]}',
        b'{"picks": [{"handle": "x", "form": "native", "width": 1e400, "height": 480}]}',
        b'{"picks": [{"handle": "x", "form": "native", "width": 640, "height": 480, "html": "<b>"}]}',
        b'{"picks": [{"handle": "x", "form": "native", "width": 640, "height": 480, "start": NaN}]}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"picks": [' + b"{}," * 1000 + b"{}]}",
    ],
)
def test_broken_insert_is_refused(picker: Page, body: bytes) -> None:
    answer = picker.call("POST", "/api/insert", data=body, content_type="application/json")

    assert answer.status_code == 422
    assert problem(answer)["code"] == "input_invalid"


@pytest.mark.parametrize(
    "query",
    [
        "scope=everything",
        "sort=size",
        "order=up",
        "scope=own&scope=course",
        "limit=1000",
        "search=" + "x" * 256,
        "search=%00",
    ],
)
def test_broken_list_query_is_refused(picker: Page, query: str) -> None:
    answer = picker.call("GET", f"/api/canvas/media?{query}")

    assert answer.status_code == 422
    assert problem(answer)["code"] == "input_invalid"


def test_oversized_body_is_refused(picker: Page) -> None:
    answer = picker.call("POST", "/api/insert", data=b"x" * (1024 * 1024 + 1), content_type="application/json")

    assert answer.status_code == 413
    assert problem(answer)["code"] == "too_large"


def test_forged_cursor_is_nothing(picker: Page) -> None:
    assert picker.call("GET", "/api/canvas/media?cursor=forged").status_code == 404


def test_person_who_has_not_connected_is_told_so(browser: Browser) -> None:
    answer = browser.press_button().call("GET", "/api/canvas/media")

    assert answer.status_code == 403
    assert problem(answer)["code"] == "grant_missing"


def test_throttling_says_when_to_try_again(picker: Page, school: School) -> None:
    school.broken = lambda _: httpx.Response(429, headers={"Retry-After": "30"}, text="slow down")

    answer = picker.call("GET", "/api/canvas/media")

    assert answer.status_code == 503
    assert problem(answer)["code"] == "remote_throttled"
    assert answer.headers.get("Retry-After") == str(problem(answer).get("retry_after"))


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, text="<html>login</html>", headers={"Content-Type": "text/html"}),
        httpx.Response(200, json={"surprise": 1}),
        httpx.Response(500, text="oops"),
        httpx.Response(404, json={"errors": [{"message": "The specified resource does not exist."}]}),
        httpx.Response(403, json={"status": "unauthorized", "errors": []}),
    ],
)
def test_odd_answer_of_canvas_is_a_message_with_a_next_step(
    picker: Page, school: School, reply: httpx.Response
) -> None:
    school.broken = lambda _: httpx.Response(reply.status_code, headers=reply.headers.raw, content=reply.content)

    answer = picker.call("GET", "/api/canvas/media")

    assert problem(answer)["code"].startswith("remote")
