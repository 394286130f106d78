"""What the tool wrote down while all this happened: JSON, with request ids, and nobody's secrets or names."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from tests.flows.school import School, choose
from tests.support.person import NOOR, SAM, TILDA, Person, content_items

# What must never be there, by its looks: tokens, JWTs, signed values, keys, addresses of people, their names.
_FORBIDDEN = re.compile(
    r"eyJ[\w-]{8}|10000~\w{8}|WzE[\w-]{40}|PRIVATE KEY|@school\.example|"
    r"Tilda|Sam Student|Noor|Ada Administrator|Ollie|__Host-cuedeck|Bearer \w",
)
_SECRET_FIELDS = {"id_token", "state", "code", "ticket", "JWT", "login_hint", "lti_message_hint", "nonce", "data"}
_SHORTEST = 12  # characters: what is shorter could be met by chance


def watched(person: Person, seen: set[str]) -> Person:
    """Remember every secret that a browser sends and gets."""

    def request(sent: httpx.Request) -> None:
        form = sent.content.decode() if b"=" in sent.content[:200] else ""
        for name, value in [*sent.url.params.multi_items(), *parse_qsl(form)]:
            if name in _SECRET_FIELDS:
                seen.add(value)
        seen.update(cookie.partition("=")[2] for cookie in sent.headers.get("cookie", "").split("; "))
        seen.add(sent.headers.get("authorization", "").removeprefix("Bearer "))

    person.http.event_hooks = {"request": [*person.http.event_hooks["request"], request]}
    return person


def lines(school: School) -> list[str]:
    return (school.stack.run_dir / "tool.log").read_text().splitlines()


@pytest.fixture
def secrets(school: School) -> set[str]:
    """Walk through everything, failures included; give the secrets that were met on the way."""
    seen = {school.secret(name) for name in ("tool", "canvas", "api_key")}
    tilda, sam, noor = (watched(school.be(number), seen) for number in (TILDA, SAM, NOOR))
    picker = tilda.press_button(selection="a selection of the teacher's")
    assert tilda.connect(picker).status_code == 200
    detail = school.look(picker)
    answer = picker.insert(choose(detail, "en", "es"))
    player = sam.open_link(content_items(answer)[0]["lookup_uuid"])
    playback = player.api("POST", "/api/watch", json={}).json()
    for track in playback["tracks"]:
        assert sam.http.get(f"{school.stack.tool}{track['src']}").status_code == 200
        seen.add(track["src"].split("/")[2])
    picker.api("POST", "/api/session")
    seen.update({picker.config["token"], player.config["token"], detail["handle"], playback["sources"][0]["url"]})

    noor.follow(noor.consent(noor.ask_consent(noor.press_button("courses/18")), press="deny"))
    picker.api("GET", "/api/canvas/media", search="what a person searched for")
    picker.api("GET", "/api/canvas/media", cursor=detail["handle"])
    fields = tilda.pause_launch()
    tilda.http.post(f"{school.stack.tool}/lti/launch", data={**fields, "id_token": fields["id_token"] + "x"})
    sam.http.post(f"{school.stack.tool}/lti/launch", data=fields)
    school.stack.misbehave(faults=[{"kind": "html", "path": "/api/v1/*", "count": 6}])
    picker.api("GET", "/api/canvas/media", search="what a person searched for")
    picker.api("POST", "/api/canvas/media/detail", json={"handle": detail["handle"]})
    school.stack.heal()
    school.stack.misbehave(expire_tokens=True)
    picker.media()
    picker.api("DELETE", "/api/connect/canvas")
    return {secret for secret in seen if len(secret) >= _SHORTEST}


def test_log_holds_nobodys_secrets_or_names(school: School, secrets: set[str]) -> None:
    assert len(secrets) > 30
    written = "\n".join(lines(school))

    assert not [secret for secret in secrets if secret in written]
    assert _FORBIDDEN.findall(written) == []
    assert "searched for" not in written
    assert "selection of" not in written


def test_every_line_is_json_and_every_request_has_its_id(school: School) -> None:
    answer = httpx.get(f"{school.stack.tool}/api/canvas/media", timeout=10)
    entries: list[dict[str, Any]] = [json.loads(line) for line in lines(school)]

    requests = [entry for entry in entries if entry["event"] == "request"]
    assert {"method", "route", "status", "ms", "request_id", "timestamp", "level"} <= requests[0].keys()
    others = [entry for entry in entries if "request_id" not in entry]
    assert {entry.get("logger") for entry in others} <= {"gunicorn.error"}
    assert answer.headers["x-request-id"] == answer.json()["error"]["request_id"]
    assert [entry["request_id"] for entry in requests].count(answer.headers["x-request-id"]) == 1


def test_request_id_of_a_proxy_is_kept_and_an_odd_one_is_not(school: School) -> None:
    def asked(given: str) -> str:
        answer = httpx.get(f"{school.stack.tool}/healthz", headers={"X-Request-ID": given}, timeout=10)
        return str(answer.headers["x-request-id"])

    assert asked("from-the-proxy-1") == "from-the-proxy-1"
    assert asked('x"} {"event":"forged') != 'x"} {"event":"forged'
