"""Between an upload and its row."""

from __future__ import annotations

import json
from typing import Any

from lti.model import CaptionState, Problem, Upload, UploadCaption, UploadSource, UploadState
from lti.store.crypto import SecretBox


def to_row(upload: Upload, box: SecretBox) -> dict[str, Any]:
    """Give the columns of an upload, but for its lease."""
    row = {name: getattr(upload, name) for name in Upload.__dataclass_fields__ if name != "offset"}
    return {**columns(row, box), "received": upload.offset}


def columns(values: dict[str, Any], box: SecretBox) -> dict[str, Any]:
    """Turn members of an upload into what their columns hold."""
    kept = dict(values)
    for name in ("problem", "note"):
        if name in kept:
            kept[name] = problem_text(kept[name])
    for name in ("email", "upload_url"):
        if kept.get(name) is not None:
            kept[name] = box.seal(kept[name])
    return kept


def from_row(row: Any, box: SecretBox) -> Upload:
    """Read an upload.

    :raises ConfigurationError: when its address was sealed with a key that is gone.
    """
    return Upload(
        id=row.id,
        platform_id=row.platform_id,
        subject=row.subject,
        context_id=row.context_id,
        course_id=row.course_id,
        title=row.title,
        description=row.description,
        filename=row.filename,
        content_type=row.content_type,
        length=row.length,
        offset=row.received,
        state=UploadState(row.state),
        created_at=row.created_at,
        updated_at=row.updated_at,
        expires_at=row.expires_at,
        auto_captions=row.auto_captions,
        auto_captions_refused=row.auto_captions_refused,
        collection_id=row.collection_id,
        collection_name=row.collection_name,
        collection_refused=row.collection_refused,
        failed_in=None if row.failed_in is None else UploadState(row.failed_in),
        problem=problem_of(row.problem),
        sent=row.sent,
        media_id=row.media_id,
        email=None if row.email is None else box.open(row.email),
        upload_url=None if row.upload_url is None else box.open(row.upload_url),
        studio_status=row.studio_status,
        attempts=row.attempts,
        next_try_at=row.next_try_at,
        has_chunks=row.has_chunks,
        source=UploadSource(row.source),
        seconds=row.seconds,
        trim_start=row.trim_start,
        trim_end=row.trim_end,
        mended=row.mended,
        note=problem_of(row.note),
    )


def caption_row(caption: UploadCaption) -> dict[str, Any]:
    """Give the columns of a caption file."""
    return {
        "upload_id": caption.upload_id,
        "id": caption.id,
        "language": caption.language,
        "filename": caption.filename,
        "srt": caption.text,
        "state": caption.state,
        "problem": problem_text(caption.problem),
        "known": json.dumps(sorted(caption.known)),
    }


def caption_of(row: Any) -> UploadCaption:
    """Read a caption file."""
    return UploadCaption(
        id=row.id,
        upload_id=row.upload_id,
        language=row.language,
        filename=row.filename,
        text=row.srt,
        state=CaptionState(row.state),
        problem=problem_of(row.problem),
        known=frozenset(json.loads(row.known)),
    )


def problem_text(problem: Problem | None) -> str | None:
    """Write a problem down."""
    if problem is None:
        return None
    return json.dumps([problem.code, problem.message, problem.next_step, dict(problem.values)])


def problem_of(text: str | None) -> Problem | None:
    """Read a problem."""
    return None if text is None else Problem(*json.loads(text))
