"""Installed by one address, from the invitation to the first embed; and what is refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from lti.model import Platform
from lti.store import SecretBox, Store, open_database
from tests.flows.harbour import Harbour, client_id
from tests.flows.school import CLOCK, choose, error_page
from tests.support.homework import DIARY, press_homework
from tests.support.institution import (
    Administrator,
    invite,
    type_command,
)
from tests.support.person import SAM, TILDA, ToolPage, content_items, read
from tests.support.stack import Stack

LTI = "https://canvas.instructure.com/lti/"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
HEARD = 15  # seconds within which every process of the tool knows a new platform


@contextmanager
def store_of(stack: Stack, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Iterator[Store]:
    """Look into the tool's database."""
    secrets = json.loads((stack.run_dir / "secrets.json").read_text())
    database = open_database(f"sqlite:///{stack.run_dir / 'cuedeck.db'}")
    yield Store(database, SecretBox([secrets["tool"]]), clock)
    database.close()


def platform_of(stack: Stack, client: str) -> Platform:
    with store_of(stack) as store:
        return next(each for each in store.platforms.all() if each.client_id == client)


def test_administrator_installs_by_one_address_and_a_student_watches(harbour: Harbour) -> None:
    picker = harbour.picker()
    platform = platform_of(harbour.stack, harbour.client_id)
    assert platform.canvas_url == harbour.canvas
    assert len(platform.deployments) == 1  # learned from the first launch

    item = picker.detail(picker.media(search=CLOCK)["items"][0]["handle"])
    answer = picker.insert(choose(item, "es", "en"))
    assert answer.status_code == 200, answer.text
    (inserted,) = content_items(answer)
    watched = harbour.be(SAM).open_link(inserted["lookup_uuid"])
    assert watched.answer.status_code == 200
    assert watched.config["title"] == f"{CLOCK} (Harbour)"
    assert {track["language"] for track in watched.api("POST", "/api/watch", json={}).json()["tracks"]} == {"en", "es"}


def test_student_hands_in_one_recording_as_homework_and_the_teacher_sees_it(harbour: Harbour) -> None:
    student = harbour.be(SAM)
    number = int(harbour.client_id) % 10**13

    def press() -> ToolPage:
        return student.tool_page(student.follow(press_homework(student, DIARY, number)))

    picker = harbour.launched(press)
    assert picker.answer.status_code == 200, picker.answer.text
    assert picker.config["forms"] == ["captioned"]
    assert picker.config["accept_multiple"] is False
    if not picker.api("GET", "/api/canvas/media").is_success:
        student.connect(picker)
    item = picker.detail(picker.media()["items"][0]["handle"])

    answer = picker.insert(choose(item))

    assert answer.status_code == 200, answer.text
    message = json.loads(read(answer).data["message"])
    assert message["placement"] == "homework_submission"
    (handed_in,) = message["content_items"]
    assert handed_in["type"] == "ltiResourceLink"
    seen = harbour.be(TILDA).open_link(handed_in["lookup_uuid"])
    assert seen.answer.status_code == 200
    assert seen.config["title"] == item["item"]["title"]


def test_key_that_is_switched_off_launches_nothing(harbour: Harbour) -> None:
    ada = harbour.administrator()
    ada.disable(harbour.client_id)
    try:
        answer = harbour.be(TILDA).press_button().answer
        assert answer.status_code == 400
        assert "switch the Cuedeck key on" in error_page(answer, 400)
    finally:
        ada.enable(harbour.client_id)


def test_registered_but_not_enabled_there_is_no_button(bare_harbour: Harbour) -> None:
    stack, ada = bare_harbour.stack, bare_harbour.administrator()
    made = client_id(ada.install(ada.enter(invite(stack)), "editor_button"))

    select = f"{bare_harbour.canvas}/courses/17/external_tools/{int(made) % 10**13}/resource_selection"
    refused = bare_harbour.be(TILDA).http.post(select, data={"editor": "1"})

    assert refused.status_code == 404
    assert platform_of(stack, made).deployments == frozenset()


def test_used_and_revoked_and_expired_and_made_up_invitations_are_refused(bare_harbour: Harbour) -> None:
    stack, ada = bare_harbour.stack, bare_harbour.administrator()
    used, revoked = invite(stack), invite(stack, "--note", "revoked")
    ada.install(ada.enter(used))
    listed = type_command(stack, "invitations", "list").splitlines()
    type_command(stack, "invitations", "revoke", next(line.split()[0] for line in listed if "revoked" in line))
    with store_of(stack, lambda: datetime.now(UTC) - timedelta(hours=2)) as early:
        expired = f"{stack.tool}/lti/register?invitation={early.invitations.make('', 3600)[1]}"

    for address in (used, revoked, expired, f"{stack.tool}/lti/register?invitation=x", f"{stack.tool}/lti/register"):
        assert "invitation_needed" in error_page(ada.enter(address), 403)


