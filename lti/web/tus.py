"""Uploads by the tus 1.0 protocol: any tus client with a page's bearer token can send, be interrupted, and go on.

Only its owner reaches an upload; to everybody else it is not there. Errors are our usual JSON.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Final, ParamSpec

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.http import http_date

from lti.errors import UploadNotNow
from lti.media import NewUpload, UploadDesk
from lti.model import Upload, UploadSource, UploadState
from lti.web.guard import Guard, Session, may_upload
from lti.web.parts import Parts
from lti.web.present_uploads import UploadPresenter
from lti.web.request_body import RequestBody
from lti.web.requests import facts
from lti.web.tus_wire import (
    ALGORITHMS,
    DATA,
    EXTENSIONS,
    VERSION,
    TooManyUploads,
    TusInvalid,
    announced_length,
    check_type,
    check_version,
    checksum,
    metadata,
    number,
    recorded_seconds,
    write_metadata,
)
from lti.web.wire import json_response

_Values = ParamSpec("_Values")
_PREFIX: Final = "/api/tus"
_VERSIONS: Final = (("Tus-Resumable", VERSION), ("Tus-Version", VERSION))
_PLACES: Final = 64  # of the threads in config/gunicorn.py
_TRUE: Final = frozenset({"1", "true"})


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    tus = Blueprint("tus", __name__, url_prefix=_PREFIX)
    receiving, desk = parts.receiving, parts.uploads
    # Threads that wait for slow lines are threads that no launch gets: some are kept for those.
    places = threading.BoundedSemaphore(_PLACES)

    @tus.route("", methods=["OPTIONS"])
    @tus.route("/<upload_id>", methods=["OPTIONS"], endpoint="options_of_one")
    @_versioned
    @guard.public
    def options(upload_id: str = "") -> Response:
        """Tell what we can do."""
        return _empty(
            {
                "Tus-Extension": EXTENSIONS,
                "Tus-Max-Size": str(receiving.rules.largest),
                "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
            }
        )

    @tus.post("")
    @_versioned
    @guard.session(may_upload)
    def create(session: Session) -> Response:
        """Begin an upload, with its first data where some comes along.

        Keys of ``Upload-Metadata``: ``filename``, ``filetype``, ``title``, ``description``, ``auto_captions`` (``1``),
        ``collection`` (the id of one from ``/api/studio/collections``), ``source`` (``recording``: what comes is being
        made, and ``PATCH`` says in ``Cuedeck-Seconds`` how long it is so far; see ``web.recordings``).
        The body of the answer is ``{"upload": …, "warnings": [{code, message, next_step}]}`` (see ``web.uploads``).
        """
        check_version(request)
        given = metadata(request.headers)
        new = NewUpload(
            filename=given.get("filename", given.get("name", "")),
            content_type=given.get("filetype", given.get("type", "")),
            length=announced_length(request.headers),
            title=given.get("title", ""),
            description=given.get("description", ""),
            auto_captions=given.get("auto_captions", "") in _TRUE,
            collection_id=given.get("collection", ""),
            source=UploadSource.RECORDING if given.get("source") == UploadSource.RECORDING else UploadSource.FILE,
        )
        with_data = request.mimetype == DATA
        sum_ = checksum(request.headers)
        upload, warnings = receiving.create(session.viewer, session.platform, new)
        if with_data:
            body = RequestBody(request.environ)
            with _place():
                upload = receiving.receive(
                    session.viewer, session.platform, upload.id, offset=0, source=body, size=body.size, checksum=sum_
                )
        presenter = UploadPresenter(session.language)
        answer = json_response(
            {"upload": presenter.upload(upload, []), "warnings": [presenter.problem(each) for each in warnings]}, 201
        )
        answer.headers["Location"] = f"{parts.base_url}{_PREFIX}/{upload.id}"
        answer.headers.extend(_stand(upload))
        return answer

    @tus.route("/<upload_id>", methods=["HEAD"])
    @_versioned
    @guard.session(may_upload, counted=False)
    def head(session: Session, upload_id: str) -> Response:
        """Tell where an upload stands."""
        check_version(request)
        upload = receiving.stand(session.viewer, session.platform, upload_id)
        known = {"filename": upload.filename, "filetype": upload.content_type, "title": upload.title}
        length = {"Upload-Defer-Length": "1"} if upload.length is None else {"Upload-Length": str(upload.length)}
        answer = _empty({**_stand(upload), **length, "Upload-Metadata": write_metadata(known)}, 200)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @tus.patch("/<upload_id>")
    @_versioned
    @guard.session(may_upload, counted=False)
    def patch(session: Session, upload_id: str) -> Response:
        """Take data."""
        return _patch(session, upload_id)

    @tus.delete("/<upload_id>")
    @_versioned
    @guard.session(may_upload)
    def delete(session: Session, upload_id: str) -> Response:
        """Cancel an upload."""
        return _delete(session, upload_id)

    @tus.post("/<upload_id>")
    @_versioned
    @guard.session(may_upload, counted=False)
    def override(session: Session, upload_id: str) -> Response:
        """Do the same for clients whose environment has neither PATCH nor DELETE."""
        method = request.headers.get("X-HTTP-Method-Override", "")
        if method == "PATCH":
            return _patch(session, upload_id)
        if method == "DELETE":
            return _delete(session, upload_id)
        raise TusInvalid("a POST to an upload needs X-HTTP-Method-Override")

    def _patch(session: Session, upload_id: str) -> Response:
        check_version(request)
        check_type(request)
        offset = number(request.headers.get("Upload-Offset", ""), "Upload-Offset")
        sum_ = checksum(request.headers)
        length = request.headers.get("Upload-Length")
        if length is not None:
            receiving.announce(session.viewer, session.platform, upload_id, number(length, "Upload-Length"))
        body = RequestBody(request.environ)
        with _place():
            upload = receiving.receive(
                session.viewer,
                session.platform,
                upload_id,
                offset=offset,
                source=body,
                size=body.size,
                checksum=sum_,
                seconds=recorded_seconds(request.headers),
            )
        return _empty(_stand(upload))

    def _delete(session: Session, upload_id: str) -> Response:
        check_version(request)
        receiving.stand(session.viewer, session.platform, upload_id)
        _cancel(desk, session, upload_id)
        return _empty({})

    @contextmanager
    def _place() -> Iterator[None]:
        if not places.acquire(blocking=False):
            raise TooManyUploads("all places are taken", retry_after=2)
        try:
            yield
        finally:
            places.release()

    return tus


def _versioned(view: Callable[_Values, ResponseReturnValue]) -> Callable[_Values, ResponseReturnValue]:
    """Name the version on whatever a view answers, errors included."""

    @wraps(view)
    def versioned(*args: _Values.args, **kwargs: _Values.kwargs) -> ResponseReturnValue:
        facts().more_headers = _VERSIONS
        return view(*args, **kwargs)

    return versioned


def _cancel(desk: UploadDesk, session: Session, upload_id: str) -> None:
    if desk.cancel(session.viewer, session.platform, upload_id).state is not UploadState.CANCELLED:
        raise UploadNotNow("Studio has it already")


def _stand(upload: Upload) -> dict[str, str]:
    """Say where an upload stands and how long it is kept."""
    told = {"Upload-Offset": str(upload.offset)}
    if upload.state is UploadState.RECEIVING:
        told["Upload-Expires"] = http_date(upload.expires_at)
    return told


def _empty(headers: dict[str, str], status: int = 204) -> Response:
    answer = Response(status=status, headers=headers)
    if status == 204:
        answer.headers.pop("Content-Type", None)
    return answer
