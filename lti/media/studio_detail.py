"""One of Studio's media looked at closely: its sources, and its caption files with their texts."""

from __future__ import annotations

import dataclasses

from lti.errors import N_, RemoteNotPermitted
from lti.media.asking import Asking
from lti.media.detail import Detail
from lti.media.sources import in_order
from lti.media.studio_items import item_of, sound_only, source_of, track_of
from lti.media.track_texts import TrackText, converted
from lti.model import MediaSource, MediaType, TrackState
from lti.remote import StudioApi, StudioCaption, StudioMedia

_MOST_TEXTS = 50  # of one media that are fetched
_UNPUBLISHED = N_("This caption file is not published in Studio. Publish it there, then choose it here.")
_NOT_FETCHED = N_("The text of this track could not be fetched from Studio.")
_EXTERNAL = N_(
    "This comes from YouTube or Vimeo: Studio only points to it. It can be inserted with Studio's own player, "
    "but Cuedeck can neither choose its captions nor show a preview or a transcript."
)
_NOT_YOURS = N_(
    "Studio gives the captions of this media to its owner alone. You can insert it with Studio's own player."
)
_NO_SOURCE = N_("Studio has nothing to play for this media yet. It may still be preparing it.")
_TROUBLE = N_("Studio did not say which captions this media has. Try again in a moment.")


def look_at(api: StudioApi, media: StudioMedia) -> Detail:
    """Look at a media: two calls, and one for each published caption file.

    :raises GrantError: when the consent cannot be used.
    """
    item = item_of(media)
    if item.external is not None:
        return Detail(dataclasses.replace(item, tracks_known=True), (), (), (_EXTERNAL,))
    asking = Asking()
    given = asking.ask(lambda: api.sources(media.id))
    captions = asking.ask(lambda: api.captions(media.id))
    if isinstance(asking.failure, RemoteNotPermitted):
        return Detail(dataclasses.replace(item, captioned=False), (), (), (_NOT_YOURS,))
    sources = tuple(in_order(source_of(source) for source in given or ()))
    texts = tuple(read_text(api, asking, caption) for caption in (captions or ())[:_MOST_TEXTS])
    kind = MediaType.AUDIO if sound_only(sources) else MediaType.VIDEO
    found = dataclasses.replace(
        item, media_type=kind, tracks=tuple(text.track for text in texts), tracks_known=captions is not None
    )
    return Detail(found, sources, texts, _notes(asking, sources, captions))


def read_text(api: StudioApi, asking: Asking, caption: StudioCaption) -> TrackText:
    """Read the text of a caption file, if viewers may see it."""
    track = track_of(caption)
    if track.state is not TrackState.READY:
        return TrackText(track, reason=_UNPUBLISHED)
    content = asking.ask(lambda: api.caption_text(caption.id))
    return TrackText(track, reason=_NOT_FETCHED) if content is None else converted(track, content)


def _notes(
    asking: Asking, sources: tuple[MediaSource, ...], captions: tuple[StudioCaption, ...] | None
) -> tuple[str, ...]:
    notes = []
    if asking.over and asking.failure is not None:
        notes.append(asking.failure.message)
    elif captions is None:
        notes.append(_TROUBLE)
    if not sources and not asking.over:
        notes.append(_NO_SOURCE)
    return tuple(notes)
