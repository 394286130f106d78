"""Sending an upload's caption files to Studio: each once, as far as can be told, whoever died in between."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from lti.errors import N_, CuedeckError, RemoteRejected
from lti.media.claims import Claim
from lti.media.ports import StudioUploads
from lti.model import CaptionState, Problem, Upload, UploadCaption
from lti.store import Store

_REFUSED: Final = N_("Studio did not accept this caption file.")


class CaptionSending:
    """Sends them, and writes down how far each has come."""

    def __init__(self, store: Store) -> None:
        """Take the store."""
        self._captions = store.uploads.captions

    def send(self, upload: Upload, claim: Claim, studio: StudioUploads) -> None:
        """Send those that wait. One that Studio does not take is marked so, and holds up no other.

        :raises ClaimLost: when the upload is somebody else's by now.
        :raises RemoteError: when Studio cannot be asked.
        """
        media_id = upload.media_id or ""
        for caption in self._captions.of_upload(upload.id):
            claim.check()
            try:
                if caption.state is CaptionState.SENDING:
                    caption = self._found_again(studio, media_id, caption)
                if caption.state is CaptionState.WAITING:
                    known = studio.caption_ids(media_id, caption.language)
                    caption = self._mark(caption, CaptionState.SENDING, known=known)
                    studio.add_caption(media_id, caption.language, caption.text)
                    self._mark(caption, CaptionState.SENT)
            except RemoteRejected as error:
                problem = dataclasses.replace(problem_of(error), message=_REFUSED)
                self._mark(caption, CaptionState.FAILED, problem=problem)

    def _found_again(self, studio: StudioUploads, media_id: str, caption: UploadCaption) -> UploadCaption:
        """Tell whether a caption file that was on its way when a worker died has arrived."""
        arrived = studio.caption_ids(media_id, caption.language) - caption.known
        return self._mark(caption, CaptionState.SENT if arrived else CaptionState.WAITING)

    def _mark(self, caption: UploadCaption, state: CaptionState, **members: Any) -> UploadCaption:
        caption = dataclasses.replace(caption, state=state, **members)
        self._captions.mark(caption)
        return caption


def problem_of(error: CuedeckError) -> Problem:
    """Write an error down."""
    return Problem(error.code, error.message, error.next_step, error.values)
