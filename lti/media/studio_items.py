"""Studio's media and caption files as the product's media items and tracks."""

from __future__ import annotations

import re

from lti.model import Catalogue, MediaItem, MediaSource, MediaType, Track, TrackOrigin, TrackState
from lti.remote import StudioCaption, StudioMedia, StudioSource
from lti.remote.language import bcp47

_EXTERNAL = {"youtube": "YouTube", "vimeo": "Vimeo"}
_MACHINE = re.compile(r"\b(?:auto\w*|generated|machine|asr|notorious)\b", re.IGNORECASE)
_VISIBLE = "published"  # what viewers are shown; there are more words for what they are not (reference/studio.md 4.3)


def item_of(media: StudioMedia) -> MediaItem:
    """Write a media of a list. Which tracks there are, and whether it is sound alone, lists do not say."""
    external = external_host(media)
    return MediaItem(
        catalogue=Catalogue.STUDIO,
        id=media.id,
        title=media.title,
        media_type=MediaType.VIDEO,
        duration=media.duration,
        thumbnail_url=media.thumbnail_url,
        created_at=media.created_at,
        attachment_id=media.launch_id,
        tracks_known=False,
        captioned=external is None,
        external=external,
        owner=media.owner.name if media.owner else None,
    )


def external_host(media: StudioMedia) -> str | None:
    """Tell whose a media is that Studio only points to. The words of Studio's ``source`` are not documented."""
    source = media.source.casefold()
    return next((name for word, name in _EXTERNAL.items() if word in source), None)


def track_of(caption: StudioCaption) -> Track:
    """Write a caption file as a track. Only what is published can be shown."""
    said = f"{caption.status} {caption.provider} {caption.label}"
    return Track(
        id=caption.id,
        language=bcp47(caption.language),
        kind="subtitles",
        origin=TrackOrigin.MACHINE if _MACHINE.search(said) else TrackOrigin.HUMAN,
        state=TrackState.READY if caption.status.casefold() == _VISIBLE else TrackState.PROCESSING,
        updated_at=caption.created_at,
    )


def source_of(source: StudioSource) -> MediaSource:
    """Write an address at which a media plays."""
    return MediaSource(source.url, source.content_type)


def sound_only(sources: tuple[MediaSource, ...]) -> bool:
    """Tell from its sources whether a media has no picture."""
    return bool(sources) and all(source.content_type.startswith("audio/") for source in sources)