def test_forged_registration_token_is_refused_and_the_invitation_stays_good(bare_harbour: Harbour) -> None:
    stack, ada = bare_harbour.stack, bare_harbour.administrator()
    address = invite(stack)
    redirect = ada.http.get(ada.frame_of(address)).headers["location"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(redirect).query).items()}
    forged = query["registration_token"][:-4] + "AAAA"
    configuration = query["openid_configuration"].partition("?")[0]
    wrong = query | {"registration_token": forged, "openid_configuration": configuration}

    answer = ada.http.get(f"{stack.tool}/lti/register?{urlencode(wrong)}")

    assert "registration_refused" in error_page(answer, 502)
    assert "Cuedeck is registered" in ada.install(ada.enter(address)).text


def test_two_presses_at_once_register_once(bare_harbour: Harbour) -> None:
    ada = bare_harbour.administrator()
    address = invite(bare_harbour.stack)
    pages = [ada.enter(address), ada.enter(address)]
    browsers = [bare_harbour.administrator() for _ in pages]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(Administrator.install, browsers, pages))
    # The second one came while the first was under way, or when it was done.
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 403])


# --- somebody else's description --------------------------------------------------------------------------------------


@pytest.fixture
def stranger() -> Iterator[dict[str, Any]]:
    """Serve whatever bytes a test wants as a description; ``url`` is where, ``asked`` what was asked."""
    shared: dict[str, Any] = {"content": b"{}", "asked": []}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shared["asked"].append(self.path)
            self.send_response(shared.get("status", 200))
            if "location" in shared:
                self.send_header("Location", shared["location"])
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(shared["content"])

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    shared["url"] = f"http://127.0.0.1:{server.server_port}"
    yield shared
    server.shutdown()
    thread.join()
    server.server_close()


def offer(stack: Stack, url: str) -> httpx.Response:
    """Bring a description from somewhere to a good invitation."""
    query = urlencode({"openid_configuration": url, "registration_token": "token"})
    return httpx.get(f"{invite(stack)}&{query}", timeout=30)


def description(url: str, **changes: Any) -> bytes:
    platform = {"product_family_code": "canvas", f"{LTI}account_domain": url.partition("://")[2]}
    document = {
        "issuer": "https://canvas.instructure.com",
        "authorization_endpoint": f"{url}/a",
        "registration_endpoint": f"{url}/r",
        "jwks_uri": f"{url}/j",
        "token_endpoint": f"{url}/t",
        PLATFORM: platform,
    }
    return json.dumps(document | changes).encode()


def test_description_on_one_host_is_shown_and_mixed_hosts_are_not(
    sqlite_stack: Stack, stranger: dict[str, Any]
) -> None:
    stranger["content"] = description(stranger["url"])
    assert offer(sqlite_stack, stranger["url"]).status_code == 200

    for name in ("authorization_endpoint", "registration_endpoint", "jwks_uri", "token_endpoint"):
        stranger["content"] = description(stranger["url"], **{name: "https://sso.canvaslms.com/x"})
        assert "registration_distrusted" in error_page(offer(sqlite_stack, stranger["url"]), 422)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"<html>", b"[" * 50_000, b"x" * (1 << 20), b'{"issuer": 7}'])
def test_odd_and_huge_descriptions_are_told_apart_from_a_canvas(
    sqlite_stack: Stack, stranger: dict[str, Any], content: bytes
) -> None:
    stranger["content"] = content
    assert "remote_nonsense" in error_page(offer(sqlite_stack, stranger["url"]), 502)


def test_redirects_are_not_followed(sqlite_stack: Stack, stranger: dict[str, Any]) -> None:
    stranger |= {"status": 302, "location": f"{stranger['url']}/secret"}
    error_page(offer(sqlite_stack, f"{stranger['url']}/first"), 502)
    assert stranger["asked"] == ["/first"]


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest", "http://10.0.0.1/"]
)
def test_private_hosts_are_not_asked(sqlite_stack: Stack, url: str) -> None:
    assert "registration_distrusted" in error_page(offer(sqlite_stack, url), 422)
