"""The switchboard of the Studio, its limits, and how it is started."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.studio import __main__ as program
from sandbox.studio.seed import STELLA, TILDA
from tests.unit.sandbox.studio.conftest import CLOCK, Studio, ids

SEARCH = "/media/search"


def throw(studio: Studio, **wishes: object) -> Any:
    answer = studio.app.test_client().post("/sandbox/faults", json=wishes)
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.parametrize(
    ("fault", "status", "mimetype", "text"),
    [
        ({"kind": "status", "status": 502}, 502, "text/html", "<h1>502</h1>"),
        ({"kind": "status", "status": 409}, 409, "application/json", '{"error":'),
        ({"kind": "status", "status": 501}, 501, "application/json", '{"error":'),
        ({"kind": "throttle", "retry_after": 2}, 429, "application/json", '{"error":"Too many requests"}'),
        ({"kind": "expired"}, 401, "application/json", '{"error":"Authorization information'),
        ({"kind": "html"}, 200, "text/html", "Log In"),
        ({"kind": "broken_json"}, 200, "application/json", '{"media":'),
        ({"kind": "drop_fields", "fields": ["meta"]}, 200, "application/json", '{"media": '),
    ],
)
def test_studio_misbehaves_once_as_told(
    studio: Studio, fault: dict[str, object], status: int, mimetype: str, text: str
) -> None:
    throw(studio, faults=[{"path": "/api/public/v1/*", **fault}])

    answer = studio.get(TILDA, SEARCH)

    assert (answer.status_code, answer.mimetype) == (status, mimetype)
    assert text in answer.text
    assert "meta" in studio.get(TILDA, SEARCH).text


def test_broken_json_is_broken(studio: Studio) -> None:
    throw(studio, faults=[{"kind": "broken_json"}])

    with pytest.raises(json.JSONDecodeError):
        json.loads(studio.get(TILDA, SEARCH).text)


def test_upload_address_can_be_made_to_refuse(studio: Studio) -> None:
    answer = studio.post(TILDA, "/media/uploads").json
    assert answer is not None
    throw(studio, faults=[{"kind": "status", "status": 403, "path": "/upload-storage/*", "method": "put"}])
    client = studio.app.test_client()

    refused, taken = (client.put(answer["upload"]["url"], data=b"x") for _ in range(2))

    assert (refused.status_code, refused.mimetype, taken.status_code) == (403, "application/xml", 200)
    assert "<Code>AccessDenied</Code>" in refused.text


def test_log_tells_who_asked_what_without_values(studio: Studio) -> None:
    studio.get(TILDA, f"{SEARCH}?title=secret")
    client = studio.app.test_client()

    log: Any = client.get("/sandbox/requests").json

    assert [(e["method"], e["path"], e["query_keys"], e["who"], e["status"]) for e in log] == [
        ("GET", "/api/public/v1/media/search", ["title"], TILDA, 200)
    ]
    assert "secret" not in json.dumps(log)
    assert client.delete("/sandbox/requests").json == []


def test_tokens_are_expired_and_revoked(studio: Studio) -> None:
    studio.get(TILDA, SEARCH)
    token = studio.tokens[TILDA]
    assert [each["user"] for each in throw(studio)["tokens"]] == [TILDA]

    throw(studio, expire_tokens=True)
    assert studio.get(TILDA, SEARCH).status_code == 401
    assert studio.world.grants.find_refresh(token.refresh) is token  # can still be refreshed

    throw(studio, revoke_tokens=True)
    assert studio.world.grants.find_refresh(token.refresh) is None


def test_behaviour_is_changed_and_cleared(studio: Studio) -> None:
    state = throw(studio, behaviour={"transcoding_seconds": 60, "auto_captions": False, "embed_key": "url"})
    assert state["behaviour"]["transcoding_seconds"] == 60.0
    assert studio.faults.behaviour.auto_captions is False

    assert throw(studio, clear=True)["behaviour"]["auto_captions"] is True


def test_somebody_loses_their_account(studio: Studio) -> None:
    throw(studio, forget_users=["tilda@school.example"])

    assert studio.get(STELLA, "/users/search?email=tilda@school.example").json == {"users": []}


def test_somebody_orders_captions_in_studio(studio: Studio) -> None:
    throw(studio, order_captions=[{"media_id": CLOCK, "service": "rush", "srclang": "it"}])

    answer = studio.get(STELLA, "/caption_file_requests?provider=professional&status=requested")
    assert len(ids(answer, "caption_file_requests")) == 3
    assert answer.json is not None
    assert answer.json["caption_file_requests"][-1]["srclang"] == "it"


@pytest.mark.parametrize(
    "wishes",
    [
        {"mood": "bad"},
        {"behaviour": {"transcoding_seconds": "long"}},
        {"forget_users": ["nobody@school.example"]},
        {"forget_users": "all"},
        {"publish_captions": ["x"]},
        {"order_captions": [{"media_id": 1, "service": "rush"}]},
        {"order_captions": [{"media_id": CLOCK, "service": "x"}]},
    ],
)
def test_wishes_that_make_no_sense_are_refused(studio: Studio, wishes: object) -> None:
    assert studio.app.test_client().post("/sandbox/faults", json=wishes).status_code == 400


@pytest.mark.parametrize("path", ["/sandbox/faults", "/sandbox/requests", "/sandbox/studio/media/1/sha256"])
def test_only_loopback_may_touch_the_switchboard(studio: Studio, path: str) -> None:
    answer = studio.app.test_client().get(path, environ_base={"REMOTE_ADDR": "192.0.2.1"})

    assert answer.status_code == 403


def test_media_without_bytes_has_no_fingerprint(studio: Studio) -> None:
    assert studio.app.test_client().get(f"/sandbox/studio/media/{CLOCK}/sha256").status_code == 404


def test_studio_answers_to_loopback_names_only(studio: Studio) -> None:
    client = studio.app.test_client()

    assert client.get("/login", headers={"Host": "studio.example"}).status_code == 421
    assert client.get("/login", headers={"Host": "localhost:8002"}).status_code == 200
    assert client.get("/nowhere").status_code == 404


@pytest.mark.parametrize(
    "arguments",
    [["--host", "0.0.0.0"], ["--host", "192.0.2.1"], ["--tool", "localhost"], ["--canvas", "http://a/b"]],
)
def test_studio_starts_on_loopback_with_origins_only(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(arguments)

    assert "loopback" in (said := capsys.readouterr().err) or "takes an origin" in said
