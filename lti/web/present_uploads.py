"""Uploads as pages get them, in the person's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from lti.captions import CaptionFile, Mend, srt_losses
from lti.errors import N_
from lti.media import upload_states
from lti.model import Problem, Upload, UploadCaption, UploadState
from lti.web.localization import Localization

_WORDS: Final = {
    UploadState.RECEIVING: N_("Uploading"),
    UploadState.RECEIVED: N_("Waiting to be sent to Studio"),
    UploadState.MENDING: N_("Being made ready for Studio"),
    UploadState.SENDING: N_("Being sent to Studio"),
    UploadState.SENT: N_("Sent to Studio"),
    UploadState.COMPLETING: N_("Being added to Studio"),
    UploadState.CAPTIONING: N_("Captions are being added"),
    UploadState.TRANSCODING: N_("Studio is preparing it"),
    UploadState.READY: N_("Ready"),
    UploadState.FAILED: N_("Failed"),
    UploadState.CANCELLED: N_("Cancelled"),
}


class UploadPresenter:
    """Writes uploads for a page in one language."""

    def __init__(self, language: Localization) -> None:
        """Take the language."""
        self._language = language

    def upload(self, upload: Upload, captions: Iterable[UploadCaption]) -> dict[str, Any]:
        """Write one upload.

        ``received`` and ``sent`` are bytes with us and with Studio, out of ``length`` (null: not known yet).
        ``problem`` is why it failed or, in any other state, what it waits for. ``can`` says which calls make sense now.
        ``media_id`` is Studio's, once the media can be inserted. ``collection`` is ``{name, refused}``, or null for the
        person's own uploads; ``name`` is null where it has none. ``source`` is ``file`` or ``recording``; ``seconds``
        is how long a recording is, as far as is known; ``note`` what its owner should know though nothing failed.
        """
        can_insert = upload_states.can_insert(upload.state, upload.failed_in)
        return {
            "id": upload.id,
            "state": upload.state,
            "state_text": self._language.gettext(_WORDS[upload.state]),
            "title": upload.title,
            "description": upload.description,
            "filename": upload.filename,
            "length": upload.length,
            "received": upload.offset,
            "sent": upload.sent,
            "created_at": upload.created_at,
            "updated_at": upload.updated_at,
            "expires_at": upload.expires_at,
            "auto_captions": upload.auto_captions,
            "auto_captions_refused": upload.auto_captions_refused,
            "collection": self._collection(upload),
            "studio_status": upload.studio_status,
            "media_id": upload.media_id if can_insert else None,
            "problem": None if upload.problem is None else self.problem(upload.problem),
            "source": upload.source,
            "seconds": upload.seconds,
            "note": None if upload.note is None else self.problem(upload.note),
            "captions": [self.caption(caption) for caption in captions],
            "can": {
                "resume": upload.state is UploadState.RECEIVING,
                "edit": upload.state in upload_states.EDITABLE,
                "cancel": upload_states.may_cancel(upload.state, upload.failed_in),
                "retry": upload_states.may_retry(upload.state, upload.failed_in)
                or (upload.state in upload_states.WORK and upload.problem is not None),
                "insert": can_insert,
                "dismiss": upload.state in upload_states.ENDED,
            },
        }

    @staticmethod
    def _collection(upload: Upload) -> dict[str, Any] | None:
        if upload.collection_id is None and not upload.collection_refused:
            return None
        return {"name": upload.collection_name or None, "refused": upload.collection_refused}

    def caption(self, caption: UploadCaption) -> dict[str, Any]:
        """Write one caption file."""
        return {
            "id": caption.id,
            "language": caption.language,
            "language_name": self._language.language_name(caption.language),
            "filename": caption.filename,
            "state": caption.state,
            "problem": None if caption.problem is None else self.problem(caption.problem),
        }

    def mends(self, captions: CaptionFile) -> list[dict[str, Any]]:
        """Write what was mended in a caption file, and what of it SubRip cannot hold: ``{message, line, count}``.

        Each kind once: with the line where it was met first (null: it is of the whole file), and how often.
        """
        kinds: dict[str, list[Mend]] = {}
        for mend in captions.mends:
            kinds.setdefault(mend.message, []).append(mend)
        mended: list[dict[str, Any]] = [
            {
                "message": self._language.gettext(alike[0].message, **alike[0].values),
                "line": alike[0].line,
                "count": len(alike),
            }
            for alike in kinds.values()
        ]
        lost = [{"message": self._language.gettext(each), "line": None, "count": 1} for each in srt_losses(captions)]
        return mended + lost

    def problem(self, problem: Problem) -> dict[str, str]:
        """Write a problem, or a warning."""
        return {
            "code": problem.code,
            "message": self._language.gettext(problem.message, **problem.values),
            "next_step": self._language.gettext(problem.next_step, **problem.values),
        }
