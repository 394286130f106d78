"""Sending an upload's caption files to Studio: each once, as far as can be told, whoever died in between."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import Any, Final

from lti.errors import N_, CuedeckError, RemoteRejected, RemoteUnavailable
from lti.media.claims import Claim
from lti.media.ports import StudioUploads
from lti.model import CaptionState, Problem, Upload, UploadCaption
from lti.remote import NotReached
from lti.store import Store

_REFUSED: Final = N_("Studio did not accept this caption file.")


class _Elsewhere(Exception):
    """Raised when a caption file is not as it was listed."""


class CaptionSending:
    """Sends them, and writes down how far each has come."""

    def __init__(self, store: Store, *, doubt: float) -> None:
        """Take the store.

        :param doubt: seconds within which Studio has certainly done what it did not answer in time.
        """
        self._captions = store.uploads.captions
        self._doubt = doubt

    def send(self, upload: Upload, claim: Claim, studio: StudioUploads) -> None:
        """Send those that wait. One that Studio does not take is marked so, and holds up no other.

        :raises ClaimLost: when the upload is somebody else's by now.
        :raises RemoteError: when Studio cannot be asked.
        """
        media_id = upload.media_id or ""
        for caption in self._captions.of_upload(upload.id):
            claim.check()
            with contextlib.suppress(_Elsewhere):  # another worker's by now: then the upload's next step is not ours
                self._send(studio, media_id, caption, claim)

    def _send(self, studio: StudioUploads, media_id: str, caption: UploadCaption, claim: Claim) -> None:
        try:
            if caption.state is CaptionState.SENDING:
                caption = self._found_again(studio, media_id, caption, claim)
            if caption.state is CaptionState.WAITING:
                known = studio.caption_ids(media_id, caption.language)
                caption = self._mark(caption, claim, CaptionState.SENDING, known=known)
                self._add(studio, media_id, caption)
                self._mark(caption, claim, CaptionState.SENT)
        except RemoteRejected as error:
            problem = dataclasses.replace(problem_of(error), message=_REFUSED)
            self._mark(caption, claim, CaptionState.FAILED, problem=problem)

    def _add(self, studio: StudioUploads, media_id: str, caption: UploadCaption) -> None:
        try:
            studio.add_caption(media_id, caption.language, caption.text)
        except NotReached:
            raise
        except RemoteUnavailable as error:
            # It may still be at it: who looked now, and did not find the file, would send it twice.
            error.retry_after = max(error.retry_after or 0.0, self._doubt)
            raise

    def _found_again(self, studio: StudioUploads, media_id: str, caption: UploadCaption, claim: Claim) -> UploadCaption:
        """Tell whether a caption file has arrived that was on its way when a worker died, or had no answer."""
        arrived = studio.caption_ids(media_id, caption.language) - caption.known
        return self._mark(caption, claim, CaptionState.SENT if arrived else CaptionState.WAITING)

    def _mark(self, caption: UploadCaption, claim: Claim, state: CaptionState, **members: Any) -> UploadCaption:
        marked = dataclasses.replace(caption, state=state, **members)
        if not self._captions.mark(marked, caption.state, claim.holder):
            raise _Elsewhere(caption.id)
        return marked


def problem_of(error: CuedeckError) -> Problem:
    """Write an error down."""
    return Problem(error.code, error.message, error.next_step, error.values)
