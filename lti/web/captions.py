"""Looking after captions: what the item's page and the caption editor ask for.

All calls are POST with JSON. ``handle`` is that of an item, of either catalogue; one with new tracks comes back from
each call that changes something. Errors are the usual ones; some bring more beside ``error``:

* ``captions_changed``: ``theirs``, what the track is now;
* ``captions_half_written``: ``put_back``, the texts that Canvas lost, each for a call of ``restore``.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from lti.captions import CaptionFile, checks
from lti.errors import N_, CaptionError, CuedeckError
from lti.media.caption_download import download as written
from lti.media.caption_drafts import check_count, readable
from lti.media.caption_values import ChangedMeanwhile, HalfWritten, HeldText
from lti.web.answer import Answer
from lti.web.caption_wire import (
    AddRequest,
    CheckRequest,
    CopyRequest,
    DownloadRequest,
    MarkRequest,
    RenameRequest,
    RestoreRequest,
    SaveRequest,
    TrackRequest,
    cues_of,
    read,
)
from lti.web.guard import Guard, Session, may_list
from lti.web.parts import Parts
from lti.web.present_captions import CaptionPresenter
from lti.web.problems import describe
from lti.web.wire import json_response

_LOOK_AGAIN = N_("Read them again, then choose once more.")


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("captions", __name__, url_prefix="/api/captions")
    care, limits = parts.caption_care, parts.caption_limits

    @api.get("/care")
    @guard.session(may_list)
    def section(session: Session) -> Response:
        """Give what an item's page shows captions with, in the person's language: ``{"html": …}``."""
        return json_response({"html": parts.pages.render("_captions.html", session.language, {})})

    @api.post("/text")
    @guard.session(may_list)
    def text(session: Session) -> Response:
        """Read a track: its captions, what is to say about them, and whether it can be changed."""
        wanted = read(request, TrackRequest)
        held = care.held(session.viewer, session.platform, wanted.handle, wanted.track)
        file = readable(held)
        report = checks.check(file.cues, duration=held.duration, declared=held.track.language, limits=limits)
        return json_response(CaptionPresenter(session.language).text(held, file, report))

    @api.post("/check")
    @guard.session(may_list)
    def check(session: Session) -> Response:
        """Look at captions that are being written. Nothing is asked of anybody for it."""
        wanted = read(request, CheckRequest)
        check_count(len(wanted.cues))
        cues = cues_of(wanted.cues)
        report = checks.check(cues, duration=wanted.duration, declared=wanted.language, limits=limits)
        return json_response(CaptionPresenter(session.language).report(report, cues))

    @api.post("/save")
    @guard.session(may_list)
    def save(session: Session) -> Response:
        """Save a track that was changed."""
        wanted = read(request, SaveRequest)
        try:
            saved = care.save(
                session.viewer,
                session.platform,
                wanted.handle,
                wanted.track,
                version=wanted.version,
                cues=cues_of(wanted.cues),
                language=wanted.language,
                kind=wanted.kind,
            )
        except ChangedMeanwhile as error:
            theirs = CaptionPresenter(session.language).theirs(error.theirs, _as_read(error.theirs))
            return _refusal(session, error, theirs=theirs)
        except HalfWritten as error:
            return _half_written(session, error)
        return json_response(CaptionPresenter(session.language).saved(saved))

    @api.post("/mark")
    @guard.session(may_list)
    def mark(session: Session) -> Response:
        """Mark a track with another language or kind."""
        wanted = read(request, MarkRequest)
        try:
            saved = care.mark(
                session.viewer,
                session.platform,
                wanted.handle,
                wanted.track,
                version=wanted.version,
                language=wanted.language,
                kind=wanted.kind,
            )
        except ChangedMeanwhile as error:
            error.next_step = _LOOK_AGAIN
            return _refusal(session, error)
        except HalfWritten as error:
            return _half_written(session, error)
        return json_response(CaptionPresenter(session.language).saved(saved))

    @api.post("/add")
    @guard.session(may_list)
    def add(session: Session) -> Response:
        """Add a caption file. Without a language it is looked at, and one is guessed."""
        wanted = read(request, AddRequest)
        present = CaptionPresenter(session.language)
        if wanted.language is None:
            upload = care.look_at_file(wanted.name, wanted.content)
            report = checks.check(upload.file.cues, declared=upload.language, limits=limits)
            return json_response(present.upload(upload, report))
        try:
            saved = care.add(
                session.viewer,
                session.platform,
                wanted.handle,
                wanted.content,
                language=wanted.language,
                kind=wanted.kind,
                replace=wanted.replace,
            )
        except HalfWritten as error:
            return _half_written(session, error)
        return json_response(present.saved(saved))

    @api.post("/download")
    @guard.session(may_list)
    def download(session: Session) -> Response:
        """Give a track as a file; its name is in ``Content-Disposition``."""
        wanted = read(request, DownloadRequest)
        held = care.held(session.viewer, session.platform, wanted.handle, wanted.track)
        file = written(held, care.title(session.viewer, session.platform, wanted.handle), wanted.format)
        disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        return Answer(file.content, 200, [("Content-Type", file.content_type), ("Content-Disposition", disposition)])

    @api.post("/versions")
    @guard.session(may_list)
    def versions(session: Session) -> Response:
        """List the texts that a track had before, newest first."""
        wanted = read(request, TrackRequest)
        found = care.versions(session.viewer, session.platform, wanted.handle, wanted.track)
        return json_response({"versions": CaptionPresenter(session.language).versions(found, session.viewer.subject)})

    @api.post("/restore")
    @guard.session(may_list)
    def restore(session: Session) -> Response:
        """Put an old text back."""
        wanted = read(request, RestoreRequest)
        try:
            saved = care.restore(session.viewer, session.platform, wanted.handle, wanted.id)
        except HalfWritten as error:
            return _half_written(session, error)
        return json_response(CaptionPresenter(session.language).saved(saved))

    @api.post("/remove")
    @guard.session(may_list)
    def remove(session: Session) -> Response:
        """Take a track away; its text can be put back."""
        wanted = read(request, TrackRequest)
        try:
            saved = care.remove(session.viewer, session.platform, wanted.handle, wanted.track)
        except HalfWritten as error:
            return _half_written(session, error)
        return json_response(CaptionPresenter(session.language).saved(saved))

    @api.post("/rename")
    @guard.session(may_list)
    def rename(session: Session) -> Response:
        """Give an item of Canvas another title; answers it, and the handle that goes with it."""
        wanted = read(request, RenameRequest)
        title, handle = care.rename(session.viewer, session.platform, wanted.handle, wanted.title)
        return json_response({"title": title, "handle": handle})

    @api.post("/copy")
    @guard.session(may_list)
    def copy(session: Session) -> Response:
        """Copy a track to another item; answers as saving there does."""
        wanted = read(request, CopyRequest)
        source = (wanted.source, wanted.track)
        try:
            saved = care.copy(session.viewer, session.platform, source, wanted.to, replace=wanted.replace)
        except HalfWritten as error:
            return _half_written(session, error)
        return json_response(CaptionPresenter(session.language).saved(saved))

    return api


def _as_read(held: HeldText | None) -> CaptionFile:
    """Read what somebody else wrote; what cannot be read is shown as nothing."""
    try:
        return held.read() if held else CaptionFile(())
    except CaptionError:
        return CaptionFile(())


def _half_written(session: Session, error: HalfWritten) -> Response:
    present = CaptionPresenter(session.language)
    return _refusal(session, error, put_back=[present.undo(each) for each in error.lost])


def _refusal(session: Session, error: CuedeckError, **more: Any) -> Response:
    return json_response({"error": describe(error, session.language), **more}, error.status)
