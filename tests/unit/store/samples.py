"""Values to keep, each with everything filled in."""

from __future__ import annotations

from datetime import UTC, datetime

from lti.model import (
    Catalogue,
    ChosenTrack,
    DeepLinkingSettings,
    Embed,
    LoginRecord,
    MediaType,
    Scope,
    TrackOrigin,
    TrackState,
    Upload,
    UploadState,
)
from lti.store import CaptionText, CaptionVersion, TrackGrade

THEN = datetime(2026, 2, 3, 4, 5, 6, 789012, tzinfo=UTC)

SETTINGS = DeepLinkingSettings(
    return_url="https://canvas.example/courses/1/deep_linking_response?data=eyJhbGciOi.J9.secret-state",
    accept_types=frozenset({"ltiResourceLink", "html"}),
    accept_presentation_document_targets=frozenset({"iframe", "window"}),
    accept_multiple=True,
    data="opaque",
)


def login(platform_id: int) -> LoginRecord:
    return LoginRecord(platform_id, "a-nonce", "https://tool.example/lti/launch", "ab" * 32)


def embed(platform_id: int, embed_id: str = "embed-1", title: str = "A film") -> Embed:
    return Embed(
        id=embed_id,
        platform_id=platform_id,
        deployment_id="1:aa",
        context_id="c0ffee",
        made_by="teacher-1",
        catalogue=Catalogue.CANVAS,
        media_id="m-4uoGqVdEqXhpqu2ZMytHSy9XMV73aQ7E",
        attachment_id="42",
        verifier="the-file-verifier",
        scope=Scope.COURSE,
        scope_id="7",
        title=title,
        media_type=MediaType.VIDEO,
        tracks=(
            ChosenTrack("1", "es-419", "subtitles", TrackOrigin.HUMAN),
            ChosenTrack("2", "ar", "captions", TrackOrigin.MACHINE),
        ),
        default_track="2",
        start=1.25,
        end=0.1 + 0.2,
        show_transcript=True,
        created_at=THEN,
    )


def caption(track_id: str = "1", vtt: str = "WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n") -> CaptionText:
    return CaptionText(
        track_id=track_id,
        language="en",
        kind="subtitles",
        origin=TrackOrigin.HUMAN,
        state=TrackState.READY,
        vtt=vtt,
        updated_at=THEN,
        fetched_at=THEN,
    )


def upload(platform_id: int, upload_id: str) -> Upload:
    return Upload(
        id=upload_id,
        platform_id=platform_id,
        subject="teacher-1",
        context_id="c0ffee",
        course_id="17",
        title="A film",
        description="",
        filename="film.mp4",
        content_type="video/mp4",
        length=10,
        offset=0,
        state=UploadState.RECEIVING,
        created_at=THEN,
        updated_at=THEN,
        expires_at=THEN,
    )


def track_grade(track_id: str = "1", grade: str | None = "B") -> TrackGrade:
    return TrackGrade(
        track_id=track_id,
        updated_at=THEN,
        language="es-419",
        rules=1,
        verdict="graded",
        grade=grade,
        cues=120,
        covered=0.1 + 0.2,
        ends=61.25,
        graded_at=THEN,
        findings={"too_fast": 3, "overlap": 1},
    )


def caption_version(version_id: str = "v-1", language: str = "es", content: str = "WEBVTT\n") -> CaptionVersion:
    return CaptionVersion(version_id, language, language, "subtitles", content, "edited", "teacher-1", THEN)
