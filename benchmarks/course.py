"""The caption report of a course of 2,000 media: how often Canvas is asked until it is there, complete, and again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from benchmarks.canvas import Classroom, classroom
from benchmarks.report import Figure

_MEDIA = 2_000
_AT_ONCE = 10  # media of one reading


class _Report:
    """Does what the page does."""

    def __init__(self, room: Classroom) -> None:
        self._room = room
        config, _ = room.page(placement="course_navigation")
        self._token, self._paths = config["token"], config["api"]
        self.rows: list[dict[str, Any]] = []
        self.next: str | None = None
        self.seconds = 0.0  # of our processor
        room.asked()

    def page(self) -> None:
        query = f"?cursor={self.next}" if self.next else ""
        answer = self._room.api("GET", self._paths["report"] + query, self._token)
        body = json.loads(answer.body)
        self.rows += body["rows"]
        self.next = body["next"]
        self.seconds += answer.seconds

    def read(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        body = {"handles": [row["handle"] for row in rows]}
        answer = self._room.api("POST", self._paths["read"], self._token, body)
        self.seconds += answer.seconds
        done: list[dict[str, Any]] = json.loads(answer.body)["rows"]
        return done

    def all_pages(self) -> int:
        count = 1
        self.page()
        while self.next:
            self.page()
            count += 1
        return count


def figures() -> Iterator[Figure]:
    with classroom(_MEDIA) as room:
        report = _Report(room)
        report.page()
        yield Figure(f"course report of {_MEDIA:,} media, first rows: outgoing calls", room.asked(), "calls", 1)

        report = _Report(room)
        pages = report.all_pages()
        queue = [row for row in report.rows if row["unread"]]
        unread = len(queue)
        while queue:
            done = {row["id"] for row in report.read(queue[:_AT_ONCE])}
            if not done:
                raise RuntimeError("a reading came to nothing")
            queue = [row for row in queue if row["id"] not in done]
        asked = room.asked()
        yield Figure(f"course report of {_MEDIA:,} media, complete: outgoing calls", asked, "calls")
        # More than one where colleagues made tracks: their texts are to be had one by one alone.
        yield Figure("the same against its pages and media with captions", asked / (pages + unread), "ratio", 1.01)
        yield Figure("the same: our own processor time", report.seconds, "s")

        again = _Report(room)
        pages = again.all_pages()
        left = sum(1 for row in again.rows if row["unread"])
        yield Figure("the same at a second visit: outgoing calls but for its pages", room.asked() - pages, "calls", 0)
        yield Figure("the same at a second visit: media that are read again", left, "media", 0)
