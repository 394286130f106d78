"""The Studio as a process: uploads through its real server, in constant memory."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.secrets_file import load_secrets
from sandbox.studio.config import StudioConfig
from sandbox.studio.seed import TILDA
from tests.support.stack import ROOT, free_ports

MEGABYTE = 1 << 20
SIZE = 160 * MEGABYTE


@dataclass
class Served:
    """A running Studio, and a client with Tilda's token."""

    url: str
    run_dir: Path
    pid: int
    api: httpx.Client

    def start(self) -> dict[str, Any]:
        upload: dict[str, Any] = self.api.post("/media/uploads").json()["upload"]
        return upload

    def stored(self, upload: dict[str, Any]) -> httpx.Response:
        return httpx.get(f"{self.url}/sandbox/studio/media/{upload['id']}/sha256", timeout=30)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", urlsplit(self.url).port, timeout=30)

    def resident(self) -> int:
        """Give the memory of the server's processes in bytes."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in children]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    run_dir, [port] = tmp_path_factory.mktemp("run"), free_ports(1)
    command = [sys.executable, "-m", "sandbox.studio", "--port", str(port), "--run-dir", str(run_dir)]
    url = f"http://127.0.0.1:{port}"
    with (run_dir / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 30
        while True:
            assert process.poll() is None, (run_dir / "log").read_text()
            try:
                token = consent(url, load_secrets(run_dir).studio_key)
                break
            except httpx.HTTPError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        with httpx.Client(base_url=f"{url}/api/public/v1", headers={"Authorization": f"Bearer {token}"}) as api:
            yield Served(url, run_dir, process.pid, api)
    finally:
        process.terminate()
        process.wait(20)


def consent(url: str, secret: str) -> str:
    """Go the whole way to a token, as Tilda."""
    config = StudioConfig()
    query = {"client_id": config.key_id, "response_type": "code", "redirect_uri": config.consent_return}
    with httpx.Client(base_url=url) as browser:
        browser.post("/login", data={"user": TILDA})
        page = browser.get("/api/public/oauth/authorize", params=query).text
        number = re.findall(r'name="request" value="(\w+)"', page)[0]
        answer = browser.post("/api/public/oauth/authorize", data={"request": number, "decision": "allow"})
        code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": config.consent_return}
        granted = browser.post("/api/public/oauth/token", data=form, auth=(config.key_id, secret)).json()
    return str(granted["access_token"])


def test_large_upload_is_received_whole_in_constant_memory(served: Served) -> None:
    piece, digest = os.urandom(MEGABYTE), hashlib.sha256()
    upload, before = served.start(), served.resident()
    connection = served.connect()
    connection.putrequest("PUT", upload["url"].removeprefix(served.url), skip_accept_encoding=True)
    connection.putheader("Content-Length", str(SIZE))
    connection.endheaders()
    for _ in range(SIZE // MEGABYTE):
        connection.send(piece)
        digest.update(piece)

    assert connection.getresponse().status == 200

    connection.close()
    assert served.stored(upload).json() == {"sha256": digest.hexdigest(), "size": SIZE, "status": None}
    assert served.resident() - before < SIZE // 4


def test_upload_that_breaks_off_leaves_nothing_and_may_be_sent_again(served: Served) -> None:
    upload = served.start()
    target = upload["url"].removeprefix(served.url)
    connection = served.connect()
    connection.putrequest("PUT", target)
    connection.putheader("Content-Length", "1000")
    connection.endheaders()
    connection.send(b"half" * 100)
    connection.close()
    assert served.stored(upload).status_code == 404

    again = served.connect()
    again.request("PUT", target, b"x" * 1000, {"Accept": "*/*"})

    assert again.getresponse().status == 200
    assert served.stored(upload).json()["size"] == 1000
    again.close()


def test_chunked_transfer_is_refused(served: Served) -> None:
    upload, connection = served.start(), served.connect()

    connection.request("PUT", upload["url"].removeprefix(served.url), iter([b"a", b"b"]), encode_chunked=True)
    answer = connection.getresponse()

    assert answer.status == 501
    assert b"<Code>NotImplemented</Code>" in answer.read()
    connection.close()
    assert served.stored(upload).status_code == 404


def test_connection_can_be_broken_while_bytes_come(served: Served) -> None:
    upload = served.start()
    fault = {"kind": "reset", "path": "/upload-storage/*"}
    httpx.post(f"{served.url}/sandbox/faults", json={"faults": [fault]}).raise_for_status()
    connection = served.connect()

    def send() -> http.client.HTTPResponse:
        connection.request("PUT", upload["url"].removeprefix(served.url), b"x" * (8 * MEGABYTE))
        return connection.getresponse()

    with pytest.raises(ConnectionError):
        send()

    connection.close()
    assert served.stored(upload).status_code == 404
    assert json.loads(httpx.get(f"{served.url}/sandbox/faults").text)["faults"] == []
