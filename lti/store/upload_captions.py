"""Caption files that wait for their upload."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, insert, select, update

from lti.model import CaptionState, UploadCaption
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.schema import upload_captions, uploads
from lti.store.upload_rows import caption_of, caption_row


class UploadCaptions:
    """Caption files by upload."""

    def __init__(self, database: Database) -> None:
        this = (upload_captions.c.upload_id == bindparam("of")) & (upload_captions.c.id == bindparam("this"))
        self._insert = Prepared(database, insert(upload_captions))
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
        self._mark = Prepared(
            database,
            update(upload_captions)
            .where(this)
            .values(state=bindparam("now_state"), problem=bindparam("why"), known=bindparam("seen")),
        )
        self._delete = Prepared(
            database, delete(upload_captions).where(this, upload_captions.c.state == CaptionState.WAITING)
        )

    def add(self, caption: UploadCaption) -> None:
        """Keep a caption file.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._insert.run(**caption_row(caption))

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

    def mark(self, caption: UploadCaption) -> None:
        """Write down how far a caption file has come.

        :raises StorageUnavailable: when the database does not answer.
        """
        row = caption_row(caption)
        self._mark.run(
            of=caption.upload_id, this=caption.id, now_state=row["state"], why=row["problem"], seen=row["known"]
        )

    def remove(self, upload_id: str, caption_id: str) -> bool:
        """Take back a caption file that was not sent yet.

        :raises StorageUnavailable: when the database does not answer.
        """
        return self._delete.run(of=upload_id, this=caption_id) == 1
