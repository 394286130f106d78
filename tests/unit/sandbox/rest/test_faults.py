"""The switchboard: each fault as a client meets it, the log, the controls over HTTP."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.canvas.scopes import ALL_SCOPES
from sandbox.canvas.seed import TILDA
from sandbox.common.faults import Fault
from tests.unit.sandbox.rest.conftest import Canvas

LIST = "/api/v1/media_objects"


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@pytest.fixture
def served(canvas: Canvas) -> Iterator[tuple[Canvas, http.client.HTTPConnection]]:
    """The app behind a real socket: connections can only break there."""
    server = make_server("127.0.0.1", 0, canvas.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    yield canvas, connection
    connection.close()
    server.shutdown()
    thread.join()
    server.server_close()


def throw(canvas: Canvas, **wishes: object) -> Any:
    answer = canvas.app.test_client().post("/sandbox/faults", json=wishes)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_status_comes_as_a_page_as_often_as_asked(canvas: Canvas) -> None:
    throw(canvas, faults=[{"kind": "status", "path": "/api/v1/*", "status": 502, "count": 2, "retry_after": 1}])

    answers = [canvas.get(TILDA, LIST) for _ in range(3)]

    assert [a.status_code for a in answers] == [502, 502, 200]
    assert (answers[0].mimetype, answers[0].headers["Retry-After"]) == ("text/html", "1")
    assert canvas.get(TILDA, "/kaltura/storage/1/x/y").status_code == 403


@pytest.mark.parametrize(
    ("kind", "status", "mimetype", "start"),
    [
        ("throttle", 403, "text/plain", "403 Forbidden (Rate Limit Exceeded)"),
        ("html", 200, "text/html", "<!DOCTYPE html>"),
        ("expired", 401, "application/json", '{"errors":[{"message":"Invalid access token."}]}'),
    ],
)
def test_answer_is_replaced(canvas: Canvas, kind: str, status: int, mimetype: str, start: str) -> None:
    throw(canvas, faults=[{"kind": kind, "path": LIST}])

    answer = canvas.get(TILDA, LIST)

    assert (answer.status_code, answer.mimetype) == (status, mimetype)
    assert answer.text.startswith(start)


def test_answer_is_spoilt(canvas: Canvas) -> None:
    throw(canvas, faults=[{"kind": "broken_json", "path": LIST}])
    answer = canvas.get(TILDA, LIST)
    assert answer.mimetype == "application/json"
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)

    throw(canvas, faults=[{"kind": "drop_fields", "path": LIST, "fields": ["media_id", "locale"]}])
    answer = canvas.get(TILDA, LIST)
    assert answer.json is not None
    assert "title" in answer.json[0]
    assert "media_id" not in answer.text
    assert "locale" not in answer.text


def test_slow_waits_and_then_another_fault_may_come(canvas: Canvas) -> None:
    throw(canvas, faults=[{"kind": "slow", "seconds": 0.05}, {"kind": "status", "status": 500}])

    assert canvas.get(TILDA, LIST).status_code == 500
    assert canvas.faults.requests()[0].seconds >= 0.05
    assert canvas.faults.active() == []


def test_fault_is_for_its_method_and_path_only(canvas: Canvas) -> None:
    throw(canvas, faults=[{"kind": "status", "method": "put", "path": "/api/v1/*", "count": None}])

    assert canvas.get(TILDA, LIST).status_code == 200
    assert canvas.put(TILDA, f"{LIST}/m-bare").status_code == 503
    assert canvas.put(TILDA, f"{LIST}/m-bare").status_code == 503
    throw(canvas, clear=True)
    assert canvas.put(TILDA, f"{LIST}/m-bare").status_code == 400


def test_body_is_cut_in_the_middle(served: tuple[Canvas, http.client.HTTPConnection]) -> None:
    canvas, connection = served
    canvas.faults.add(Fault("cut", "/media_objects/*"))
    connection.request("GET", "/media_objects/m-clock/info")
    answer = connection.getresponse()

    length = int(answer.headers["Content-Length"])
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer.read()
    connection.close()
    connection.request("GET", "/media_objects/m-clock/info")
    assert len(connection.getresponse().read()) == length


def test_connection_is_reset(served: tuple[Canvas, http.client.HTTPConnection]) -> None:
    canvas, connection = served
    canvas.faults.add(Fault("reset"))
    connection.request("GET", LIST)

    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        connection.getresponse()


def test_log_tells_who_asked_what_without_values(canvas: Canvas) -> None:
    canvas.get(TILDA, f"{LIST}?access_token=secret&per_page=1")
    canvas.get(None, "/api/v1/files/1")
    client = canvas.app.test_client()

    log = client.get("/sandbox/requests").json
    assert log is not None
    assert [(e["method"], e["path"], e["query_keys"], e["who"], e["status"]) for e in log] == [
        ("GET", LIST, ["access_token", "per_page"], TILDA, 200),
        ("GET", "/api/v1/files/1", [], None, 401),
    ]
    assert "secret" not in json.dumps(log)
    assert client.delete("/sandbox/requests").json == []


def test_behaviour_scopes_and_tokens_are_switched(canvas: Canvas) -> None:
    canvas.get(TILDA, LIST)
    state = throw(
        canvas, behaviour={"unauthorized_status": 401, "throttle_limit": 100}, allow_includes=False,
        remove_scopes=["url:GET|/api/v1/media_objects"],
    )  # fmt: skip

    assert state["behaviour"]["unauthorized_status"] == 401
    assert canvas.get(TILDA, LIST).json == {"errors": [{"message": "Insufficient scopes on access token."}]}
    assert state["api_keys"][0]["allow_includes"] is False
    state = throw(canvas, clear=True)
    assert set(state["api_keys"][0]["scopes"]) == ALL_SCOPES
    throw(canvas, expire_tokens=True)
    assert canvas.get(TILDA, "/api/v1/media_attachments").json == {"errors": [{"message": "Invalid access token."}]}
    throw(canvas, revoke_tokens=True)
    assert canvas.get(TILDA, "/api/v1/media_attachments").json == {"errors": [{"message": "Revoked access token."}]}
    assert canvas.app.test_client().get("/sandbox/faults").json["tokens"] == []  # type: ignore[index]


@pytest.mark.parametrize(
    "wishes",
    [
        {"faults": [{"kind": "gremlins"}]},
        {"faults": [{"kind": "slow", "seconds": 1000}]},
        {"faults": [{"kind": "slow", "wheels": 4}]},
        {"faults": [{"kind": "status", "status": 200}]},
        {"faults": [{"kind": "status", "count": 0}]},
        {"faults": [{"kind": "status", "path": 1}]},
        {"faults": [{"kind": "drop_fields", "fields": "id"}]},
        {"faults": [{"kind": "status", "retry_after": "soon"}]},
        {"faults": {}},
        {"behaviour": {"mood": "bad"}},
        {"behaviour": {"per_page": "ten"}},
        {"behaviour": []},
        {"remove_scopes": "all"},
        {"explode": True},
        [],
    ],
)
def test_wishes_that_make_no_sense_are_refused(canvas: Canvas, wishes: object) -> None:
    answer = canvas.app.test_client().post("/sandbox/faults", json=wishes)

    assert answer.status_code == 400
    assert canvas.faults.active() == []


def test_only_loopback_may_throw_switches(canvas: Canvas) -> None:
    client = canvas.app.test_client()

    answer = client.get("/sandbox/faults", environ_base={"REMOTE_ADDR": "192.0.2.1"})

    assert answer.status_code == 403


def test_skew_moves_this_canvas_clock(canvas: Canvas) -> None:
    canvas.faults.behaviour.clock_skew_seconds = 300

    assert (canvas.faults.now() - canvas.clock()).total_seconds() == 300


def test_files_and_tracks_are_deleted_from_outside(canvas: Canvas) -> None:
    listed = _by_id(canvas)
    assert {"en", "es"} <= {track["locale"] for track in listed["m-clock"]["media_tracks"]}
    assert "m-bare" in listed

    throw(canvas, delete_files=["m-bare"], delete_tracks=["m-clock/es"])

    left = _by_id(canvas)
    assert set(listed) - set(left) == {"m-bare"}
    locales = {track["locale"] for track in left["m-clock"]["media_tracks"]}
    assert "es" not in locales
    assert "en" in locales


def _by_id(canvas: Canvas) -> dict[str, dict[str, Any]]:
    content: list[dict[str, Any]] = canvas.get(TILDA, f"{LIST}?per_page=100").get_json()
    return {media["media_id"]: media for media in content}
