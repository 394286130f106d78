"""Watch an embed: exactly the chosen tracks, sources that play, and Canvas asked as seldom as possible.

What one view fetched serves all views for some minutes, in every process. When it is over, one view fetches and the
others wait for it: a class of five hundred that opens a page at once costs one look at Canvas.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeAlias

from lti import captions
from lti.errors import N_, CuedeckError, NotFound, RemoteGone, RemoteUnavailable
from lti.media.access import CanvasAccess
from lti.media.native import player_path
from lti.media.playback import PlayableTrack, Playback, Problem, Record, decode, encode
from lti.media.ports import Clock, Signable, Signer
from lti.media.refreshing import Refresher
from lti.media.sources import holds_until
from lti.media.studio_access import StudioAccess
from lti.media.studio_native import StudioOptions, launch_url, page_path
from lti.media.studio_watching import StudioRefresher
from lti.media.witness import Witness
from lti.model import Catalogue, Embed, Platform, TrackState
from lti.remote import CanvasOAuth, HostBusy, Http, about_studio
from lti.store import CacheEntry, CaptionText, KeptTrack, Store

TRACK = "track"  # what the signed addresses of caption texts are for
ADDRESS_SECONDS = 900  # players whose viewer turns a track on later ask for fresh ones

_LEASE_SECONDS = 60.0  # longer than a look at Canvas can take
_PATIENCE = 8.0  # seconds that the others wait
_PAUSES = (0.05, 0.1, 0.2)  # seconds between two looks at the cache; the last one repeats
_FAILED_SECONDS = 20.0  # that a failure is not tried again
_SHORTEST = 10.0  # seconds that anything is kept
_MARGIN = 30.0  # seconds before the end of an address that it is no longer given out
_SAME_ADDRESSES = 60  # seconds for which the signed addresses of a track are the same for all viewers
_MOST_ADDRESSES = 10_000
_DOUBT_AFTER = 30.0  # seconds: addresses younger than this are not fetched again, whatever a player says of them
_LOST = {
    Catalogue.CANVAS: N_("A caption track that was chosen is no longer in Canvas."),
    Catalogue.STUDIO: N_("A caption track that was chosen is no longer published in Studio."),
}
_MISSING = {
    Catalogue.CANVAS: N_("The text of a chosen caption track could not be fetched from Canvas."),
    Catalogue.STUDIO: N_("The text of a chosen caption track could not be fetched from Studio."),
}


_Part: TypeAlias = tuple[int, Catalogue, str, str, float | None, float | None]


class Watching:
    """Serves players."""

    def __init__(
        self,
        store: Store,
        http: Http,
        oauth: CanvasOAuth,
        signer: Signer,
        clock: Clock,
        studio: StudioAccess,
        *,
        source_seconds: float = 600,
        caption_seconds: float = 300,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the parts.

        :param studio: opens Studio, for embeds of its media.
        :param source_seconds: how long source addresses are used, unless they end sooner by what they say themselves.
        :param caption_seconds: after how long Canvas is asked whether a text has changed.
        :param sleep: waits between two looks at the cache.
        """
        self._studio = studio
        self._cache = store.cache
        self._captions = store.captions
        self._signer = signer
        self._clock = clock
        self._witness = Witness(store, clock)
        self._seconds = max(min(source_seconds, caption_seconds), _SHORTEST)
        self._refreshers: dict[Catalogue, Refresher | StudioRefresher] = {
            Catalogue.CANVAS: Refresher(store, CanvasAccess(store, http, oauth, clock), clock, caption_seconds),
            Catalogue.STUDIO: StudioRefresher(store, studio, clock, caption_seconds),
        }
        self._busy_with = http.busy_with
        self._sleep = sleep
        # By minute; a thread that is late writes into the minute before, which nobody reads any more.
        self._signed: tuple[int, dict[_Part, tuple[str, str]]] = (0, {})

    def playback(
        self,
        embed: Embed,
        platform: Platform,
        *,
        course_id: str | None = None,
        refresh: bool = False,
        only_cached: bool = False,
    ) -> Playback | None:
        """Give what plays an embed. Without a call to Canvas where a view shortly before made one.

        :param course_id: of Canvas, where somebody watches: Studio's own player is reached through a course alone.
        :param refresh: the addresses given before did not play: fetch others, unless these are only seconds old.
        :param only_cached: give None where Canvas would have to be asked.
        :raises NotFound: when the embed is of another platform.
        :raises StorageUnavailable: when the database does not answer.
        """
        if embed.platform_id != platform.id:
            raise NotFound("an embed of another platform")
        key = _key(embed)
        entry = self._cache.get(key)
        record = self._usable(entry, refresh=refresh)
        if record is None:
            if only_cached:
                return None
            record = self._fetched(key, embed, platform, entry)
        return self._playback(embed, platform, record, course_id)

    def look_up(self, embed: Embed, platform: Platform) -> None:
        """Have the catalogue asked about an embed now, whatever is kept of it, and keep what it says.

        :raises StorageUnavailable: when the database does not answer.
        """
        key = _key(embed)
        self._playback(embed, platform, self._fetched(key, embed, platform, self._cache.get(key)), None)

    def caption_text(self, address: dict[str, Any]) -> CaptionText:
        """Give the text behind a signed address.

        :param address: its payload.
        :raises NotFound: when there is no such text.
        """
        try:
            place = (int(address["p"]), Catalogue(address["c"]), str(address["m"]), str(address["t"]))
        except (KeyError, ValueError, TypeError) as error:
            raise NotFound(f"an address of another version: {error}") from error
        text = self._captions.get(*place)
        if text is None or not text.vtt:
            raise NotFound("no such caption text")
        return text

    def cues(self, text: CaptionText, start: float | None, end: float | None) -> list[tuple[float, float, str]]:
        """Give the lines of a text for the transcript: start and end in seconds, and the text without markup.

        :param start: lines that end before it are left out; ``end``: those that begin after it.
        """
        return [
            (cue.start, cue.end, plain)
            for cue in captions.read(text.vtt).cues
            if (start is None or cue.end > start)
            and (end is None or cue.start < end)
            and (plain := captions.plain_text(cue))
        ]

    def _usable(self, entry: CacheEntry | None, *, refresh: bool) -> Record | None:
        if entry is None or not entry.fresh:
            return None
        if refresh and (self._clock() - entry.stored_at).total_seconds() >= _DOUBT_AFTER:
            return None
        return decode(entry.value)

    def _fetched(self, key: str, embed: Embed, platform: Platform, seen: CacheEntry | None) -> Record:
        """Fetch, or wait for whoever does; not where the catalogue stalls and enough threads wait for it."""
        at_studio = embed.catalogue is Catalogue.STUDIO
        origin = self._studio.origin(platform) if at_studio else platform.canvas_url
        try:
            with about_studio() if at_studio else nullcontext(), self._busy_with(origin or ""):
                return self._fetched_by_one(key, embed, platform, seen)
        except HostBusy as error:
            return Record((), Problem.of(error))

    def _fetched_by_one(self, key: str, embed: Embed, platform: Platform, seen: CacheEntry | None) -> Record:
        waited, looks = 0.0, 0
        while True:
            if self._cache.lease(key, _LEASE_SECONDS):
                try:
                    # Someone may have fetched it between our look and our lease.
                    return self._newer(key, seen) or self._fetch(key, embed, platform)
                finally:
                    self._cache.release(key)
            if waited >= _PATIENCE:
                return Record((), Problem.of(RemoteUnavailable("another view is still fetching this", retry_after=5)))
            pause = _PAUSES[min(looks, len(_PAUSES) - 1)]
            self._sleep(pause)
            waited, looks = waited + pause, looks + 1
            record = self._newer(key, seen)
            if record is not None:
                return record

    def _newer(self, key: str, seen: CacheEntry | None) -> Record | None:
        entry = self._cache.get(key, counted=False)
        if entry is None or not entry.fresh or (seen is not None and entry.stored_at <= seen.stored_at):
            return None
        return decode(entry.value)

    def _fetch(self, key: str, embed: Embed, platform: Platform) -> Record:
        found = self._refreshers[embed.catalogue].look(embed, platform)
        if found.problem is not None:
            record, seconds = Record((), Problem.of(found.problem)), _FAILED_SECONDS
        else:
            record, seconds = Record(found.sources, facts=found.facts), self._seconds
            end = holds_until(found.sources)
            if end is not None:
                seconds = max(min(seconds, (end - self._clock()).total_seconds() - _MARGIN), _SHORTEST)
        self._cache.put(key, encode(record), seconds, keep_seconds=seconds)
        return record

    def _playback(self, embed: Embed, platform: Platform, record: Record, course_id: str | None) -> Playback:
        kept = self._captions.tracks(embed.platform_id, embed.catalogue, embed.media_id)
        texts = {text.track_id: text for text in kept}
        tracks, notes, shown = [], [], []
        for chosen in embed.tracks:
            text = texts.get(chosen.id)
            if text is None:
                notes.append(_MISSING[embed.catalogue])
            elif text.state is not TrackState.READY or not text.has_text:
                notes.append(_LOST[embed.catalogue])
            else:
                tracks.append(self._playable(embed, text))
                shown.append(text)
        problem: CuedeckError | None = record.problem.error() if record.problem else None
        return Playback(
            title=embed.title,
            media_type=embed.media_type,
            start=embed.start,
            end=embed.end,
            show_transcript=embed.show_transcript,
            sources=record.sources,
            tracks=tuple(tracks),
            notes=tuple(dict.fromkeys(notes)),
            problem=problem,
            native_url=self._native_url(embed, platform, course_id, problem),
            catalogue=embed.catalogue,
            handed_in=self._witness.look(embed, record.facts, shown),
        )

    def _native_url(
        self, embed: Embed, platform: Platform, course_id: str | None, problem: CuedeckError | None
    ) -> str | None:
        """Give the address of the catalogue's own player, where there may be something to see.

        Studio's is launched by Canvas from a course (``reference/studio.md`` 5.4), and Studio decides who may watch.
        """
        if embed.catalogue is Catalogue.CANVAS:
            path = player_path(embed.media_id, embed.attachment_id, embed.verifier, embed.media_type)
            return f"{platform.canvas_url}{path}"
        origin = self._studio.origin(platform)
        if course_id is None or origin is None or isinstance(problem, RemoteGone):
            return None
        launch = launch_url(origin, None, embed.attachment_id, embed.start, StudioOptions())
        return None if launch is None else f"{platform.canvas_url}{page_path(course_id, launch)}"

    def _playable(self, embed: Embed, text: KeptTrack) -> PlayableTrack:
        address, cues = self._addresses(embed, text.track_id)
        return PlayableTrack(
            id=text.track_id,
            language=text.language,
            kind=text.kind,
            origin=text.origin,
            default=text.track_id == embed.default_track,
            address=address,
            cues=cues,
        )

    def _addresses(self, embed: Embed, track_id: str) -> tuple[str, str]:
        """Sign the addresses of a text and of its lines: once a minute, for they say nothing of who watches.

        Signing them for each viewer was a seventh of a warm view of an embed with six tracks.
        """
        minute = int(self._clock().timestamp() // _SAME_ADDRESSES)
        if self._signed[0] != minute or len(self._signed[1]) >= _MOST_ADDRESSES:
            self._signed = (minute, {})
        signed = self._signed[1]
        key = (embed.platform_id, embed.catalogue, embed.media_id, track_id, embed.start, embed.end)
        found = signed.get(key)
        if found is None:
            address = track_address(*key[:4])
            part = {**address, "start": embed.start, "end": embed.end}
            sign = self._signer.sign
            found = signed[key] = (sign(TRACK, address, ADDRESS_SECONDS), sign(TRACK, part, ADDRESS_SECONDS))
        return found


def track_address(platform_id: int, catalogue: Catalogue, media_id: str, track_id: str) -> dict[str, Signable]:
    """Give what the signed address of a caption text says."""
    return {"p": platform_id, "c": catalogue.value, "m": media_id, "t": track_id}


def _key(embed: Embed) -> str:
    """Name what is shared: by embeds of one person of one media item, and by nobody else's."""
    parts = [embed.platform_id, embed.catalogue, embed.made_by, embed.scope, embed.scope_id, embed.media_id]
    more = ["handed in"] if embed.handed_in_at is not None else []  # more is asked about these
    return f"playback {json.dumps([*parts, embed.attachment_id, sorted(track.id for track in embed.tracks), *more])}"
