"""The client's limits, on real sockets where that matters."""

from __future__ import annotations

import gzip
import socket
import threading
import time

import httpx
import pytest

from lti.errors import ConfigurationError, RemoteNonsense, RemoteUnavailable
from lti.model import Scope
from lti.remote import CanvasApi, fetch_key_set, make_client
from lti.remote.errors import NotReached, TooSlow
from lti.remote.http import ANSWER_BYTES

from .fake import ORIGIN, Fake, head, listed, media, platform, wire, wire_api


def pour(connection: socket.socket) -> None:
    connection.sendall(head(None))
    for _ in range(4 * ANSWER_BYTES // 65536):
        connection.sendall(b" " * 65536)


def drip(connection: socket.socket) -> None:
    connection.sendall(head(1000))
    for _ in range(1000):
        connection.sendall(b" ")
        time.sleep(0.02)


def test_huge_answer_is_cut_off() -> None:
    with wire(pour) as origin, pytest.raises(RemoteNonsense, match="more than 8388608 bytes"):
        wire_api(origin)[0].list_media(Scope.OWN, None)


def test_answer_that_announces_its_hugeness_is_not_read() -> None:
    with wire(lambda connection: connection.sendall(head(10**12))) as origin, pytest.raises(RemoteNonsense):
        wire_api(origin)[0].list_media(Scope.OWN, None)


def test_small_answer_that_unpacks_to_a_huge_one_is_cut_off() -> None:
    fake = Fake()
    fake.on(
        "GET /api/v1/media_objects",
        lambda _: httpx.Response(
            200,
            stream=httpx.ByteStream(gzip.compress(b" " * (ANSWER_BYTES + 1))),
            headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
        ),
    )
    with pytest.raises(RemoteNonsense, match="more than"):
        fake.api.list_media(Scope.OWN, None)


def test_packed_answer_is_unpacked() -> None:
    packed = gzip.compress(b"[]")
    reply = head(len(packed)).replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n") + packed
    with wire(lambda connection: connection.sendall(reply)) as origin:
        assert wire_api(origin)[0].list_media(Scope.OWN, None).items == ()


def test_answer_that_only_pretends_to_be_packed_is_nonsense() -> None:
    reply = head(2).replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n") + b"[]"
    with wire(lambda connection: connection.sendall(reply)) as origin, pytest.raises(RemoteNonsense):
        wire_api(origin)[0].list_media(Scope.OWN, None)


def test_slow_answer_times_out() -> None:
    with wire(lambda connection: time.sleep(0.4)) as origin, pytest.raises(TooSlow):
        wire_api(origin, timeout=0.1)[0].list_media(Scope.OWN, None)


def test_answer_that_drips_forever_times_out_as_a_whole() -> None:
    started = time.monotonic()
    with wire(drip) as origin:
        with pytest.raises(TooSlow):
            wire_api(origin, timeout=0.2)[0].list_media(Scope.OWN, None)
        assert time.monotonic() - started < 2


def test_host_that_refuses_connections_is_not_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NotReached):
        wire_api(f"http://127.0.0.1:{port}")[0].list_media(Scope.OWN, None)


def test_plain_http_is_refused_but_for_named_hosts() -> None:
    http = make_client(timeout=1, insecure_hosts=frozenset({"127.0.0.1"}))
    with pytest.raises(ConfigurationError, match="CUEDECK_INSECURE_HOSTS"):
        fetch_key_set(http, "http://canvas.example.edu/jwks")
    with pytest.raises(ConfigurationError):
        fetch_key_set(http, "file:///etc/passwd")
    http.close()


def test_text_that_is_no_address_is_refused() -> None:
    with pytest.raises(RemoteNonsense):
        fetch_key_set(Fake().http, "https://canvas.example.edu:notaport/")


def test_redirect_to_no_address_is_nonsense() -> None:
    fake = Fake()
    fake.on("GET /api/v1/media_objects", httpx.Response(301, headers={"Location": "A:0"}))
    with pytest.raises(RemoteNonsense):
        fake.api.list_media(Scope.OWN, None)


