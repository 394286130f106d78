"""Carrying an upload to Studio, step by step: each is written down before it is taken, and each may be repeated.

*Exactly once*, as far as Studio's API permits. Asking for an address (``POST /media/uploads``) twice leaves one that is
never used: an upload that is not completed never becomes a media. Bytes that are put twice, to one address or two, are
still one media: only the address that was written down last is completed. Completing twice answers 409, which is
success. A caption file has no such answer: so the files that Studio has are written down before one is sent, and after
a crash a new one in that language is the one that was sent.
"""

from __future__ import annotations

import contextlib
import logging
import random
from datetime import timedelta
from typing import Any, Final

from lti.errors import (
    N_,
    AutoCaptionsUnavailable,
    ChunksUnavailable,
    CuedeckError,
    GrantError,
    NotAllowed,
    RemoteError,
    RemoteGone,
    RemoteNotPermitted,
    RemoteRejected,
    RemoteUnavailable,
    StorageUnavailable,
    UploadDataLost,
    UploadError,
    UploadStuck,
)
from lti.media import upload_states
from lti.media.auto_captions import AutoCaptions
from lti.media.caption_sending import CaptionSending, problem_of
from lti.media.claims import Claim, ClaimLost
from lti.media.intake import LEASE_SECONDS
from lti.media.ports import Clock, StudioForUploads, StudioUploads
from lti.media.receiving import KEPT
from lti.media.recording_mending import RecordingMending
from lti.media.sending_ahead import SendingAhead
from lti.media.upload_desk import SHOWN
from lti.media.upload_rules import PREPARING_FAILED
from lti.model import Problem, Upload, UploadSource, UploadState
from lti.store import ChunkStore, Store

_log = logging.getLogger(__name__)

_S = UploadState
_CONSENT_PAUSE: Final = 30.0  # seconds between two looks whether somebody has consented
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 600.0  # seconds after a failure that may pass
_DOUBT: Final = 15  # first pauses, after a call with effects that had no answer in time
_MOST_ATTEMPTS: Final = 60  # about nine hours of one step failing
_FIRST_LOOK, _LONGEST_LOOK = 1.0, 60.0  # seconds between two looks at transcoding
_PATIENCE: Final = timedelta(days=3)  # with transcoding
_PERMANENT: Final = (RemoteNotPermitted, RemoteGone, RemoteRejected, UploadError)
_NOT_TAKEN: Final = N_("Studio's storage did not take the file.")


