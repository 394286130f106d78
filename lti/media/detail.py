"""One media item looked at closely: its file, its tracks with their texts, its sources.

Canvas has no call for one media object (``reference/canvas.md`` 1.2), so what is needed is put together from three or
four: the list searched by title, the files, the track list. What Canvas does not give is left out with a note; the item
can be inserted all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lti.errors import N_, GrantScopeMissing
from lti.media.asking import Asking
from lti.media.handles import Shown, presentable
from lti.media.sources import playable
from lti.media.track_texts import NOT_FETCHED, TrackText, all_tracks, mentioned, read_text
from lti.model import MediaItem, MediaSource, Platform, Scope, TrackState
from lti.remote import CanvasApi, CanvasFile, CanvasTrack

_NO_FILE = N_("Cuedeck did not find the file behind this media. Captions that other people added may be missing.")
_NO_SOURCE = N_("Canvas has nothing to play for this media yet. It may still be processing.")
_WITHHELD = N_(
    "Canvas sends captions without their text. Your Canvas administrator can change this: "
    "the Cuedeck API key must allow include parameters."
)


@dataclass(frozen=True, slots=True)
class Detail:
    """What was found."""

    item: MediaItem
    sources: tuple[MediaSource, ...]
    tracks: tuple[TrackText, ...]
    notes: tuple[str, ...]


def look_at(api: CanvasApi, platform: Platform, shown: Shown) -> Detail:
    """Look at an item: three calls as a rule, a few more where Canvas makes it hard.

    :raises GrantError: when the person's consent cannot be used.
    """
    asking, known = Asking(), shown.item
    scope, scope_id = shown.scope, shown.scope_id
    media = asking.ask(lambda: api.find_media(scope, scope_id, media_id=known.id, search=known.title, sources=True))
    item = (presentable(media.item) if media else None) or known
    item = replace(item, attachment_id=item.attachment_id or known.attachment_id, verifier=known.verifier)

    file: CanvasFile | None = None
    if item.attachment_id is None or (scope is Scope.OWN and item.verifier is None):
        file = asking.ask(lambda: api.find_file(scope, scope_id, media_id=known.id, search=known.title))
    if file is not None:
        # The verifier opens a file to whoever has it: only for a person's own, which others could not see otherwise.
        verifier = file.verifier if scope is Scope.OWN else None
        item = replace(item, attachment_id=file.id, verifier=verifier, filename=file.name)
    attachment_id = item.attachment_id

    current = asking.ask(lambda: api.tracks(known.id, attachment_id))
    listed = media.tracks if media else tuple(mentioned(platform, known, track) for track in known.tracks)
    found = all_tracks(current, listed, by_attachment=attachment_id is not None)
    texts = tuple(read_text(api, asking, track) for track in found.values())
    flavours = media.sources if media else ()
    sources = playable(api, asking, flavours, attachment_id, file.content_type if file else "")

    item = presentable(replace(item, tracks=tuple(text.track for text in texts))) or item
    return Detail(item, sources, texts, tuple(_notes(asking, attachment_id, sources, texts, current)))


def _notes(
    asking: Asking,
    attachment_id: str | None,
    sources: tuple[MediaSource, ...],
    texts: tuple[TrackText, ...],
    current: tuple[CanvasTrack, ...] | None,
) -> list[str]:
    notes = []
    # Without the track list there may be other captions than are shown: those of this very file.
    if asking.failure is not None and (asking.over or current is None or isinstance(asking.failure, GrantScopeMissing)):
        notes.append(asking.failure.message)
    if asking.over:
        return notes  # the rest follows from it
    if attachment_id is None:
        notes.append(_NO_FILE)
    if not sources:
        notes.append(_NO_SOURCE)
    withheld = any(track.content is None and track.track.state is TrackState.READY for track in current or ())
    if withheld and any(text.reason == NOT_FETCHED for text in texts):
        notes.append(_WITHHELD)
    return notes
