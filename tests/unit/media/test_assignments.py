"""Which recordings an assignment takes."""

from __future__ import annotations

import pytest

from lti.media import refusal, takes_media
from lti.model import Assignment, Catalogue, MediaItem, MediaType

VIDEO = MediaItem(Catalogue.CANVAS, "m-1", "Film", MediaType.VIDEO)
SOUND = MediaItem(Catalogue.CANVAS, "m-2", "Song", MediaType.AUDIO)
LISTED_AT_STUDIO = MediaItem(Catalogue.STUDIO, "3", "Either", MediaType.VIDEO, tracks_known=False)


def named(filename: str, media_type: MediaType = MediaType.VIDEO) -> MediaItem:
    return MediaItem(Catalogue.CANVAS, "m-4", "Named", media_type, filename=filename)


@pytest.mark.parametrize(
    ("extensions", "item", "taken"),
    [
        ((), VIDEO, True),
        ((), named("film.mov"), True),
        (("mp4", "mov"), named("film.MOV"), True),
        (("mp4", "mov"), named("film.avi"), False),
        (("mp4",), named(r"C:\films\film.mp4"), True),
        (("mp4",), named("film"), True),  # of a kind that is asked for; more is not known
        (("mp4",), VIDEO, True),
        (("pdf", "docx"), VIDEO, False),
        (("pdf", "docx"), named("film.mp4"), False),
        (("pdf", "docx"), named("film"), False),
        (("mp3", "wav"), VIDEO, False),
        (("mp3", "wav"), SOUND, True),
        (("mov",), SOUND, False),
        (("mp3",), LISTED_AT_STUDIO, True),  # it may be sound
        (("pdf",), LISTED_AT_STUDIO, False),
        (("mp4",), named("recording.webm"), True),  # browsers choose that name, not people
        (("pdf",), named("recording.webm"), False),
        (("mp3",), named("recording.webm"), False),
        (("mp3",), named("recording.webm", MediaType.AUDIO), True),
    ],
)
def test_assignment_takes_what_its_list_allows(extensions: tuple[str, ...], item: MediaItem, taken: bool) -> None:
    refused = refusal(Assignment(extensions=extensions), item)

    assert (refused is None) == taken
    if refused is not None:
        assert refused.values == {"formats": ", ".join(sorted(extensions))}


def test_without_an_assignment_everything_is_taken() -> None:
    assert refusal(None, named("film.avi")) is None


@pytest.mark.parametrize(
    ("extensions", "any_media"), [((), True), (("docx",), False), (("docx", "mp4"), True), (("opus",), True)]
)
def test_assignment_for_documents_takes_no_media(extensions: tuple[str, ...], any_media: bool) -> None:
    assert takes_media(Assignment(extensions=extensions)) is any_media
