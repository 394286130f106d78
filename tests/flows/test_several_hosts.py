"""Two hosts with disks of their own, one PostgreSQL, one bucket, one Redis: nothing depends on who meets whom again."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import redis
from sqlalchemy import create_engine, update

from lti.model import UploadState
from lti.store import open_chunks
from lti.store.schema import uploads
from sandbox.stack import procfile_command
from tests.conftest import postgres_database
from tests.flows.school import CLOCK, choose, problem
from tests.flows.test_procfile import ended, wait_until_ready
from tests.flows.uploading import quick, tell, until
from tests.support.forwarder import Forwarder
from tests.support.person import NOOR, SAM, TILDA, Person, ToolPage, content_items
from tests.support.s3 import ACCESS, make_bucket
from tests.support.stack import ROOT, Stack, free_ports, running, tool_environment
from tests.support.studio import TILDA_AT_STUDIO, connect_studio

pytestmark = pytest.mark.postgres
_CALLS = 200  # of one person, within a minute
_PIECE = 60_000


@dataclass
class Hosts:
    """Two hosts behind one address."""

    stack: Stack
    front: Forwarder
    folders: list[Path]
    environs: list[dict[str, str]]
    browsers: list[httpx.Client] = field(default_factory=list)

    def be(self, number: int) -> Person:
        """Give a browser that keeps no connection, so that each request may meet either host."""
        http = httpx.Client(timeout=60, verify=False, limits=httpx.Limits(max_keepalive_connections=0))
        self.browsers.append(http)
        return Person(canvas=self.stack.canvas, tool=self.stack.tool, number=number, http=http)

    @contextmanager
    def worker(self, host: int) -> Iterator[subprocess.Popen[bytes]]:
        """Run a host's worker."""
        with (self.folders[host] / "worker.log").open("wb") as log:
            process = subprocess.Popen(
                procfile_command("worker"), cwd=ROOT, env=self.environs[host], stdout=log, stderr=log
            )
        with ended(process):
            yield process

    def command(self, host: int, *arguments: str) -> str:
        """Type a command of the tool on a host."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *arguments],
            cwd=ROOT, env=self.environs[host], capture_output=True, text=True, timeout=60, check=True,
        ).stdout  # fmt: skip

    def log(self, host: int) -> list[dict[str, object]]:
        """Read what a host's web processes wrote."""
        lines = (self.folders[host] / "web.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.fixture(scope="module")
def hosts(
    postgres_server: str, redis_server: str, s3_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hosts]:
    folder = tmp_path_factory.mktemp("hosts")
    limits = redis_server.rsplit("/", 1)[0] + "/9"
    with redis.Redis.from_url(limits) as counts:
        counts.flushdb()
    with pytest.MonkeyPatch.context() as patched, ExitStack() as exits:
        for name, value in ACCESS.items():
            patched.setenv(name, value)
        bucket = make_bucket(s3_server)
        url = exits.enter_context(postgres_database(postgres_server)).replace("postgresql://", "postgresql+psycopg://")
        stack = exits.enter_context(running(folder / "run", database_url=url, media=5, strict=True, without_tool=True))
        ports = free_ports(2)
        made = Hosts(
            stack,
            Forwarder([("127.0.0.1", port) for port in ports], int(stack.tool.rsplit(":", 1)[1])),
            [folder / "one", folder / "two"],
            [],
        )
        for place, port in zip(made.folders, ports, strict=True):
            place.mkdir()
            environ = tool_environment(
                stack,
                url,
                CUEDECK_CHUNKS=bucket,
                CUEDECK_CHUNKS_ENDPOINT=s3_server,
                CUEDECK_LIMITS_URL=limits,
                CUEDECK_PERSON_CALLS=str(_CALLS),
                GUNICORN_CMD_ARGS=f"--bind 127.0.0.1:{port} --workers 1",
                TMPDIR=str(place),
            )
            made.environs.append(environ)
            with (place / "web.log").open("wb") as log:
                process = subprocess.Popen(procfile_command("web"), cwd=ROOT, env=environ, stdout=log, stderr=log)
            exits.enter_context(ended(process))
            wait_until_ready(process, f"http://127.0.0.1:{port}/healthz", place / "web.log")
        yield made
        made.front.go_away()
        while made.browsers:
            made.browsers.pop().close()
    for host in (0, 1):
        assert [line for line in made.log(host) if line["event"] == "unexpected"] == []


def routes(hosts: Hosts, host: int) -> list[object]:
    return [line["route"] for line in hosts.log(host) if line["event"] == "request"]


def test_launch_begun_on_one_host_is_finished_on_the_other(hosts: Hosts) -> None:
    """Login, launch, consent, insert and watching: each step on the host that had not the one before."""
    tilda, front = hosts.be(TILDA), hosts.front
    with front.only(0):
        fields = tilda.pause_launch()
    with front.only(1):
        page = tilda.tool_page(tilda.http.post(f"{tilda.tool}/lti/launch", data=fields))
        assert page.answer.status_code == 200, page.answer.text
    with front.only(0):
        asked = tilda.ask_consent(page)
        again = tilda.http.post(f"{tilda.tool}/lti/launch", data=fields)
        assert again.status_code in {400, 403, 409}, "the other host took this launch already"
    with front.only(1):
        assert "Canvas is connected" in tilda.follow(tilda.consent(asked)).text
    with front.only(0):
        item = page.detail(page.media(search=CLOCK)["items"][0]["handle"])
    with front.only(1):
        answer = page.insert(choose(item, "es", "en"))  # Canvas asks the other host, or this one, for the key
        assert answer.status_code == 200, answer.text
    for host in (0, 1):
        with front.only(host):
            watched = hosts.be(SAM).open_link(content_items(answer)[0]["lookup_uuid"])
            shown = watched.api("POST", "/api/watch", json={}).json()
            assert [track["language"] for track in shown["tracks"]] == ["es", "en"]
    assert "/lti/login" in routes(hosts, 0)
    assert "/lti/launch" in routes(hosts, 1)


def test_whole_lesson_goes_round_and_round(hosts: Hosts) -> None:
    """Each single request meets the next host, whoever asks."""
    before = list(hosts.front.met)
    tilda = hosts.be(TILDA)
    page = tilda.press_button()
    if not page.api("GET", "/api/connect/canvas").json()["connected"]:
        tilda.connect(page)
    answer = page.insert(choose(page.detail(page.media(search=CLOCK)["items"][0]["handle"]), "en"))
    address = tilda.save_page("Round and round", answer)
    sam = hosts.be(SAM)
    for _ in range(3):
        (frame,) = sam.open_frames(address)
        assert sam.tool_page(frame).api("POST", "/api/watch", json={}).json()["sources"]
    met = [now - then for now, then in zip(hosts.front.met, before, strict=True)]
    assert min(met) >= 5, met


def test_upload_comes_to_both_hosts_and_outlives_the_worker_of_one(hosts: Hosts) -> None:
    """Its chunks land by turns; one host's worker is killed while it sends, and the other's finishes."""
    page = hosts.be(TILDA).press_button()
    assert connect_studio(page, hosts.stack.studio, TILDA_AT_STUDIO).status_code == 200
    data, http = os.urandom(5 * _PIECE), page.person.http
    words = {"filename": "rivers.mp4", "filetype": "video/mp4", "title": "By two hosts"}
    metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in words.items())
    bearer = {"Authorization": f"Bearer {page.config['token']}", "Tus-Resumable": "1.0.0"}
    announced = {**bearer, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
    address = http.post(f"{page.person.tool}/api/tus", headers=announced).headers["location"]
    upload_id = address.rsplit("/", 1)[1]
    patching = {**bearer, "Content-Type": "application/offset+octet-stream"}
    for number, at in enumerate(range(0, len(data), _PIECE)):
        with hosts.front.only(number % 2):
            sent = http.patch(address, content=data[at : at + _PIECE], headers={**patching, "Upload-Offset": str(at)})
            assert sent.status_code == 204, sent.text
    with quick(hosts.stack.studio):
        tell(hosts.stack.studio, faults=[{"kind": "slow", "path": "/upload-storage/*", "seconds": 60}])
        with hosts.worker(0) as first:
            until(lambda: state(page, upload_id) == UploadState.SENDING, "the first worker does not begin")
            first.kill()
        tell(hosts.stack.studio, clear=True)
    with quick(hosts.stack.studio), hosts.worker(1):
        let_leases_end(hosts)
        until(lambda: state(page, upload_id) == UploadState.READY, "the second worker does not finish")
    shown = page.api("GET", f"/api/uploads/{upload_id}").json()
    told = httpx.get(f"{hosts.stack.studio}/sandbox/studio/media/{shown['media_id']}/sha256", timeout=20).json()
    assert told["sha256"] == hashlib.sha256(data).hexdigest()
    ours = hosts.environs[0]
    assert open_chunks(ours["CUEDECK_CHUNKS"], endpoint=ours["CUEDECK_CHUNKS_ENDPOINT"]).uploads() == {}
    assert [sorted(path.name for path in each.iterdir() if path.is_dir()) for each in hosts.folders] == [[], []]


def state(page: ToolPage, upload_id: str) -> str:
    time.sleep(0.2)  # a person's calls are counted here
    answer = page.api("GET", f"/api/uploads/{upload_id}")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["state"])


