"""What the player page asks for: the playback again, and the caption texts by their signed addresses.

``<track src>`` cannot send a header, so captions have addresses of their own: signed for one track, for minutes.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from lti.errors import NotFound
from lti.model import Embed
from lti.web.guard import Guard, Session, may_watch
from lti.web.parts import Parts
from lti.web.present import Presenter
from lti.web.wire import WatchRequest, json_response, read_json


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    watch = Blueprint("watch", __name__)
    caching = f"private, max-age={parts.caption_seconds}"

    @watch.post("/api/watch")
    @guard.session(may_watch)
    def playback(session: Session) -> Response:
        """Give sources and tracks of the page's embed; ask Canvas where nothing usable is held."""
        wanted = read_json(request, WatchRequest)
        course_id = session.viewer.canvas_course_id
        found = parts.watching.playback(_embed(session), session.platform, course_id=course_id, refresh=wanted.refresh)
        if found is None:
            raise NotFound("nothing to play")
        return json_response(Presenter(session.language).playback(found))

    @watch.get("/watch/<token>/captions.vtt")
    @guard.address("track")
    def captions(payload: dict[str, Any]) -> Response:
        """Give a track as WebVTT."""
        text = parts.watching.caption_text(payload)
        return _kept(Response(text.vtt, content_type="text/vtt; charset=utf-8"))

    @watch.get("/watch/<token>/cues.json")
    @guard.address("track")
    def cues(payload: dict[str, Any]) -> Response:
        """Give a track as plain lines, for the transcript."""
        text = parts.watching.caption_text(payload)
        lines = parts.watching.cues(text, payload.get("start"), payload.get("end"))
        return _kept(json_response({"language": text.language, "cues": lines}))

    def _embed(session: Session) -> Embed:
        embed = parts.store.embeds.get(session.viewer.embed_id or "")
        if embed is None or embed.platform_id != session.platform.id:
            raise NotFound("the embed is gone")
        return embed

    def _kept(answer: Response) -> Response:
        answer.headers["Cache-Control"] = caching
        return answer

    return watch
