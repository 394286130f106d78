"""A refresh kills the token before it: among any number of threads and processes, exactly one refreshes."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from lti.errors import GrantMissing, GrantRevoked, RemoteUnavailable
from lti.media import GrantTokens
from lti.model import ApiKey, GrantService
from lti.remote import CanvasOAuth, make_client
from lti.store import SecretBox, Store, open_database
from tests.unit.media.conftest import SECRETS, Clock, School, no_waiting

REFRESH = "POST /login/oauth2/token"


def tokens_of(school: School, sleep: Callable[[float], None] = no_waiting) -> GrantTokens:
    return GrantTokens.at_canvas(school.store, school.oauth, school.platform, "tilda", school.clock, sleep=sleep)


def grant_of(school: School) -> Any:
    return school.store.grants.get(school.platform.id, "tilda", GrantService.CANVAS)


def test_good_token_is_used_as_it_is(school: School) -> None:
    school.connect(seconds=61)
    assert tokens_of(school).token() == "access-1"
    assert school.calls() == []


def test_token_about_to_end_is_refreshed_before_use(school: School) -> None:
    school.connect(seconds=60)
    assert tokens_of(school).token() == "access-2"
    assert school.calls() == [REFRESH]
    assert tokens_of(school).token() == "access-2"
    assert school.calls() == []
    assert grant_of(school).refresh_token == "refresh-1"


def test_refused_token_is_renewed_once_for_all_who_held_it(school: School) -> None:
    school.connect()
    first, second = tokens_of(school), tokens_of(school)
    assert first.token() == second.token() == "access-1"
    assert first.renew("access-1") == "access-2"
    assert second.renew("access-1") == "access-2"
    assert school.calls() == [REFRESH]


def test_person_without_grant_is_told_to_connect(school: School) -> None:
    with pytest.raises(GrantMissing):
        tokens_of(school).token()
    with pytest.raises(GrantMissing):
        tokens_of(school).renew("old")


def test_dead_refresh_token_forgets_the_grant(school: School) -> None:
    school.connect(seconds=0)
    school.canvas.refresh_tokens.clear()
    with pytest.raises(GrantRevoked):
        tokens_of(school).token()
    assert grant_of(school) is None


def test_grant_that_cannot_be_refreshed_is_forgotten(school: School) -> None:
    school.store.grants.save(
        school.platform.id, "tilda", GrantService.CANVAS,
        account_id="1", access_token="a", refresh_token=None, expires_at=school.clock(),
    )  # fmt: skip
    with pytest.raises(GrantRevoked):
        tokens_of(school).token()
    assert grant_of(school) is None
    assert school.calls() == []


def test_grant_given_anew_meanwhile_is_not_forgotten(school: School) -> None:
    school.connect(seconds=0)
    school.canvas.refresh_tokens.clear()

    def reconnect(request: httpx.Request) -> None:
        school.canvas.break_with = lambda request: None
        school.connect()

    school.canvas.break_with = reconnect
    with pytest.raises(GrantRevoked):
        tokens_of(school).token()
    assert grant_of(school).refresh_token == "refresh-2"
    held = tokens_of(school)
    held.token()
    school.connect()
    held.refused()
    assert grant_of(school).refresh_token == "refresh-3"


def test_canvas_down_leaves_the_grant_for_the_next_one(school: School) -> None:
    school.connect(seconds=0)
    school.canvas.break_with = lambda request: httpx.Response(503)
    with pytest.raises(RemoteUnavailable):
        tokens_of(school).token()
    school.canvas.break_with = lambda request: None
    assert tokens_of(school).token() == "access-2"


def hold(school: School) -> None:
    """Have a thread take the lease and end without a word, as a killed process would."""
    grant = grant_of(school)
    holder = threading.Thread(
        target=school.store.grants.lease, args=(school.platform.id, "tilda", GrantService.CANVAS, grant.version, 30)
    )
    holder.start()
    holder.join()


def test_waiting_ends_when_nobody_comes_back(school: School) -> None:
    school.connect(seconds=0)
    hold(school)
    waits: list[float] = []
    with pytest.raises(RemoteUnavailable) as caught:
        tokens_of(school, waits.append).token()
    assert caught.value.retry_after
    assert 9 < sum(waits) < 11
    assert school.calls() == []
    school.clock.pass_(31)
    assert tokens_of(school).token() == "access-2"


def test_who_waits_gets_what_the_other_fetched_or_hears_of_the_end(school: School) -> None:
    school.connect(seconds=0)
    hold(school)
    assert tokens_of(school, lambda _: school.connect()).token() == "access-2"
    school.connect(seconds=0)
    hold(school)
    with pytest.raises(GrantRevoked):
        tokens_of(school, lambda _: disconnect(school)).token()


def disconnect(school: School) -> None:
    school.store.grants.forget(school.platform.id, "tilda", GrantService.CANVAS)


def test_twenty_threads_refresh_once(school: School) -> None:
    school.connect(seconds=0)
    gate, got = threading.Barrier(20), []

    def slow(request: httpx.Request) -> None:
        threading.Event().wait(0.1)

    school.canvas.break_with = slow

    def use() -> None:
        gate.wait()
        got.append(GrantTokens.at_canvas(school.store, school.oauth, school.platform, "tilda", school.clock).token())

    threads = [threading.Thread(target=use) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert school.calls() == [REFRESH]
    assert got == ["access-2"] * 20


class TokenEndpoint(ThreadingHTTPServer):
    """A Canvas token endpoint on this machine: each refresh kills the access token before it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refreshes = 0
        self.alive = ""
        self.lock = threading.Lock()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, TokenEndpoint)
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        threading.Event().wait(0.3)  # long enough for a second process to come by
        with server.lock:
            server.refreshes += 1
            server.alive = f"access-{server.refreshes}"
        assert form["refresh_token"] == ["refresh"]
        body = f'{{"access_token": "{server.alive}", "expires_in": 3600}}'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    with TokenEndpoint() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def use_in_process(url: str, platform_id: int, gate: Any, results: Any) -> None:
    """Be one of the tool's processes: open the database and use the grant in two threads."""
    clock = Clock()
    database = open_database(url)
    store = Store(database, SecretBox(SECRETS), clock)
    http = make_client(timeout=5, insecure_hosts=frozenset({"127.0.0.1"}))
    platform = store.platforms.get(platform_id)
    assert platform is not None

    def use() -> None:
        tokens = GrantTokens.at_canvas(store, CanvasOAuth(http, clock), platform, "tilda", clock)
        gate.wait(30)
        results.put(tokens.token())

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    http.close()
    database.close()


