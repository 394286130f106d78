"""Recordings: what was begun and not kept, watching it, keeping it; and the tab and the window that make them.

The bytes come in by ``web.tus``, as those of an upload whose length nobody knows yet, with ``source`` ``recording``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Any, Final

import msgspec
from flask import Blueprint, Response, request

from lti.media.recording import PURPOSE, Recordings
from lti.web.answer import HTML, Answer
from lti.web.guard import Guard, Session, may_upload
from lti.web.headers import DEVICES, page_policy
from lti.web.look import look_named
from lti.web.parts import Parts
from lti.web.posted import posted_session
from lti.web.present_uploads import UploadPresenter
from lti.web.requests import facts
from lti.web.wire import Body, Nothing, json_response, read_json

_RANGE: Final = re.compile(r"bytes=(?P<first>[0-9]{1,15})-(?P<last>[0-9]{1,15})?", re.ASCII)
_MOST: Final = 8 << 20  # bytes of one answer: a player asks again, and no thread is kept by a slow one for long
_PATHS: Final = {
    "uploads": "/api/uploads",
    "recordings": "/api/recordings",
    "tus": "/api/tus",
    "session": "/api/session",
}
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=10**6)]


class KeepRequest(Body):
    """How much of a recording is to be kept."""

    length: Annotated[int, msgspec.Meta(ge=0, le=10**15)] | None = None  # bytes that were sent; none: what is here
    start: _Seconds | None = None
    end: _Seconds | None = None


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    views = Blueprint("recordings", __name__)
    recordings: Recordings = parts.recordings

    @views.get("/api/recordings")
    @guard.session(may_upload)
    def unfinished(session: Session) -> Response:
        """List the recordings that were begun and not kept, and what a recording may be.

        ``{"recordings": [upload and "live", "sound"], "limits": {"seconds", "largest"}}``: ``live`` says that the last
        bytes came a moment ago, so that another page may still be recording it.
        """
        presenter = UploadPresenter(session.language)
        found = recordings.unfinished(session.viewer, session.platform)
        limits = recordings.limits
        return json_response(
            {
                "recordings": [
                    {**presenter.upload(upload, []), "live": live, "sound": upload.content_type.startswith("audio/")}
                    for upload, live in found
                ],
                "limits": {"seconds": limits.seconds, "largest": limits.largest},
            }
        )

    @views.get("/api/recordings/tab")
    @guard.session(may_upload)
    def tab(session: Session) -> Response:
        """Give what the tab shows, in the person's language: ``{"html": …}``. Most who pick media never see it."""
        return json_response({"html": parts.pages.render("_record.html", session.language, {})})

    @views.post("/api/recordings/<upload_id>/keep")
    @guard.session(may_upload)
    def keep(session: Session, upload_id: str) -> Response:
        """Say that a recording is whole, and where it is to begin and end; answers the upload that it now is."""
        wanted = read_json(request, KeepRequest)
        recordings.keep(
            session.viewer, session.platform, upload_id, length=wanted.length, start=wanted.start, end=wanted.end
        )
        upload, captions = parts.uploads.one(session.viewer, session.platform, upload_id)
        return json_response(UploadPresenter(session.language).upload(upload, captions))

    @views.post("/api/recordings/<upload_id>/watch")
    @guard.session(may_upload)
    def watch(session: Session, upload_id: str) -> Response:
        """Give an address by which a ``<video>`` plays what is here: ``{"src": …}``."""
        read_json(request, Nothing)
        return json_response(
            {"src": f"/recordings/{recordings.address(session.viewer, session.platform, upload_id)}/media"}
        )

    @views.get("/recordings/<token>/media")
    @guard.address(PURPOSE)
    def media(payload: dict[str, Any]) -> Response:
        """Give some of a recording, as players ask for it."""
        file = recordings.file(payload)
        asked = _RANGE.fullmatch(request.headers.get("Range", ""))
        first = int(asked["first"]) if asked else 0
        last = min(int(asked["last"]) if asked and asked["last"] else file.length - 1, file.length - 1)
        if last < first:
            return Response(status=416, headers={"Content-Range": f"bytes */{file.length}"})
        if asked:
            last = min(last, first + _MOST - 1)
        answer = Response(recordings.read(file, first, last), 206 if asked else 200, content_type=file.content_type)
        answer.headers["Accept-Ranges"] = "bytes"
        answer.headers["Content-Length"] = str(last + 1 - first)
        if asked:
            answer.headers["Content-Range"] = f"bytes {first}-{last}/{file.length}"
        return answer

    @views.post("/record")
    @guard.public  # the session that is posted says who is meant
    def window() -> Response:
        """Open the recorder in a window of its own, where the frame in Canvas has no camera for us."""
        token, viewer, platform = posted_session(parts, may_upload)
        viewer = replace(viewer, deep_link_id=None, administers=False, reports=False, captioning=None)
        facts().platform = platform
        facts().language = language = parts.localizations.choose(viewer.locale)
        facts().look = look = look_named(viewer.look)
        parts.limits.call(platform, viewer.subject)
        config = {
            "token": parts.tokens.renew(token, parts.session_seconds, viewer),
            "expires_in": parts.session_seconds,
            "locale": viewer.locale,
            "api": _PATHS,
        }
        page = parts.pages.with_config("recorder.html", language, config, look=look)
        headers = [("Content-Type", HTML), ("Content-Security-Policy", page_policy(framed_by=())), DEVICES]
        return Answer(page, headers=headers)

    return views
