"""One look at Studio for an embed: sources that play now, and the chosen captions as they are published now.

Two calls as a rule, and one for each text that has changed. By the consent of whoever made the embed, or the service
account's: whoever watches has none.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from lti.errors import (
    N_,
    CuedeckError,
    GrantError,
    RemoteGone,
    RemoteNotPermitted,
    RemoteUnavailable,
)
from lti.media.asking import Asking
from lti.media.playback import Look
from lti.media.ports import Clock
from lti.media.sources import in_order
from lti.media.studio_access import StudioAccess
from lti.media.studio_detail import read_text
from lti.media.studio_items import source_of, track_of
from lti.media.track_texts import TrackText
from lti.model import ChosenTrack, Embed, MediaFacts, MediaSource, Platform, Track, TrackState
from lti.remote import StudioApi, StudioCaption
from lti.store import CaptionText, Store

_log = logging.getLogger(__name__)

_TELL = N_("Tell your teacher.")
_NOT_CONNECTED = N_("The person who added this media has to connect Studio with Cuedeck again before it can be played.")
_NOT_GIVEN = N_("Studio no longer gives this media to the person who added it.")
_PREPARING = N_("Studio is still preparing this media.")
_LATER = N_("Wait a few minutes and try again.")


class StudioRefresher:
    """Looks at Studio for embeds."""

    def __init__(self, store: Store, access: StudioAccess, clock: Clock, caption_seconds: float) -> None:
        """Take the parts.

        :param caption_seconds: how old a text may be before it is fetched again.
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
            with self._access.acting_for_maker(platform, embed.made_by) as api:
                given = asking.ask(lambda: api.sources(embed.media_id))
                sources = tuple(in_order(source_of(source) for source in given or ()))
                if embed.handed_in_at is not None:
                    media = asking.ask(lambda: api.media(embed.media_id))
                    facts = MediaFacts(media.duration or None, media.size or None, media.created_at) if media else None
                if embed.tracks:
                    self._update(api, asking, embed)
        except GrantError as error:
            _log.warning("embed %s cannot be fetched: %s", embed.id, error)
            asking.failure = error
        return Look(sources, None, facts) if sources else Look((), _for_viewers(asking.failure))

    def _update(self, api: StudioApi, asking: Asking, embed: Embed) -> None:
        """Bring the texts of the chosen tracks up to date; without an answer of Studio they stay as they are."""
        captions = asking.ask(lambda: api.captions(embed.media_id))
        if captions is None:
            return
        now = self._clock()
        stored = {
            text.track_id: text for text in self._captions.all(embed.platform_id, embed.catalogue, embed.media_id)
        }
        taken = {chosen.id for chosen in embed.tracks}
        changed = []
        for chosen in embed.tracks:
            text = self._text(api, asking, chosen, _match(chosen, captions, taken), stored.get(chosen.id), now)
            if text is not None:
                changed.append(text)
        self._captions.put_many(embed.platform_id, embed.catalogue, embed.media_id, changed)

    def _text(
        self,
        api: StudioApi,
        asking: Asking,
        chosen: ChosenTrack,
        found: StudioCaption | None,
        old: CaptionText | None,
        now: datetime,
    ) -> CaptionText | None:
        """Give what is to be kept of a chosen track; None where that stays as it is."""
        track = track_of(found) if found else None
        if found is None or track is None or track.state is not TrackState.READY:
            # Deleted, or no longer published: not shown any more. The text is kept, in case it comes back.
            lost = Track(chosen.id, chosen.language, chosen.kind, chosen.origin, TrackState.FAILED)
            return dataclasses.replace(TrackText(lost).stored(chosen.id, now), vtt=old.vtt if old else "")
        if old is not None and old.state is TrackState.READY and old.vtt and self._still_good(old, track, now):
            return None
        read = read_text(api, asking, found)
        if read.vtt is None and read.track.state is TrackState.READY:
            return None  # it could not be fetched just now
        return read.stored(chosen.id, now)

    def _still_good(self, old: CaptionText, track: Track, now: datetime) -> bool:
        """Studio says when a file came, not when it was changed: so it is fetched again now and then."""
        return old.updated_at == track.updated_at and now - old.fetched_at < self._fresh_for


def _match(chosen: ChosenTrack, captions: Iterable[StudioCaption], taken: set[str]) -> StudioCaption | None:
    """Find a chosen track by its number, else one that stands in its place: of the same language and origin."""
    alike = None
    for caption in captions:
        if caption.id == chosen.id:
            return caption
        track = track_of(caption)
        if (
            caption.id not in taken
            and (track.language, track.origin) == (chosen.language, chosen.origin)
            and track.state is TrackState.READY
        ):
            alike = caption
    return alike


def _for_viewers(failure: CuedeckError | None) -> CuedeckError:
    """Say it to the one who watches: what went wrong is the business of the one who made the embed."""
    if failure is None:
        return RemoteUnavailable("no sources yet", message=_PREPARING, next_step=_LATER)
    if isinstance(failure, GrantError):
        return type(failure)(str(failure), message=_NOT_CONNECTED, next_step=_TELL)
    if isinstance(failure, RemoteNotPermitted | RemoteGone):
        return type(failure)(str(failure), message=_NOT_GIVEN, next_step=_TELL)
    return failure
