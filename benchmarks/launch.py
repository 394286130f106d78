"""Processor time of a whole launch (login and launch) against the bare Flask floor, in one run, in turn."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.types import WSGIApplication

from benchmarks.databases import engines
from benchmarks.floor import bare_app, used_states
from benchmarks.installed import TOOL, Installed, installed
from benchmarks.platform import CLIENT_ID, DEPLOYMENT, ISSUER, SigningPlatform
from benchmarks.report import Figure
from benchmarks.wire import Answer, call

_BLOCK = 50
_ROUNDS = 20
_AT_ONCE = 50


def initiation(tool: str) -> dict[str, str]:
    """Give what a platform sends to begin a launch."""
    return {
        "iss": ISSUER,
        "login_hint": "d" * 40,
        "client_id": CLIENT_ID,
        "deployment_id": DEPLOYMENT,
        "target_link_uri": f"{tool}/lti/launch",
        "lti_message_hint": "h" * 400,
        "canvas_environment": "prod",
        "canvas_region": "us-east-1",
    }


@dataclass(frozen=True, slots=True)
class _Login:
    """A login that waits for its launch."""

    nonce: str
    state: str
    cookies: str
    seconds: float  # of the processor


def login(app: WSGIApplication) -> _Login:
    """Begin a launch."""
    answer = call(app, "POST", f"{TOOL}/lti/login", form=initiation(TOOL))
    location = answer.header("location")
    if answer.status != 302 or location is None:
        raise RuntimeError(f"login answered {answer.status}: {answer.body[:300]!r}")
    query = parse_qs(urlsplit(location).query)
    return _Login(query["nonce"][0], query["state"][0], answer.cookies(), answer.seconds)


def finish(app: WSGIApplication, begun: _Login, token: str) -> Answer:
    """Post the token that answers a login."""
    form = {"id_token": token, "state": begun.state}
    answer = call(app, "POST", f"{TOOL}/lti/launch", form=form, headers={"Cookie": begun.cookies})
    if answer.status != 200:
        raise RuntimeError(f"launch answered {answer.status}: {answer.body[:600]!r}")
    return answer


def launch(
    app: WSGIApplication, platform: SigningPlatform, embed: str | None = None, placement: str | None = None
) -> Answer:
    """Launch once; gives the page."""
    begun = login(app)
    token = platform.id_token(nonce=begun.nonce, tool_url=TOOL, embed=embed, placement=placement)
    return finish(app, begun, token)


def seconds_per_launch(app: WSGIApplication, platform: SigningPlatform, embed: str | None = None) -> float:
    """Give the processor time (seconds) of one login and launch, out of a block of them.

    In blocks, as a server under load works; the platform's signing stands between them and is not counted. A page is
    let go before the next one is made, as a server that has sent it does: kept pages cost a launch fresh memory.
    """
    logins = [login(app) for _ in range(_BLOCK)]
    tokens = [platform.id_token(nonce=each.nonce, tool_url=TOOL, embed=embed) for each in logins]
    launches = sum(finish(app, each, token).seconds for each, token in zip(logins, tokens, strict=True))
    return (sum(each.seconds for each in logins) + launches) / _BLOCK


def figures() -> Iterator[Figure]:
    for engine in engines():
        with installed(engine) as here:
            yield from _against_the_floor(engine, here)
            before = len(here.fetched)
            seconds_per_launch(here.app, here.platform)
            yield Figure(f"launch on {engine}, warm: outgoing calls", len(here.fetched) - before, "calls", 0)
    with installed(key_set_seconds=0.3) as here:
        yield Figure(f"{_AT_ONCE} launches at once that all miss the key cache: fetches", _herd(here), "calls", 1)


def _against_the_floor(engine: str, here: Installed) -> Iterator[Figure]:
    app, platform = here.app, here.platform
    about: dict[str, Any] = {
        "authorization_url": "http://127.0.0.1/api/lti/authorize_redirect",
        "client_id": CLIENT_ID,
        "issuer": ISSUER,
        "key": platform.key.public_key(),
    }
    with used_states(here.database_url) as use:
        each = (bare_app(**about), bare_app(**about, use=use), app)
        for one in each:
            seconds_per_launch(one, platform)
        rounds = [tuple(seconds_per_launch(one, platform) for one in each) for _ in range(_ROUNDS)]
    name = f"launch on {engine}"
    ratio = statistics.median(ours / bare for bare, _, ours in rounds)
    yield Figure(f"{name}: processor time against the bare Flask floor", ratio, "ratio", 1.0)
    ratio = statistics.median(ours / once for _, once, ours in rounds)
    yield Figure(f"{name}: against a floor with states that are good once", ratio, "ratio", 1.0)
    for what, number in (("the floor", 0), ("a floor with states that are good once", 1), ("ours", 2)):
        yield Figure(f"{name}: {what}", statistics.median(row[number] for row in rounds) * 1000, "ms")


def _herd(here: Installed) -> int:
    """Finish many launches at the same moment in a process that has no key yet; gives the fetches that they caused."""
    logins = [login(here.app) for _ in range(_AT_ONCE)]
    tokens = [here.platform.id_token(nonce=each.nonce, tool_url=TOOL) for each in logins]
    barrier = threading.Barrier(_AT_ONCE)

    def one(number: int) -> None:
        barrier.wait(30)
        finish(here.app, logins[number], tokens[number])

    before = len(here.fetched)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(one, range(_AT_ONCE)))
    return len(here.fetched) - before
