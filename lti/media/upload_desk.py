"""What a person can do with their uploads beside sending bytes: look, describe, caption, cancel, retry, put away."""

from __future__ import annotations

import contextlib
import secrets
from datetime import timedelta
from typing import Any

from lti.captions import CaptionFile, read, write_srt
from lti.errors import N_, CaptionError, CaptionsSent, ChunksUnavailable, InputError, NotFound, UploadNotNow
from lti.media import upload_states
from lti.media.ports import Clock
from lti.media.receiving import KEPT, clean_description, clean_title
from lti.media.rights import person
from lti.model import CaptionState, Platform, Upload, UploadCaption, UploadState, Viewer
from lti.remote.language import UNDETERMINED, bcp47
from lti.store import ChunkStore, Store

SHOWN = timedelta(days=30)  # after its end
_MOST_CAPTIONS = 50
_NAME = 255  # characters


class UploadDesk:
    """A person's uploads, and nobody else's."""

    def __init__(self, store: Store, chunks: ChunkStore, clock: Clock) -> None:
        """Take the parts."""
        self._uploads = store.uploads
        self._chunks = chunks
        self._clock = clock

    def listed(self, viewer: Viewer, platform: Platform) -> list[tuple[Upload, list[UploadCaption]]]:
        """List the uploads of the person, newest first, from whatever launch."""
        subject = person(viewer, platform)
        captions: dict[str, list[UploadCaption]] = {}
        for caption in self._uploads.captions.of_person(platform.id, subject):
            captions.setdefault(caption.upload_id, []).append(caption)
        return [(each, captions.get(each.id, [])) for each in self._uploads.of_person(platform.id, subject)]

    def one(self, viewer: Viewer, platform: Platform, upload_id: str) -> tuple[Upload, list[UploadCaption]]:
        """Look at one.

        :raises NotFound: when there is none, or it is someone else's.
        """
        return self._look(viewer, platform, upload_id), self._uploads.captions.of_upload(upload_id)

    def edit(
        self,
        viewer: Viewer,
        platform: Platform,
        upload_id: str,
        *,
        title: str | None = None,
        description: str | None = None,
        auto_captions: bool | None = None,
    ) -> Upload:
        """Change what goes to Studio at the end; None leaves a value as it is.

        :raises UploadNotNow: when it went there already.
        """
        self._look(viewer, platform, upload_id)
        members: dict[str, Any] = {}
        if title is not None:
            members["title"] = clean_title(title)
            if not members["title"]:
                raise InputError("an empty title")
        if description is not None:
            members["description"] = clean_description(description)
        if auto_captions is not None:
            members["auto_captions"] = auto_captions
        if not self._uploads.change(upload_id, upload_states.EDITABLE, **members):
            raise UploadNotNow("Studio has it already")
        return self._look(viewer, platform, upload_id)

    def cancel(self, viewer: Viewer, platform: Platform, upload_id: str) -> Upload:
        """Call an upload back, and remove what we have of it. A worker that sends it finds out, and stops.

        :raises UploadNotNow: when Studio has it already.
        """
        upload = self._look(viewer, platform, upload_id)
        if upload.state is UploadState.CANCELLED:
            return upload
        if not upload_states.may_cancel(upload.state, upload.failed_in) or not self._uploads.change(
            upload_id,
            upload_states.CANCELLABLE,
            state=UploadState.CANCELLED,
            problem=None,
            failed_in=None,
            upload_url=None,
            next_try_at=None,
            leased_by=None,
            leased_until=None,
            ahead_by=None,
            ahead_until=None,
            expires_at=self._clock() + SHOWN,
        ):
            raise UploadNotNow("Studio has it already")
        with contextlib.suppress(ChunksUnavailable):  # housekeeping removes them later
            self._chunks.clear(upload_id)
            self._uploads.work.without_chunks(upload_id)
        return self._look(viewer, platform, upload_id)

    def retry(self, viewer: Viewer, platform: Platform, upload_id: str) -> Upload:
        """Let a failed upload go on where it failed, or one that waits go on at once.

        :raises UploadNotNow: when there is nothing to go on with.
        """
        upload = self._look(viewer, platform, upload_id)
        now = self._clock()
        if upload_states.may_retry(upload.state, upload.failed_in):
            changed = self._uploads.change(
                upload_id,
                {UploadState.FAILED},
                state=upload.failed_in,
                failed_in=None,
                problem=None,
                attempts=0,
                next_try_at=now,
                expires_at=now + KEPT,
            )
        elif upload.state in upload_states.WORK:
            changed = self._uploads.change(upload_id, upload_states.WORK, next_try_at=now)
        else:
            changed = False
        if not changed:
            raise UploadNotNow(f"nothing to retry of an upload that is {upload.state}")
        return self._look(viewer, platform, upload_id)

    def dismiss(self, viewer: Viewer, platform: Platform, upload_id: str) -> None:
        """Take an upload that has ended off the list. Of one that failed, what we have is removed.

        :raises UploadNotNow: when it has not ended: it can be cancelled.
        :raises ChunksUnavailable: when its data cannot be removed just now.
        """
        upload = self._look(viewer, platform, upload_id)
        if upload.state not in upload_states.ENDED:
            raise UploadNotNow("it has not ended")
        if upload.has_chunks:
            self._chunks.clear(upload_id)
        self._uploads.remove(upload_id)

    def add_caption(
        self, viewer: Viewer, platform: Platform, upload_id: str, *, language: str, filename: str, content: bytes
    ) -> tuple[UploadCaption, CaptionFile]:
        """Keep a caption file for an upload, in whatever format it comes, as the SubRip that Studio takes.

        :param language: a BCP 47 tag.
        :returns: it, and what was read, with what was mended in it.
        :raises CaptionError: when it cannot be read; it names line and cue.
        :raises InputError: when the language is none, or there are too many files.
        :raises CaptionsSent: when the upload is past that.
        """
        upload = self._look(viewer, platform, upload_id)
        if upload.state not in upload_states.TAKES_CAPTIONS:
            raise CaptionsSent("its captions have been sent")
        tag = bcp47(language)
        if tag == UNDETERMINED or len(self._uploads.captions.of_upload(upload_id)) >= _MOST_CAPTIONS:
            raise InputError(f"language {language[:40]!r}, or too many files")
        captions = _read(content)
        caption = UploadCaption(
            id=secrets.token_urlsafe(9),
            upload_id=upload_id,
            language=tag,
            filename=clean_title(filename)[:_NAME],
            text=write_srt(captions),
            state=CaptionState.WAITING,
        )
        if not self._uploads.captions.add(caption, upload_states.TAKES_CAPTIONS):
            # While the file was read, a worker went on, or the upload was put away.
            self._look(viewer, platform, upload_id)
            raise CaptionsSent("its captions have been sent meanwhile")
        return caption, captions

    def remove_caption(self, viewer: Viewer, platform: Platform, upload_id: str, caption_id: str) -> None:
        """Take a caption file back.

        :raises NotFound: when there is none.
        :raises UploadNotNow: when it was sent.
        """
        self._look(viewer, platform, upload_id)
        if not self._uploads.captions.remove(upload_id, caption_id):
            if all(each.id != caption_id for each in self._uploads.captions.of_upload(upload_id)):
                raise NotFound("no such caption file")
            raise UploadNotNow("it was sent")

    def _look(self, viewer: Viewer, platform: Platform, upload_id: str) -> Upload:
        upload = self._uploads.get(platform.id, person(viewer, platform), upload_id)
        if upload is None:
            raise NotFound("no such upload of this person")
        return upload


def _read(content: bytes) -> CaptionFile:
    """Read a caption file; where it cannot be, say the place to the person who chose it."""
    try:
        return read(content, mend=True)
    except CaptionError as error:
        error.message = N_("This caption file cannot be read from line %(line)s, caption %(cue)s, on.")
        error.next_step = N_("Choose a SubRip, WebVTT, SBV, TTML or SCC file, or mend this one there.")
        error.values = {"line": str(error.line or 1), "cue": str(error.cue or 1)}
        raise
