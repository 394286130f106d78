"""Caption files that wait for their upload."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, delete, exists, insert, select, update

from lti.model import CaptionState, UploadCaption, UploadState
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.schema import upload_captions, uploads
from lti.store.upload_rows import caption_of, caption_row


class UploadCaptions:
    """Caption files by upload."""

    def __init__(self, database: Database) -> None:
        self._database = database
        this = (upload_captions.c.upload_id == bindparam("of")) & (upload_captions.c.id == bindparam("this"))
        self._list = Prepared(
            database,
            select(upload_captions)
            .where(upload_captions.c.upload_id == bindparam("of"))
            .order_by(upload_captions.c.language, upload_captions.c.id),
        )
        self._of_person = Prepared(
            database,
            select(upload_captions)
            .join(uploads, uploads.c.id == upload_captions.c.upload_id)
            .where(uploads.c.platform_id == bindparam("platform"), uploads.c.subject == bindparam("who"))
            .order_by(upload_captions.c.language, upload_captions.c.id),
        )
        held = exists().where(uploads.c.id == bindparam("of"), uploads.c.leased_by == bindparam("holder"))
        self._mark = Prepared(
            database,
            update(upload_captions)
            .where(this, upload_captions.c.state == bindparam("before"), held)
            .values(state=bindparam("now_state"), problem=bindparam("why"), known=bindparam("seen")),
        )
        self._delete = Prepared(
            database, delete(upload_captions).where(this, upload_captions.c.state == CaptionState.WAITING)
        )

    def add(self, caption: UploadCaption, was: Iterable[UploadState]) -> bool:
        """Keep a caption file, if its upload still takes any.

        The upload's row is locked meanwhile, as a worker's next step locks it: whoever lists the caption files after
        that step finds this one.

        :param was: the states that the upload may be in.
        :returns: whether it was kept.
        :raises StorageUnavailable: when the database does not answer.
        """
        takes = select(uploads.c.id).where(uploads.c.id == caption.upload_id, uploads.c.state.in_(sorted(was)))
        with self._database.transaction() as connection:
            if connection.execute(takes.with_for_update()).first() is None:
                return False
            connection.execute(insert(upload_captions), caption_row(caption))
        return True

    def of_upload(self, upload_id: str) -> list[UploadCaption]:
        """List the caption files of an upload, by language.

        :raises StorageUnavailable: when the database does not answer.
        """
        return [caption_of(row) for row in self._list.all(of=upload_id)]

    def of_person(self, platform_id: int, subject: str) -> list[UploadCaption]:
        """List the caption files of all uploads of a person, by language.

        :raises StorageUnavailable: when the database does not answer.
        """
        return [caption_of(row) for row in self._of_person.all(platform=platform_id, who=subject)]

    def mark(self, caption: UploadCaption, was: CaptionState, holder: str) -> bool:
        """Write down how far a caption file has come.

        :param was: how far it had come: one that was taken back, or that another worker sends, is left as it is.
        :param holder: of the claim on its upload.
        :returns: whether it was written.
        :raises StorageUnavailable: when the database does not answer.
        """
        row = caption_row(caption)
        met = self._mark.run(
            of=caption.upload_id,
            this=caption.id,
            before=was,
            holder=holder,
            now_state=row["state"],
            why=row["problem"],
            seen=row["known"],
        )
        return met == 1

    def remove(self, upload_id: str, caption_id: str) -> bool:
        """Take back a caption file that was not sent yet.

        :raises StorageUnavailable: when the database does not answer.
        """
        return self._delete.run(of=upload_id, this=caption_id) == 1
