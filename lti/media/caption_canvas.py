"""The captions of a Canvas media object (``reference/canvas.md`` 1.8, 1.9; ``decisions/0019``).

Canvas has one call that changes tracks, and it replaces the whole set: what is not named is deleted, what is named with
a text is saved, one after the other and not together. So every write reads the set first, names each locale that stays
to the letter, keeps the old text with us before, and looks again when the answer was not a good one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lti import captions
from lti.captions import CaptionFile
from lti.errors import (
    N_,
    CaptionError,
    CaptionsFixed,
    CaptionsTaken,
    CaptionsUncertain,
    CuedeckError,
    RemoteError,
    RemoteNotPermitted,
)
from lti.media.asking import Asking
from lti.media.caption_drafts import Edit, same
from lti.media.caption_history import History
from lti.media.caption_languages import for_canvas
from lti.media.caption_shelf import gone
from lti.media.caption_values import ABSENT, ChangedMeanwhile, Draft, HalfWritten, HeldText, Reason, Undo, Written
from lti.media.track_texts import TrackText, all_tracks, read_text
from lti.model import MediaItem, Scope, TrackState
from lti.remote import CanvasApi, CanvasTrack, TrackWrite

_PROCESSING = N_("Canvas is still making this track. It can be changed when that is done.")
_NOT_SEEN = N_(
    "Cuedeck did not find the file behind this media, so it cannot see all of its captions, "
    "and Canvas would delete those that it does not see."
)
_SOMEBODYS = N_("Somebody else added this track, and Canvas lets only them change it here.")
_OLD_STAYS = N_("The captions are saved in their new language, but Canvas did not remove those in the old one.")
_OTHER_TAG = N_("Canvas cannot mark captions with this language; they are marked with the nearest one that it takes.")
_HEADER = "WEBVTT"


class CanvasShelf:
    """The tracks of one media object, by its attachment where that is known (``media.caption_shelf.Shelf``)."""

    def __init__(self, api: CanvasApi, item: MediaItem, place: tuple[Scope, str | None], history: History) -> None:
        """Take what is needed.

        :param item: with its attachment, where that is known.
        :param place: the list that it was shown in.
        """
        self._api = api
        self._item = item
        self._place = place
        self.history = history
        self._own: frozenset[str] = frozenset()  # ids of the tracks that are the caller's, without an attachment
        self._complete = True  # whether no track can be there that we do not see

    def held(self, track_id: str) -> HeldText:
        """Read a track."""
        found = self._read().get(track_id)
        if found is None:
            raise gone(track_id)
        return self._held(found)

    def save(self, track_id: str, version: str, edit: Edit) -> Written:
        """Put an edit in the place of a track."""
        before = self._read()
        current = before.get(track_id) or (_in_language(before, edit.language) if edit.language else None)
        held = self._held(current) if current else None
        if held is None and version != ABSENT:
            raise ChangedMeanwhile("the track is gone")
        draft = edit.onto(held)
        if (held.version if held else ABSENT) != version:
            if held and _is(held, draft):  # an answer was lost on its way, and this is the second try
                return self._written(before, held.track.id)
            raise ChangedMeanwhile("the track is another one", held)
        locale = self._locale(current, draft.language)
        if _other(before, locale, current):
            raise CaptionsTaken(f"{locale} is there")
        return self._put(before, current, held, locale, draft, Reason.EDITED)

    def add(self, draft: Draft, *, replace: bool, reason: Reason = Reason.REPLACED) -> Written:
        """Add a track."""
        before = self._read()
        language = for_canvas(draft.language)
        current = _in_language(before, language)
        held = self._held(current) if current else None
        if held and not replace and _is(held, draft):  # an answer was lost on its way, and this is the second try
            return self._written(before, held.track.id)
        if held and not replace and held.track.state in {TrackState.READY, TrackState.PROCESSING}:
            raise CaptionsTaken(f"{language} is there")
        return self._put(before, current, held, self._locale(current, language), draft, reason)

    def remove(self, track_id: str) -> Written:
        """Take a track away."""
        before = self._read()
        current = before.get(track_id)
        if current is None:
            raise gone(track_id)
        held = self._held(current)
        self._check(held)
        undo = self.history.keep(current.track, current.locale, held.content, Reason.REMOVED)
        try:
            after = self._replace(_named(before.values(), but=current.locale))
        except RemoteNotPermitted:
            raise
        except RemoteError as error:
            after = self._look_again(before, {current.locale}, error, undo)
            if _in_locale(after, current.locale):
                raise
        return Written(self._texts(after), undo=undo)

    def language(self, tag: str) -> str:
        """Give the nearest language without digits."""
        return for_canvas(tag)

    def _put(
        self,
        before: Mapping[str, CanvasTrack],
        current: CanvasTrack | None,
        held: HeldText | None,
        locale: str,
        draft: Draft,
        reason: Reason,
    ) -> Written:
        """Write a draft. A track that changes its language is written anew first, and removed only then."""
        self._check(held)
        undo = self.history.keep(current.track, current.locale, held.content, reason) if current and held else None
        notes = [] if current and current.locale == locale else self._notes(draft.language, locale)
        named = _named(before.values(), but=locale)
        after: Mapping[str, CanvasTrack] = before
        try:
            for content in self._forms(draft.captions, current if current and current.locale == locale else None):
                after = self._replace([*named, TrackWrite(locale, content, draft.kind)])
        except RemoteNotPermitted:
            raise
        except RemoteError as error:
            after = self._look_again(before, set(), error, undo)
            saved = _in_locale(after, locale)
            if saved is None or not _is(self._held(saved), draft):
                raise
        if current and current.locale != locale:
            try:
                after = self._replace(_named(after.values(), but=current.locale))
            except CuedeckError:
                notes.append(_OLD_STAYS)
        saved = _in_locale(after, locale)
        if saved is None:
            raise CaptionsUncertain("Canvas accepted a track and does not list it")
        return self._written(after, saved.track.id, tuple(notes), undo)

    def _look_again(
        self, before: Mapping[str, CanvasTrack], unwanted: set[str], error: RemoteError, undo: Undo | None
    ) -> Mapping[str, CanvasTrack]:
        """Find out what stands after a failure.

        :param unwanted: locales that were to go.
        :raises HalfWritten: when a track is gone that should have stayed; all that was known of it is kept.
        :raises CaptionsUncertain: when that cannot be found out.
        """
        try:
            now = self._read()
        except CuedeckError as second:
            raise CaptionsUncertain(f"{error}; then {second}") from error
        lost = []
        for track in before.values():
            if track.locale in unwanted or _in_locale(now, track.locale):
                continue
            if undo is not None and undo.language == track.track.language:
                lost.append(undo)
            elif track.content and (kept := self.history.keep(track.track, track.locale, track.content, Reason.LOST)):
                lost.append(kept)
        if lost:
            raise HalfWritten(str(error), tuple(lost)) from error
        return now

    def _read(self) -> dict[str, CanvasTrack]:
        """Read the set as it is now, by id."""
        item, (scope, scope_id) = self._item, self._place
        current = self._api.tracks(item.id, item.attachment_id, to_write=True)
        if item.attachment_id is not None:
            return {track.track.id: track for track in current}
        # By media object Canvas lists the caller's own tracks, and deletes everybody's: the rest is in the media list.
        self._own = frozenset(track.track.id for track in current)
        media = self._api.find_media(scope, scope_id, media_id=item.id, search=item.title, sources=False)
        self._complete = media is not None
        return all_tracks(current, media.tracks if media else (), by_attachment=False)

    def _replace(self, tracks: list[TrackWrite]) -> Mapping[str, CanvasTrack]:
        after = self._api.replace_tracks(self._item.id, self._item.attachment_id, tracks)
        return {track.track.id: track for track in after} if self._item.attachment_id else self._read()

    def _held(self, found: CanvasTrack) -> HeldText:
        content = found.content
        if content is None and found.url and found.track.state is TrackState.READY:
            content = self._api.track_body(found.url)
        why_not = None
        if found.track.state is TrackState.PROCESSING:
            why_not = _PROCESSING
        elif not self._complete:
            why_not = _NOT_SEEN
        elif self._item.attachment_id is None and found.track.id not in self._own:
            why_not = _SOMEBODYS
        return HeldText(found.track, content or "", why_not is None, why_not, duration=self._item.duration)

    def _check(self, held: HeldText | None) -> None:
        """Refuse what Canvas would not do, or would do to others."""
        why_not = held.why_not if held else None if self._complete else _NOT_SEEN
        if why_not:
            raise CaptionsFixed(why_not, message=why_not)

    def _locale(self, current: CanvasTrack | None, language: str) -> str:
        """Give the locale to write: that of the track where the language is the same, to the letter."""
        return current.locale if current and current.track.language == language else for_canvas(language)

    def _forms(self, file: CaptionFile, current: CanvasTrack | None) -> list[str]:
        """Give what is to be written one after the other, as a rule one text.

        SubRip wherever it can say everything. Canvas keeps a conversion of it, which its own player shows; a text that
        says WEBVTT is not converted, and **an older conversion stays** (1.9). So where there is one, the text is
        written as SubRip first, which renews it.
        """
        srt, vtt = captions.write_srt(file), captions.write(file)
        if _HEADER in srt:
            return [vtt]
        if not captions.srt_losses(file):
            return [srt]
        return [vtt] if current is None or self._is_unconverted(current) else [srt, vtt]

    def _is_unconverted(self, current: CanvasTrack) -> bool:
        if not current.content or _HEADER not in current.content or not current.url:
            return False
        url = current.url
        body = Asking().ask(lambda: self._api.track_body(url))
        return body is not None and body.split() == current.content.removeprefix("\ufeff").split()

    def _notes(self, language: str, locale: str) -> list[str]:
        return [] if locale.lower() == language.lower() else [_OTHER_TAG]

    def _written(
        self,
        after: Mapping[str, CanvasTrack],
        track_id: str,
        notes: tuple[str, ...] = (),
        undo: Undo | None = None,
    ) -> Written:
        return Written(self._texts(after), self._held(after[track_id]), notes, undo)

    def _texts(self, after: Mapping[str, CanvasTrack]) -> tuple[TrackText, ...]:
        asking = Asking()
        return tuple(read_text(self._api, asking, track) for track in after.values())


def _in_language(tracks: Mapping[str, CanvasTrack], language: str) -> CanvasTrack | None:
    wanted = {language.lower(), for_canvas(language).lower()}
    return next((track for track in tracks.values() if track.track.language.lower() in wanted), None)


def _in_locale(tracks: Mapping[str, CanvasTrack], locale: str) -> CanvasTrack | None:
    return next((track for track in tracks.values() if track.locale == locale), None)


def _other(tracks: Mapping[str, CanvasTrack], locale: str, current: CanvasTrack | None) -> bool:
    """Tell whether a locale is another track's: Canvas would overwrite that one."""
    if current is not None and current.locale == locale:
        return False
    return any(track.locale.lower() == locale.lower() and track is not current for track in tracks.values())


def _named(tracks: Iterable[CanvasTrack], *, but: str) -> list[TrackWrite]:
    """Name each locale that is to stay, once."""
    return [TrackWrite(locale) for locale in dict.fromkeys(track.locale for track in tracks) if locale != but]


def _is(held: HeldText, draft: Draft) -> bool:
    if held.track.kind != draft.kind:
        return False
    try:
        return same(held.read(), draft.captions) or same(held.read(), captions.read(captions.write_srt(draft.captions)))
    except CaptionError:
        return False
