"""Taking uploads from people: creating one, its data, its end. What the protocol on the wire is, ``web.tus`` knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath

from lti.errors import (
    NotFound,
    ServiceNotConfigured,
    UploadBusy,
    UploadNotNow,
    UploadOffsetWrong,
    UploadOver,
    UploadTooLarge,
)
from lti.media.intake import LEASE_SECONDS, Checksum, Intake, Source
from lti.media.ports import Clock, Targets
from lti.media.rights import person
from lti.media.upload_rules import UploadRules
from lti.model import Platform, Problem, Upload, UploadSource, UploadState, Viewer
from lti.remote import about_studio
from lti.store import ChunkStore, Store

KEPT = timedelta(days=7)  # after the last sign of life
_TITLE = 255  # characters
_DESCRIPTION = 5000


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What is announced of a file."""

    filename: str
    content_type: str
    length: int | None  # bytes
    title: str = ""
    description: str = ""
    auto_captions: bool = False
    collection_id: str = ""  # of Studio's; empty: the person's library
    source: UploadSource = UploadSource.FILE


class Receiving:
    """Uploads while their bytes come in. Each belongs to the person who began it, and to nobody else."""

    def __init__(self, store: Store, chunks: ChunkStore, rules: UploadRules, clock: Clock, targets: Targets) -> None:
        """Take the parts.

        :param targets: knows which collections a person may put media into.
        """
        self._targets = targets
        self._store = store
        self._uploads = store.uploads
        self._chunks = chunks
        self._rules = rules
        self._clock = clock

    @property
    def rules(self) -> UploadRules:
        """What may be uploaded."""
        return self._rules

    def create(self, viewer: Viewer, platform: Platform, new: NewUpload) -> tuple[Upload, tuple[Problem, ...]]:
        """Begin an upload.

        :returns: it, and warnings about it.
        :raises ServiceNotConfigured: when the institution has no Studio that it could go to.
        :raises UploadRefused: when Studio takes no such files.
        :raises UploadTooLarge: when it is larger than may be.
        :raises NotAllowed: when a collection is named that the person may not put media into.
        :raises GrantError: when one is named, and there is no consent to ask Studio about it by.
        :raises RemoteError: when one is named, and Studio does not answer.
        :raises UploadQuota: when the person has too much on its way. Two that begin in one moment may both pass.
        """
        subject = person(viewer, platform)
        if self._store.institutions.get(platform.id).studio is None:
            with about_studio():
                raise ServiceNotConfigured(f"platform {platform.id} has no Studio")
        warnings = self._rules.check(new.filename, new.content_type, new.length, new.source)
        self._rules.check_quota(*self._uploads.unfinished(platform.id, subject), new.length)
        target = self._targets.target(viewer, platform, new.collection_id) if new.collection_id else None
        now = self._clock()
        name = PurePosixPath(new.filename.replace("\\", "/")).name[-_TITLE:]
        upload = Upload(
            id=self._uploads.new_id(),
            platform_id=platform.id,
            subject=subject,
            context_id=viewer.context_id,
            course_id=viewer.canvas_course_id,
            title=clean_title(new.title) or clean_title(PurePosixPath(name).stem) or "?",
            description=clean_description(new.description),
            filename=name,
            content_type=new.content_type[:_TITLE],
            length=new.length,
            offset=0,
            state=UploadState.RECEIVING,
            created_at=now,
            updated_at=now,
            expires_at=now + KEPT,
            auto_captions=new.auto_captions,
            collection_id=target.id if target else None,
            collection_name=clean_title(target.name or "") if target else None,
            email=viewer.email,
            source=new.source,
        )
        self._uploads.add(upload)
        return upload, warnings

    def look(self, viewer: Viewer, platform: Platform, upload_id: str) -> Upload:
        """Find an upload of the person.

        :raises NotFound: when there is none, or it is someone else's.
        """
        upload = self._uploads.get(platform.id, person(viewer, platform), upload_id)
        if upload is None:
            raise NotFound("no such upload of this person")
        return upload

    def stand(self, viewer: Viewer, platform: Platform, upload_id: str) -> Upload:
        """Tell where an upload stands, for whoever wants to go on with it.

        :raises NotFound: when there is none, or it is someone else's.
        :raises UploadOver: when it was cancelled, or has expired.
        """
        upload = self.look(viewer, platform, upload_id)
        if upload.state is UploadState.CANCELLED or (
            upload.state is UploadState.FAILED and upload.failed_in is UploadState.RECEIVING
        ):
            raise UploadOver(f"the upload is {upload.state}")
        return upload

    def announce(self, viewer: Viewer, platform: Platform, upload_id: str, length: int) -> None:
        """Take the length of an upload that was begun without one; the same length twice is no matter.

        :raises UploadNotNow: when it has another one already, or more data than that.
        :raises UploadTooLarge: when it is more than may be.
        :raises UploadQuota: when it is more than the person may have on its way.
        """
        upload = self.stand(viewer, platform, upload_id)
        if upload.length == length:
            return
        self._rules.check(upload.filename, upload.content_type, length, upload.source)
        self._left(upload, length - upload.offset)
        if not self._uploads.data.announce(upload_id, length):
            raise UploadNotNow("the length is known, or less than what is here")

    def receive(
        self,
        viewer: Viewer,
        platform: Platform,
        upload_id: str,
        *,
        offset: int,
        source: Source,
        size: int | None,
        checksum: Checksum | None = None,
        seconds: float | None = None,
    ) -> Upload:
        """Take data from a connection.

        :param offset: where the client believes that the upload stands.
        :param size: bytes that are announced.
        :param seconds: how long a recording is with them, as its page says.
        :returns: the upload as it stands now; after a connection that was cut, with what came.
        :raises UploadOffsetWrong: when it stands elsewhere.
        :raises UploadBusy: when another connection sends.
        :raises UploadTooLarge: when more comes than was announced for the whole.
        :raises UploadQuota: when nothing was announced, and more comes than the person may have on its way.
        :raises UploadChecksumWrong: when the data is not what was sent; none of it counts.
        :raises StorageUnavailable: when it cannot be kept; what could be counts.
        """
        upload = self.stand(viewer, platform, upload_id)
        if upload.offset != offset:
            raise UploadOffsetWrong(f"at {upload.offset}, not {offset}")
        if upload.state is not UploadState.RECEIVING:
            if size == 0:  # a client that lost our last answer asks like this
                return upload
            raise UploadTooLarge("the upload is complete")
        if upload.length is None:
            room = min(self._rules.most_of(upload.source) - offset, self._left(upload, 1 if size is None else size))
        else:
            room = upload.length - offset
        if size is not None and size > room:
            raise UploadTooLarge(f"{size} bytes where {room} are missing")
        holder = self._uploads.data.begin(upload_id, offset, LEASE_SECONDS)
        if holder is None:
            raise self._not_first(viewer, platform, upload_id, offset)
        intake = Intake(
            self._store,
            self._chunks,
            upload_id,
            holder,
            offset=offset,
            room=room,
            whole=None if upload.source is UploadSource.RECORDING else upload.length,
            checksum=checksum,
            expires=lambda: self._clock() + KEPT,
        )
        try:
            intake.take(source, size)
        finally:
            self._uploads.data.end(upload_id, holder)
        if seconds is not None and upload.source is UploadSource.RECORDING:
            self._uploads.change(upload_id, {UploadState.RECEIVING}, seconds=seconds)
        return self.look(viewer, platform, upload_id)

    def _left(self, upload: Upload, needed: int) -> int:
        """Give how many bytes may still come, beside those that are here."""
        return self._rules.room(*self._uploads.unfinished(upload.platform_id, upload.subject), needed)

    def _not_first(self, viewer: Viewer, platform: Platform, upload_id: str, offset: int) -> Exception:
        upload = self.stand(viewer, platform, upload_id)
        if upload.offset != offset:
            return UploadOffsetWrong(f"at {upload.offset} by now, not {offset}")
        return UploadBusy("another connection sends data", retry_after=LEASE_SECONDS)


def clean_title(text: str) -> str:
    """Make one line of a title, no longer than Studio shows."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:_TITLE].rstrip()


def clean_description(text: str) -> str:
    """Cut a description to what we keep."""
    return text.strip()[:_DESCRIPTION]