def test_two_processes_on_one_database_refresh_once(
    endpoint: TokenEndpoint, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clock = Clock()
    url = f"sqlite:///{tmp_path_factory.mktemp('grants') / 'cuedeck.db'}"
    database = open_database(url)
    database.upgrade()
    store = Store(database, SecretBox(SECRETS), clock)
    platform = store.platforms.add(
        issuer="https://canvas.instructure.com",
        client_id="1",
        authorization_url=endpoint.origin,
        token_url=endpoint.origin,
        jwks_url=endpoint.origin,
        canvas_url=endpoint.origin,
        canvas_key=ApiKey("170", "key secret"),
        deployments=[],
        trust_deployments=False,
    )
    store.grants.save(
        platform.id, "tilda", GrantService.CANVAS,
        account_id="1", access_token="access-0", refresh_token="refresh", expires_at=clock(),
    )  # fmt: skip
    context = multiprocessing.get_context("spawn")
    gate, results = context.Barrier(4), context.Queue()
    processes = [context.Process(target=use_in_process, args=(url, platform.id, gate, results)) for _ in range(2)]
    for process in processes:
        process.start()
    got = [results.get(timeout=60) for _ in range(4)]
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert endpoint.refreshes == 1
    assert got == [endpoint.alive] * 4 == ["access-1"] * 4
    database.close()
