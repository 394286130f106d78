"""Watching an embed: outgoing calls cold and warm, processor time of a warm view."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator

import jwt

from benchmarks.canvas import Classroom, classroom
from benchmarks.floor import bare_app
from benchmarks.installed import TOOL
from benchmarks.launch import seconds_per_launch
from benchmarks.platform import CLIENT_ID, ISSUER
from benchmarks.report import Figure
from benchmarks.weight import page_weight
from benchmarks.wire import call

_ROUNDS = 20
_CONTENT_ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"


def _insert(room: Classroom) -> str:
    """Insert a captioned video as the teacher; gives the embed's id."""
    config, _ = room.page()
    found = room.api("GET", "/api/canvas/media?scope=own&sort=title&order=asc&search=clock+works", config["token"])
    detail = room.api(
        "POST", config["api"]["detail"], config["token"], {"handle": json.loads(found.body)["items"][0]["handle"]}
    )
    item = json.loads(detail.body)
    pick = {
        "handle": item["handle"],
        "form": "captioned",
        "tracks": [track["id"] for track in item["tracks"] if track["usable"]],
        "default": None,
        "start": None,
        "end": None,
        "width": 640,
        "height": 480,
        "transcript": True,
        "as_link": False,
    }
    inserted = json.loads(room.api("POST", "/api/insert", config["token"], {"picks": [pick]}).body)
    claims = jwt.decode(inserted["jwt"], options={"verify_signature": False})
    embed: str = claims[_CONTENT_ITEMS][0]["custom"]["embed"]
    return embed


def _view(room: Classroom, embed: str) -> None:
    """Do what a viewer's page does."""
    config, _ = room.page(embed)
    playback = config["playback"] or json.loads(
        room.api("POST", config["api"]["watch"], config["token"], {"refresh": False}).body
    )
    if playback["problem"] is not None or not playback["sources"]:
        raise RuntimeError(f"it does not play: {playback}")
    for track in playback["tracks"]:
        for address in (track["src"], track["cues"]):
            answer = call(room.app, "GET", f"{TOOL}{address}")
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}: {answer.body[:300]!r}")


def _against_the_floor(room: Classroom, embed: str) -> Iterator[Figure]:
    """Compare with a bare Flask that verifies the token too, and shows one page; in turn."""
    floor = bare_app(
        authorization_url="http://127.0.0.1/api/lti/authorize_redirect",
        client_id=CLIENT_ID,
        issuer=ISSUER,
        key=room.platform.key.public_key(),
        page=True,
    )
    platform = room.platform
    for each in (floor, room.app):
        seconds_per_launch(each, platform, embed)
    rounds = [
        (seconds_per_launch(floor, platform, embed), seconds_per_launch(room.app, platform, embed))
        for _ in range(_ROUNDS)
    ]
    ratio = statistics.median(ours / bare for bare, ours in rounds)
    yield Figure("embed view, warm: processor time against a bare Flask launch with a page", ratio, "ratio", 1.3)
    seconds = statistics.median(ours for _, ours in rounds)
    yield Figure("embed view, warm: processor time of the launch and its page", seconds * 1000, "ms")


def figures() -> Iterator[Figure]:
    with classroom(0) as room:
        embed = _insert(room)
        room.asked()
        _view(room, embed)
        yield Figure("embed view, first after inserting: outgoing calls", room.asked(), "calls", 1)
        _view(room, embed)
        yield Figure("embed view, warm: outgoing calls", room.asked(), "calls", 0)
        yield from _against_the_floor(room, embed)
        yield Figure(
            "picker: page and all it loads, compressed", page_weight(room.app, room.page()[1]) / 1000, "KB", 60
        )
        weight = page_weight(room.app, room.page(embed)[1])
        yield Figure("player: page and all it loads, media aside, compressed", weight / 1000, "KB", 40)