class Carrier:
    """Takes uploads that were claimed as far as they will go."""

    def __init__(
        self,
        store: Store,
        chunks: ChunkStore,
        studio: StudioForUploads,
        clock: Clock,
        *,
        first_pause: float = _FIRST_PAUSE,
        first_look: float = _FIRST_LOOK,
        patience: float = LEASE_SECONDS,
    ) -> None:
        """Take the parts.

        :param first_pause: seconds after a first failure; each further one waits twice as long.
        :param first_look: seconds until the first look at transcoding.
        :param patience: seconds without anything new of an upload that is sent while it comes in.
        """
        self._uploads = store.uploads
        self._captions = CaptionSending(store, doubt=_DOUBT * first_pause)
        self._auto_captions = AutoCaptions(store)
        self._mending = RecordingMending(store, chunks)
        self._ahead = SendingAhead(store, chunks, studio, patience=patience)
        self._chunks = chunks
        self._studio = studio
        self._clock = clock
        self._first_pause = first_pause
        self._first_look = first_look

    def carry(self, upload: Upload, claim: Claim) -> None:
        """Go on until the upload is ready, waits for something, or is no longer ours. Raises nothing."""
        try:
            if upload.state is _S.RECEIVING:
                upload = self._ahead.send(upload, claim)
            while upload.state in upload_states.WORK:
                claim.check()
                before = upload
                try:
                    upload = self._on(upload, claim)
                except CuedeckError as error:
                    self._failed(self._now(before), claim, error)
                    return
                if upload.next_try_at is not None and upload.next_try_at > self._clock():
                    return
        except ClaimLost:
            _log.info("upload %s is left to others", upload.id)
        except StorageUnavailable as error:
            _log.warning("upload %s stays where it is: %s", upload.id, error.detail)
        except Exception:  # noqa: BLE001 - one upload that we fail at must not keep the others from theirs
            _log.exception("upload %s met a mistake of ours", upload.id)
            self._unexpected(upload, claim)

    def _on(self, upload: Upload, claim: Claim) -> Upload:
        """Take the next step; mending needs no Studio, and nobody's consent."""
        if upload.state is _S.RECEIVED and upload.source is UploadSource.RECORDING and not upload.mended:
            return self._to(upload, claim, _S.MENDING)
        if upload.state is _S.MENDING:
            self._mending.mend(upload, claim)
            return self._now(upload)
        with self._studio.for_upload(upload) as studio:
            return self._step(upload, claim, studio)

    def _step(self, upload: Upload, claim: Claim, studio: StudioUploads) -> Upload:
        match upload.state:
            case _S.RECEIVED:
                return self._to(upload, claim, _S.SENDING, media_id=None, upload_url=None, sent=0)
            case _S.SENDING:
                return self._send(upload, claim, studio)
            case _S.SENT:
                return self._to(upload, claim, _S.COMPLETING)
            case _S.COMPLETING:
                return self._complete(upload, claim, studio)
            case _S.CAPTIONING:
                return self._caption(upload, claim, studio)
            case _:
                return self._look(upload, claim, studio)

    def _send(self, upload: Upload, claim: Claim, studio: StudioUploads) -> Upload:
        if upload.upload_url is None:
            try:
                slot = studio.begin_upload(upload.collection_id)
            except (NotAllowed, RemoteNotPermitted, RemoteGone, RemoteRejected) as error:
                if upload.collection_id is None:
                    raise
                # The collection is gone, or no longer theirs: no reason to lose the upload.
                _log.info("upload %s goes to its owner's library: %s", upload.id, error)
                return self._stay(upload, claim, collection_id=None, collection_refused=True)
            return self._stay(upload, claim, media_id=slot.media_id, upload_url=slot.url, sent=0)
        chunks = self._uploads.data.chunks(upload.id)
        length = sum(chunk.size for chunk in chunks)
        if length != upload.length:
            raise UploadDataLost(f"{length} bytes of {upload.length}")
        try:
            studio.put_upload(upload.upload_url, length, claim.counted(self._chunks.read(upload.id, chunks)))
        except RemoteNotPermitted as error:
            # The address has ended, or it was used by a worker that died before it could say so.
            again = self._stay(upload, claim, upload_url=None, media_id=None, attempts=upload.attempts + 1)
            if upload.attempts:  # not for the first time: with pauses from now on
                raise RemoteUnavailable(error.detail, message=_NOT_TAKEN) from error
            _log.info("upload %s gets another address: %s", upload.id, error.detail)
            return again
        finally:
            claim.sent = None
        return self._to(upload, claim, _S.SENT, sent=length)

    def _complete(self, upload: Upload, claim: Claim, studio: StudioUploads) -> Upload:
        try:
            studio.complete_upload(
                upload.media_id or "",
                title=upload.title,
                description=upload.description,
                auto_captions=upload.auto_captions,
            )
        except AutoCaptionsUnavailable:
            if not upload.auto_captions:
                raise
            self._auto_captions.refused(upload.platform_id)
            return self._stay(upload, claim, auto_captions=False, auto_captions_refused=True)
        upload = self._to(upload, claim, _S.CAPTIONING, upload_url=None)
        self._clear(upload)
        return upload

    def _caption(self, upload: Upload, claim: Claim, studio: StudioUploads) -> Upload:
        self._captions.send(upload, claim, studio)
        wait = self._clock() + timedelta(seconds=self._first_look)
        return self._to(upload, claim, _S.TRANSCODING, next_try_at=wait)

    def _look(self, upload: Upload, claim: Claim, studio: StudioUploads) -> Upload:
        progress = studio.progress(upload.media_id or "")
        now = self._clock()
        if progress.failed:
            return self._end(upload, claim, PREPARING_FAILED, failed_in=_S.TRANSCODING, studio_status=progress.status)
        if progress.ready:
            return self._to(
                upload,
                claim,
                _S.READY,
                studio_status=progress.status,
                collection_refused=upload.collection_refused or self._is_elsewhere(upload, studio),
                next_try_at=None,
                expires_at=now + SHOWN,
            )
        if now - upload.created_at > _PATIENCE:
            raise UploadStuck(f"still {progress.status!r}")
        looks = min(upload.attempts, 30)
        wait = min(self._first_look * 1.5**looks, _LONGEST_LOOK)
        return self._stay(
            upload,
            claim,
            studio_status=progress.status,
            attempts=upload.attempts + 1,
            next_try_at=now + timedelta(seconds=wait),
        )

    def _is_elsewhere(self, upload: Upload, studio: StudioUploads) -> bool:
        """Tell whether Studio put a media elsewhere than was asked. Where it does not say, nothing is said."""
        if upload.collection_id is None:
            return False
        with contextlib.suppress(RemoteError):
            return not studio.is_in(upload.media_id or "", upload.collection_id)
        return False

    # --- writing down -------------------------------------------------------------------------------------------------

    def _to(self, upload: Upload, claim: Claim, state: UploadState, **members: Any) -> Upload:
        """Write the next state down."""
        upload_states.check(upload.state, state)
        return self._write(upload, claim, state=state, problem=None, **{"attempts": 0, **members})

    def _stay(self, upload: Upload, claim: Claim, **members: Any) -> Upload:
        """Write something down within a state."""
        return self._write(upload, claim, problem=None, **members)

    def _write(self, upload: Upload, claim: Claim, **members: Any) -> Upload:
        if not self._uploads.change(upload.id, {upload.state}, held_by=claim.holder, **members):
            raise ClaimLost(upload.id)
        return self._now(upload)

    def _now(self, upload: Upload) -> Upload:
        found = self._uploads.find(upload.id)
        if found is None:
            raise ClaimLost(upload.id)
        return found

    def _clear(self, upload: Upload) -> None:
        """Remove the chunks of what Studio has; where that fails, housekeeping does it later."""
        try:
            self._chunks.clear(upload.id)
            self._uploads.work.without_chunks(upload.id)
        except ChunksUnavailable as error:
            _log.warning("chunks of upload %s stay for now: %s", upload.id, error.detail)

    # --- what went wrong ----------------------------------------------------------------------------------------------

    def _failed(self, upload: Upload, claim: Claim, error: CuedeckError) -> None:
        if isinstance(error, StorageUnavailable) and not isinstance(error, ChunksUnavailable):
            raise error
        _log.info("upload %s, %s: %s", upload.id, upload.state, error)
        problem = problem_of(error)
        if isinstance(error, GrantError | NotAllowed):  # NotAllowed: Studio does not know the person yet
            self._wait(upload, claim, problem, _CONSENT_PAUSE, upload.attempts)
        elif isinstance(error, _PERMANENT) or upload.attempts >= _MOST_ATTEMPTS:
            # Studio does not know the address any more: a retry sends our bytes to a new one.
            anew = isinstance(error, RemoteGone | RemoteRejected) and upload.state in {
                _S.SENDING,
                _S.SENT,
                _S.COMPLETING,
            }
            self._end(upload, claim, problem, failed_in=_S.RECEIVED if anew else upload.state)
        else:
            longest = min(self._first_pause * 2**upload.attempts, _LONGEST_PAUSE)
            pause = max(longest * random.uniform(0.7, 1.0), error.retry_after or 0.0)  # noqa: S311 - not a secret
            self._wait(upload, claim, problem, pause, upload.attempts + 1)

    def _wait(self, upload: Upload, claim: Claim, problem: Problem, seconds: float, attempts: int) -> None:
        at = self._clock() + timedelta(seconds=seconds)
        self._write(upload, claim, problem=problem, next_try_at=at, attempts=attempts)

    def _end(self, upload: Upload, claim: Claim, problem: Problem, *, failed_in: UploadState, **members: Any) -> Upload:
        upload_states.check(upload.state, _S.FAILED)
        return self._write(
            upload,
            claim,
            state=_S.FAILED,
            failed_in=failed_in,
            problem=problem,
            next_try_at=None,
            expires_at=self._clock() + KEPT,
            **members,
        )

    def _unexpected(self, upload: Upload, claim: Claim) -> None:
        """Keep a mistake of ours from coming back at once, for ever."""
        try:
            self._failed(self._now(upload), claim, CuedeckError("a mistake of ours"))
        except (ClaimLost, CuedeckError) as error:
            _log.warning("upload %s: %s", upload.id, error)