def test_one_persons_session_cookie_never_travels_with_another_request() -> None:
    fake = Fake()
    cookie = {"Set-Cookie": "canvas_session=secret; path=/; secure; HttpOnly", "Content-Type": "application/json"}
    fake.on("GET /api/v1/media_objects", httpx.Response(200, content=b"[]", headers=cookie))
    fake.api.list_media(Scope.OWN, None)
    fake.api.list_media(Scope.OWN, None)
    assert "cookie" not in fake.requests[1].headers


def test_requests_say_who_asks_and_that_json_is_wanted() -> None:
    fake = Fake()
    fake.on("GET /api/v1/media_objects", listed())
    fake.api.list_media(Scope.OWN, None)
    assert fake.requests[0].headers["accept"] == "application/json"
    assert fake.requests[0].headers["user-agent"].startswith("Cuedeck/")


def test_many_threads_share_a_client() -> None:
    fake = Fake()
    fake.on("GET /api/v1/media_objects", listed(media("m-1")))
    found: list[str] = []

    def work() -> None:
        for _ in range(20):
            found.extend(entry.item.id for entry in fake.api.list_media(Scope.OWN, None).items)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["m-1"] * 160


def test_renewal_inside_a_call_has_patience_of_its_own() -> None:
    """A renewal runs inside the call that needed it, through the same client and its retries."""
    fake = Fake()
    fake.on(
        "GET /api/v1/media_objects",
        httpx.Response(401, headers={"WWW-Authenticate": "Bearer"}),
        httpx.Response(503),
        listed(media("m-1")),
    )
    fake.on(
        "POST /login/oauth2/token",
        httpx.Response(503),
        httpx.Response(200, json={"access_token": "fresh"}),
    )

    class Refreshing:
        def token(self) -> str:
            return "stale"

        def renew(self, stale: str) -> str:
            return fake.oauth.refresh(platform(), "refresh").access_token

    page = CanvasApi(fake.http, platform(), Refreshing()).list_media(Scope.OWN, None)
    assert [entry.item.id for entry in page.items] == ["m-1"]
    assert fake.paths.count("/login/oauth2/token") == 2
    assert fake.bearers == ["stale", "", "", "fresh", "stale"]


def test_renewal_that_failed_after_its_own_patience_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake()
    fake.on("GET /api/v1/media_objects", httpx.Response(401, headers={"WWW-Authenticate": "Bearer"}))
    trouble = RemoteUnavailable("the token endpoint is down")

    def renew(stale: str) -> str:
        raise trouble

    monkeypatch.setattr(fake.tokens, "renew", renew)
    with pytest.raises(RemoteUnavailable) as caught:
        fake.api.list_media(Scope.OWN, None)
    assert caught.value is trouble
    assert (len(fake.requests), fake.slept) == (1, [])


def test_key_set_is_given_as_it_came() -> None:
    fake = Fake()
    fake.on("GET /api/lti/security/jwks", httpx.Response(200, content=b'{"keys": []}'))
    assert fetch_key_set(fake.http, f"{ORIGIN}/api/lti/security/jwks") == b'{"keys": []}'
    assert "authorization" not in fake.requests[0].headers


def test_key_set_of_megabytes_is_cut_off() -> None:
    fake = Fake()
    fake.on("GET /jwks", httpx.Response(200, content=b" " * 300_000))
    with pytest.raises(RemoteNonsense):
        fetch_key_set(fake.http, f"{ORIGIN}/jwks")


def test_key_set_is_not_fetched_from_where_a_redirect_leads() -> None:
    fake = Fake()
    fake.on("GET /jwks", httpx.Response(302, headers={"Location": "https://evil.example/jwks"}))
    with pytest.raises(RemoteNonsense):
        fetch_key_set(fake.http, f"{ORIGIN}/jwks")
    assert len(fake.requests) == 1


def test_patience_ends_after_six_seconds_whatever_is_left_to_try() -> None:
    fake = Fake()
    fake.on("GET /jwks", httpx.Response(503, headers={"Retry-After": "4"}))
    with pytest.raises(RemoteUnavailable):
        fetch_key_set(fake.http, f"{ORIGIN}/jwks")
    assert len(fake.requests) == 2
    assert sum(fake.slept) < 6