def let_leases_end(hosts: Hosts) -> None:
    """Let the minute pass for which a claim outlives its worker."""
    engine = create_engine(hosts.environs[0]["DATABASE_URL"])
    with engine.begin() as connection:
        for until in (uploads.c.leased_until, uploads.c.ahead_until):
            over = {until.name: datetime(2000, 1, 1, tzinfo=UTC)}
            connection.execute(update(uploads).where(until.is_not(None)).values(over))
    engine.dispose()


def test_keys_that_are_rotated_on_one_host_are_those_of_both(hosts: Hosts) -> None:
    before = published(hosts)
    assert before[0] == before[1]
    hosts.command(0, "keys", "rotate")
    after = published(hosts)
    assert after[0] == after[1] > before[0]
    tilda = hosts.be(TILDA)
    page = tilda.press_button()
    if not page.api("GET", "/api/connect/canvas").json()["connected"]:
        tilda.connect(page)
    for host in (0, 1):  # signed by whichever key: Canvas finds it at either host
        with hosts.front.only(host):
            page = tilda.press_button()
            item = page.detail(page.media(search=CLOCK)["items"][0]["handle"])
            assert page.insert(choose(item, "en")).status_code == 200


def published(hosts: Hosts) -> list[set[str]]:
    found = []
    for host in (0, 1):
        with hosts.front.only(host):
            answer = httpx.get(f"{hosts.stack.tool}/.well-known/jwks.json", timeout=20)
            found.append({key["kid"] for key in answer.json()["keys"]})
    return found


def test_person_s_rate_is_counted_by_both_hosts_together(hosts: Hosts) -> None:
    page = hosts.be(NOOR).press_button("courses/18")
    before = list(hosts.front.met)
    answers = [page.api("GET", "/api/connect/canvas") for _ in range(_CALLS + 10)]
    met = [now - then for now, then in zip(hosts.front.met, before, strict=True)]
    assert min(met) > _CALLS / 3, "both were asked"
    statuses = [answer.status_code for answer in answers]
    assert statuses == [200] * _CALLS + [429] * 10
    for host in (0, 1):
        with hosts.front.only(host):
            problem(page.api("GET", "/api/connect/canvas"), 429)
