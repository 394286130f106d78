"""A person's uploads, as their pages see and steer them. The bytes themselves come in by ``web.tus``.

An upload is ``{id, state, state_text, title, description, filename, length, received, sent, created_at, updated_at,
expires_at, auto_captions, auto_captions_refused, collection, studio_status, media_id, problem, source, seconds, note,
captions, can}``; a caption file ``{id, language, language_name, filename, state, problem}``; a problem
``{code, message, next_step}``: see :mod:`lti.web.present_uploads`. ``can`` holds ``resume, edit, cancel, retry, insert,
dismiss`` as true or false.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from lti.media import UploadDesk
from lti.web.guard import Guard, Session, may_upload
from lti.web.parts import Parts
from lti.web.present_uploads import UploadPresenter
from lti.web.wire import CaptionQuery, Nothing, UploadChange, json_response, read_json, read_query


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    uploads = Blueprint("uploads", __name__, url_prefix="/api/uploads")
    desk: UploadDesk = parts.uploads
    rules = parts.receiving.rules

    @uploads.get("")
    @guard.session(may_upload)
    def listed(session: Session) -> Response:
        """List the person's uploads, newest first, and what may be uploaded.

        ``{"uploads": […], "rules": {"formats": ["mp4", …], "largest": bytes, "auto_captions": bool}}``
        """
        presenter = UploadPresenter(session.language)
        found = desk.listed(session.viewer, session.platform)
        return json_response(
            {
                "uploads": [presenter.upload(upload, captions) for upload, captions in found],
                "rules": {
                    "formats": sorted(rules.formats),
                    "largest": rules.largest,
                    "auto_captions": parts.auto_captions.offered(session.platform.id),
                },
            }
        )

    @uploads.get("/<upload_id>")
    @guard.session(may_upload)
    def one(session: Session, upload_id: str) -> Response:
        """Show one upload."""
        return _answer(session, upload_id)

    @uploads.patch("/<upload_id>")
    @guard.session(may_upload)
    def edit(session: Session, upload_id: str) -> Response:
        """Change ``title``, ``description`` or ``auto_captions`` before Studio has them; answers the upload."""
        wanted = read_json(request, UploadChange)
        desk.edit(
            session.viewer,
            session.platform,
            upload_id,
            title=wanted.title,
            description=wanted.description,
            auto_captions=wanted.auto_captions,
        )
        return _answer(session, upload_id)

    @uploads.post("/<upload_id>/cancel")
    @guard.session(may_upload)
    def cancel(session: Session, upload_id: str) -> Response:
        """Call an upload back; answers the upload."""
        read_json(request, Nothing)
        desk.cancel(session.viewer, session.platform, upload_id)
        return _answer(session, upload_id)

    @uploads.post("/<upload_id>/retry")
    @guard.session(may_upload)
    def retry(session: Session, upload_id: str) -> Response:
        """Go on with one that failed, or that waits (for the connection to Studio, say); answers the upload."""
        read_json(request, Nothing)
        desk.retry(session.viewer, session.platform, upload_id)
        return _answer(session, upload_id)

    @uploads.delete("/<upload_id>")
    @guard.session(may_upload)
    def dismiss(session: Session, upload_id: str) -> Response:
        """Take one that has ended off the list; answers ``{}``."""
        desk.dismiss(session.viewer, session.platform, upload_id)
        return json_response({})

    @uploads.post("/<upload_id>/captions")
    @guard.session(may_upload)
    def add_caption(session: Session, upload_id: str) -> Response:
        """Keep a caption file: the body is the file as it is, ``?language=`` a BCP 47 tag, ``&filename=`` its name.

        Answers the caption file, with ``mends`` (see :meth:`UploadPresenter.mends`). One that cannot be read is refused
        with ``caption_unreadable``, and line and cue.
        """
        query = read_query(request, CaptionQuery)
        caption, captions = desk.add_caption(
            session.viewer,
            session.platform,
            upload_id,
            language=query.language,
            filename=query.filename,
            content=request.get_data(cache=False),
        )
        presenter = UploadPresenter(session.language)
        return json_response({**presenter.caption(caption), "mends": presenter.mends(captions)}, 201)

    @uploads.delete("/<upload_id>/captions/<caption_id>")
    @guard.session(may_upload)
    def remove_caption(session: Session, upload_id: str, caption_id: str) -> Response:
        """Take a caption file back that was not sent yet; answers the upload."""
        desk.remove_caption(session.viewer, session.platform, upload_id, caption_id)
        return _answer(session, upload_id)

    def _answer(session: Session, upload_id: str) -> Response:
        upload, captions = desk.one(session.viewer, session.platform, upload_id)
        return json_response(UploadPresenter(session.language).upload(upload, captions))

    return uploads
