"""The application as it is run: gunicorn with two processes, settings from the environment, a database file."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import prepare
from config.settings import Settings

from .browser import Browser, over_http
from .canvas import API_SECRET, CAPTIONS, DEPLOYMENT, STUDENT, TEACHER, Canvas, open_canvas
from .tool import ROOT, environment, flask

PATIENCE = 30.0  # seconds to start or to stop


@dataclass
class Installation:
    """A Cuedeck that is served, after a lesson in it: everything that a lesson leaves behind is there to be stolen."""

    canvas: Canvas
    browser: Browser
    environ: dict[str, str]
    folder: Path
    secrets: dict[str, str]  # what a thief would want, by what it is

    def log(self) -> str:
        return (self.folder / "log").read_text()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("served")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    origin = f"http://localhost:{port}"
    environ = environment(origin, folder) | {"CUEDECK_LOG_LEVEL": "INFO", "WEB_CONCURRENCY": "2"}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "config/gunicorn.py",
        "-b",
        f"127.0.0.1:{port}",
        "app:create_app()",
    ]
    with open_canvas("10000000000019", time.time) as canvas, (folder / "log").open("wb") as log:
        canvas.tool = origin
        prepare(Settings.from_environ(environ))
        flask(environ, *canvas.registration(DEPLOYMENT))
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environ}, stdout=log, stderr=log)
        try:
            browser = Browser(over_http(port), origin, canvas)
            wait_until_ready(browser)
            yield Installation(canvas, browser, environ, folder, lesson(browser))
        finally:
            server.terminate()
            server.wait(PATIENCE)


def wait_until_ready(browser: Browser) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if browser.send("GET", "/readyz").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("gunicorn does not start")


def lesson(browser: Browser) -> dict[str, str]:
    """Connect, insert, watch, go wrong; gives every secret that was used, by what it is."""
    canvas = browser.canvas
    page = browser.press_button(TEACHER).connect(TEACHER)
    detail = page.first_item()
    jwt = page.insert(detail).json["jwt"]
    address = page.call("POST", "/api/connect/canvas").json["url"]
    consent = page.leave_for_consent()
    login = browser.begin()
    id_token = canvas.sign(canvas.claims(login.nonce, STUDENT))
    forged = canvas.sign(canvas.claims(login.nonce, STUDENT), kid="made-up")
    browser.finish(login, forged)
    browser.finish(login, f"{id_token}x")
    browser.send("GET", f"/connect/canvas/callback?code=authorization-code-2&state={consent}x&error=access_denied")
    browser.send("GET", f"/lti/launch?id_token={id_token}&state={login.state}")
    page.call("POST", "/api/canvas/media/detail", {"handle": detail["handle"] + "x"})
    return {
        "access token": "access-token-in-use",
        "refresh token": "refresh-token-kept",
        "secret of the API key": API_SECRET,
        "authorization code": "authorization-code",
        "state of a login": login.state,
        "proof of a login": browser.cookies[f"__Host-cuedeck-{login.state[:16]}"],
        "state of a consent": consent,
        "browser's secret of a consent": browser.cookies[f"__Host-cuedeck-connect-{consent[:16]}"],
        "ticket": address.partition("=")[2],
        "session": page.token.split(".")[2],
        "id_token": id_token.split(".")[1],
        "signature of a launch": id_token.split(".")[2],
        "signed response": jwt.split(".")[1],
        "return address": "data=eyJhbGciOi.abc.def",
        "handle": detail["handle"].split(".")[1],
        "address of captions": detail["tracks"][0]["src"].split("/")[2].split(".")[1],
        "address of media": "https://cdn.example.net/m-0.mp4",
        "private key": "PRIVATE KEY",
    }


def test_thief_of_the_database_finds_no_secret(installation: Installation) -> None:
    files = list(installation.folder.glob("cuedeck.db*"))
    stolen = b"".join(file.read_bytes() for file in files)

    assert len(stolen) > 50_000
    assert TEACHER.subject is not None
    assert TEACHER.subject.encode() in stolen  # what is not secret is there: the right file was looked into
    assert [name for name, secret in installation.secrets.items() if secret.encode() in stolen] == []
    assert installation.environ["CUEDECK_SECRET_KEYS"].encode() not in stolen


def test_insider_with_the_logs_finds_no_secret_and_no_person(installation: Installation) -> None:
    log = installation.log()

    assert log.count('"request"') > 10
    assert [name for name, secret in installation.secrets.items() if secret in log] == []
    personal = ("Somebody", "somebody@example.edu", CAPTIONS.splitlines()[-1], TEACHER.subject or "", "Rivers")
    assert [words for words in personal if words in log] == []
    for line in log.splitlines():
        assert not line.startswith("{") or json.loads(line)["event"]


def test_two_processes_together_take_a_launch_once(installation: Installation) -> None:
    browser, canvas = installation.browser, installation.canvas
    for _ in range(10):
        login = browser.begin()
        cookies, token = dict(browser.cookies), canvas.sign(canvas.claims(login.nonce))
        answers = []
        for _ in range(4):
            browser.cookies = dict(cookies)
            answers.append(browser.finish(login, token).status)
        assert sorted(answers) == [200, 409, 409, 409]


def test_keys_that_an_administrator_rotates_are_published_by_every_process(installation: Installation) -> None:
    new = flask(installation.environ, "keys", "rotate").split()[-1]

    for _ in range(8):
        answer = installation.browser.send("GET", "/.well-known/jwks.json")
        assert new in {key["kid"] for key in answer.json["keys"]}
        assert len(answer.json["keys"]) == 2


def test_forger_gets_no_more_from_the_served_application(installation: Installation) -> None:
    browser, canvas = installation.browser, installation.canvas
    login = browser.begin()
    token = canvas.sign(canvas.claims(login.nonce))
    header, claims, signature = token.split(".")

    for forged in (f"{header}.{claims}.", f"{header}.{claims}.{signature[::-1]}", "x.y.z", ""):
        answer = browser.finish(login, forged)
        assert (answer.status, answer.config) == (401, {})
    assert browser.finish(login, token).status == 200
