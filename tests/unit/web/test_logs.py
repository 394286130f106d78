"""Logs: in JSON, with a request id, and never with a secret."""

from __future__ import annotations

import json
import logging

import pytest

from lti.web.logs import redact

from .school import RETURN_URL, STUDENT, Browser, Page, School
from .test_api import first_detail
from .test_watch import insert, watch

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ0aWxkYSJ9.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f"the token {JWT} is over", "the token [hidden] is over"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer [hidden]"),
        ("GET https://c.example/auth?code=abc123&state=xyz&scope=a", "GET https://c.example/auth?code=[hidden]&state=[hidden]&scope=a"),
        ('{"access_token": "abc", "expires_in": 3600}', '{"access_token": "[hidden]", "expires_in": 3600}'),
        ("/watch/WzE3Nzg0.mac/captions.vtt", "/watch/[hidden]/captions.vtt"),
        ("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----", "[hidden]"),
        ("state of the queue: 5 jobs", "state of the queue: 5 jobs"),
        ("media m-1 has 3 tracks", "media m-1 has 3 tracks"),
    ],
)  # fmt: skip
def test_secret_is_known_by_its_looks(given: str, kept: str) -> None:
    assert redact(None, "info", {"event": given})["event"] == kept


def test_secret_is_known_by_its_name_however_deep() -> None:
    body = {"refresh_token": "abc", "list": [JWT]}

    event = redact(None, "info", {"event": "x", "token": "abc", "body": body, "n": 3})

    hidden = {"refresh_token": "[hidden]", "list": ["[hidden]"]}
    assert event == {"event": "x", "token": "[hidden]", "body": hidden, "n": 3}


def test_every_line_is_json_with_the_request_id(browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    answer = browser.get("/healthz", headers={"X-Request-ID": "abcdef0123456789"})

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert answer.status_code == 200
    assert len(lines) == 1
    assert lines[0]["ms"] >= 0
    assert {name: lines[0][name] for name in ("event", "method", "route", "status", "platform", "request_id")} == {
        "event": "request",
        "method": "GET",
        "route": "/healthz",
        "status": 200,
        "platform": None,
        "request_id": "abcdef0123456789",
    }


def test_what_other_packages_log_comes_out_alike(browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    logging.getLogger("another.package").warning("odd track %s with %s", "7", JWT)
    logging.getLogger("httpx").info("HTTP Request: GET https://c.example/?verifier=abcdefgh")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [line["event"] for line in lines] == ["odd track 7 with [hidden]"]
    assert lines[0]["level"] == "warning"


def test_log_of_a_whole_journey_has_no_secret(
    browser: Browser, other_browser: Browser, school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    asked = browser.begin()
    id_token = school.sign(school.deep_linking_claims(STUDENT, asked["nonce"]))
    page = Page(browser, browser.post("/lti/launch", data={"state": asked["state"], "id_token": id_token}))
    school.consented_as = STUDENT
    browser.connect(page)
    detail = first_detail(page)
    player = watch(browser, insert(page))
    track = player.call("POST", "/api/watch", {}).json["tracks"][0]  # type: ignore[index]
    browser.get(track["src"])
    browser.get(track["cues"] + "x")
    other_browser.post("/lti/launch", data={"state": asked["state"], "id_token": id_token})
    browser.post("/api/insert", data=detail["handle"], headers={"Authorization": f"Bearer {page.config['token']}"})
    browser.get(f"/api/canvas/media?cursor={detail['handle']}", headers={"Authorization": "Bearer " + id_token})

    log = capsys.readouterr().out

    assert log.count("\n") > 10
    secrets = [
        id_token,
        asked["state"],
        asked["nonce"],
        page.config["token"],
        player.config["token"],
        detail["handle"],
        detail["sources"][0]["url"],
        track["src"],
        RETURN_URL,
        "access-token-1",
        "refresh-token-1",
        "api-key-secret",
        "authorization-code",
        "a-secret-key-of-forty",
    ]
    assert [secret for secret in secrets if secret in log or secret[-30:] in log] == []
