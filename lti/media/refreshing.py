"""One look at Canvas for an embed, with the grant of whoever made it: fresh sources, and captions that are up to date.

One call as a rule: the media list, searched by title, gives the sources and says when each track was last changed.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from lti.errors import (
    N_,
    ConfigurationError,
    CuedeckError,
    GrantError,
    GrantMissing,
    GrantRevoked,
    RemoteGone,
    RemoteNotPermitted,
)
from lti.media.access import CanvasAccess
from lti.media.asking import Asking
from lti.media.playback import Look
from lti.media.ports import Clock
from lti.media.sources import playable
from lti.media.track_texts import TrackText, all_tracks, read_text
from lti.model import ChosenTrack, Embed, MediaFacts, MediaSource, Platform, Track, TrackState
from lti.remote import CanvasApi, CanvasMedia, CanvasTrack
from lti.store import CaptionText, Store

_log = logging.getLogger(__name__)

_OPEN_IN_CANVAS = N_("Try Canvas's own player, or tell your teacher.")
_NOT_CONNECTED = N_("The person who added this media has to connect Canvas with Cuedeck again before it can be played.")
_NOT_GIVEN = N_("Canvas no longer gives this media to the person who added it.")
_NOTHING = N_("Canvas has nothing to play for this media just now.")


class Refresher:
    """Looks at Canvas for embeds."""

    def __init__(self, store: Store, access: CanvasAccess, clock: Clock, caption_seconds: float) -> None:
        """Take the parts.

        :param caption_seconds: how old a text may be that Canvas gives no time of change for.
        """
        self._captions = store.captions
        self._access = access
        self._clock = clock
        self._fresh_for = timedelta(seconds=caption_seconds)

    def look(self, embed: Embed, platform: Platform) -> Look:
        """Get the sources, and keep what has changed in the texts of the chosen tracks.

        :returns: the sources; where there are none, why, in words for a viewer.
        """
        asking = Asking()
        sources: tuple[MediaSource, ...] = ()
        facts: MediaFacts | None = None
        try:
            with self._access.acting_for(platform, embed.made_by) as api:
                media = asking.ask(
                    lambda: api.find_media(
                        embed.scope, embed.scope_id, media_id=embed.media_id, search=embed.title, sources=True
                    )
                )
                if media is not None:
                    facts = MediaFacts(media.length, media.size, media.item.created_at)
                attachment_id = embed.attachment_id or (media.item.attachment_id if media else None)
                content_type = ""
                if attachment_id is None and not (media and media.sources):
                    file = asking.ask(
                        lambda: api.find_file(embed.scope, embed.scope_id, media_id=embed.media_id, search=embed.title)
                    )
                    if file is not None:
                        attachment_id, content_type = file.id, file.content_type
                sources = playable(api, asking, media.sources if media else (), attachment_id, content_type)
                self._update(api, asking, embed, media, attachment_id)
        except (GrantError, ConfigurationError) as error:
            _log.warning("embed %s cannot be fetched: %s", embed.id, error)
            asking.failure = error
        return Look(sources, None, facts) if sources else Look((), _for_viewers(asking.failure))

    def _update(
        self, api: CanvasApi, asking: Asking, embed: Embed, media: CanvasMedia | None, attachment_id: str | None
    ) -> None:
        """Bring the texts of the chosen tracks up to date; without an answer of Canvas they stay as they are."""
        now = self._clock()
        stored = {
            text.track_id: text for text in self._captions.all(embed.platform_id, embed.catalogue, embed.media_id)
        }
        listed = {track.track.id: track for track in media.tracks} if media else {}
        unchanged, open_ = [], []
        for chosen in embed.tracks:
            text, mentioned = stored.get(chosen.id), listed.get(chosen.id)
            if text is not None and mentioned is not None and _same(text, mentioned.track):
                unchanged.append(dataclasses.replace(text, fetched_at=now))
            elif text is None or self._due(text, mentioned, now):
                open_.append(chosen)
        changed: list[CaptionText] = []
        if open_:
            current = asking.ask(lambda: api.tracks(embed.media_id, attachment_id))
            if current is not None:
                found = all_tracks(current, listed.values(), by_attachment=attachment_id is not None)
                changed = self._changed(api, asking, embed, found, open_, stored)
        self._captions.put_many(embed.platform_id, embed.catalogue, embed.media_id, [*unchanged, *changed])

    def _due(self, text: CaptionText, mentioned: CanvasTrack | None, now: datetime) -> bool:
        if mentioned is not None and mentioned.track.updated_at is not None and text.updated_at is not None:
            return True  # it was changed
        return now - text.fetched_at >= self._fresh_for

    def _changed(
        self,
        api: CanvasApi,
        asking: Asking,
        embed: Embed,
        found: Mapping[str, CanvasTrack],
        wanted: list[ChosenTrack],
        stored: Mapping[str, CaptionText],
    ) -> list[CaptionText]:
        now = self._clock()
        changed = []
        for chosen in wanted:
            match = _match(chosen, found, taken={other.id for other in embed.tracks})
            old = stored.get(chosen.id)
            if match is None:
                # Deleted. What the teacher took away is not shown; the text is kept, in case it comes back.
                lost = Track(chosen.id, chosen.language, chosen.kind, chosen.origin, TrackState.FAILED)
                kept = old.vtt if old else ""
                changed.append(dataclasses.replace(TrackText(lost).stored(chosen.id, now), vtt=kept))
                continue
            text = read_text(api, asking, match)
            if text.vtt is None and old is not None and old.state is TrackState.READY and _passing(text):
                changed.append(dataclasses.replace(old, fetched_at=now))
            elif text.vtt is not None or not _passing(text):
                changed.append(text.stored(chosen.id, now))
        return changed


def _passing(text: TrackText) -> bool:
    """Whether a text is missing only for the moment: it could not be fetched, or Canvas is making it anew."""
    return text.track.state in (TrackState.READY, TrackState.PROCESSING)


def _same(text: CaptionText, track: Track) -> bool:
    return text.state is TrackState.READY and text.updated_at is not None and text.updated_at == track.updated_at


def _match(chosen: ChosenTrack, found: Mapping[str, CanvasTrack], taken: set[str]) -> CanvasTrack | None:
    """Find a chosen track by its id, else one that stands in its place: Canvas gives a replaced track a new id."""
    if chosen.id in found:
        return found[chosen.id]
    alike = [
        track
        for track in found.values()
        if track.track.language == chosen.language and track.track.kind == chosen.kind and track.track.id not in taken
    ]
    return max(
        alike,
        key=lambda track: (track.track.state is TrackState.READY, track.track.origin is chosen.origin),
        default=None,
    )


def _for_viewers(failure: CuedeckError | None) -> CuedeckError:
    """Say it to the one who watches: what went wrong is the business of the one who made the embed."""
    detail = str(failure) if failure else "no sources"
    if isinstance(failure, GrantMissing | GrantRevoked):
        return type(failure)(detail, message=_NOT_CONNECTED, next_step=_OPEN_IN_CANVAS)
    if isinstance(failure, RemoteNotPermitted | RemoteGone):
        return type(failure)(detail, message=_NOT_GIVEN, next_step=_OPEN_IN_CANVAS)
    if failure is None or isinstance(failure, ConfigurationError):
        return RemoteGone(detail, message=_NOTHING, next_step=_OPEN_IN_CANVAS)
    return failure
