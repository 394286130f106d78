"""The captions of a media in Studio: they can be added and read, and neither changed nor removed (``studio.md`` 4)."""

from __future__ import annotations

from functools import partial

from lti import captions
from lti.errors import (
    N_,
    CaptionError,
    CaptionsFixed,
    CaptionsTaken,
    CaptionsUncertain,
    CuedeckError,
    RemoteError,
    RemoteNotPermitted,
    RemoteRejected,
)
from lti.media.asking import Asking
from lti.media.caption_drafts import Edit, same
from lti.media.caption_history import History
from lti.media.caption_languages import for_studio
from lti.media.caption_shelf import gone
from lti.media.caption_values import Draft, HeldText, Reason, Written
from lti.media.studio_detail import read_text
from lti.media.studio_items import track_of
from lti.media.track_texts import TrackText, converted
from lti.model import Catalogue, TrackState
from lti.remote import StudioApi, StudioCaption, StudioUploadApi
from lti.store import Store

BESIDE = N_(
    "Studio cannot change captions from outside: saving adds new ones. In Studio you then publish the new ones "
    "and delete the old ones, if Studio has not put the new ones in their place by itself."
)
_ADDED = N_("These are new captions in Studio. Publish them there, and delete the old ones.")
_UNPUBLISHED = N_("Viewers see these captions once they are published in Studio.")
_TAKEN = N_("There are captions in this language already, and Studio cannot change them from outside.")
_TAKEN_NEXT = N_("Add these beside them, then publish and delete in Studio what you want.")
_NO_REMOVING = N_("Studio does not let captions be removed from outside.")
_NO_REMOVING_NEXT = N_("Open the media in Studio, and delete the captions there.")
_NO_MARKING = N_("Studio does not let captions be marked with another language from outside.")
_NO_MARKING_NEXT = N_("Add them once more in the right language, then delete the old ones in Studio.")
_MOST_KEPT = 3  # texts in one language that are kept before another one is added


class StudioShelf:
    """The caption files of one media (``media.caption_shelf.Shelf``)."""

    def __init__(
        self,
        api: StudioApi,
        uploads: StudioUploadApi,
        media: tuple[str, float | None],
        store: Store,
        platform_id: int,
        history: History,
    ) -> None:
        """Take what is needed.

        :param media: id and length in seconds.
        :param store: has the texts that were fetched before.
        """
        self._api = api
        self._uploads = uploads
        self._media_id, self._duration = media
        self._known = store.captions
        self._platform_id = platform_id
        self.history = history

    def held(self, track_id: str) -> HeldText:
        """Read a caption file, published or not."""
        found = next((each for each in self._api.captions(self._media_id) if each.id == track_id), None)
        if found is None:
            raise gone(track_id)
        return self._held(found)

    def save(self, track_id: str, version: str, edit: Edit) -> Written:
        """Add the edited text beside the track. Nothing is overwritten, so nobody's change can be lost by it."""
        if edit.cues is None:
            raise CaptionsFixed("Studio has no call for it", message=_NO_MARKING, next_step=_NO_MARKING_NEXT)
        before = self._api.captions(self._media_id)
        found = next((each for each in before if each.id == track_id), None)
        held = HeldText(track_of(found), "") if found else None
        return self._add(before, edit.onto(held), Reason.EDITED)

    def add(self, draft: Draft, *, replace: bool, reason: Reason = Reason.REPLACED) -> Written:
        """Add a caption file; that there will be two in one language has to be wanted."""
        before = self._api.captions(self._media_id)
        language = for_studio(draft.language)
        if not replace and any(each.language.lower() == language.lower() for each in before):
            raise CaptionsTaken(f"{language} is there", message=_TAKEN, next_step=_TAKEN_NEXT)
        return self._add(before, draft, reason)

    def remove(self, track_id: str) -> Written:
        """Refuse."""
        raise CaptionsFixed("Studio has no call for it", message=_NO_REMOVING, next_step=_NO_REMOVING_NEXT)

    def language(self, tag: str) -> str:
        """Give the language without private parts."""
        return for_studio(tag)

    def _add(self, before: tuple[StudioCaption, ...], draft: Draft, reason: Reason) -> Written:
        """Add a caption file. A Studio that puts it in the place of the old one does not say so: that one is kept."""
        language = for_studio(draft.language)
        asking = Asking()
        twins = [each for each in before if each.language.lower() == language.lower()]
        for twin in twins[:_MOST_KEPT]:
            raw = asking.ask(partial(self._api.caption_text, twin.id))
            if raw is not None:
                self.history.keep(track_of(twin), twin.language, _text(raw), reason)
        srt = captions.write_srt(draft.captions)
        try:
            added = self._uploads.add_caption(self._media_id, language, srt)
        except (RemoteNotPermitted, RemoteRejected):
            raise
        except RemoteError as error:
            added = self._look_again({each.id for each in before}, language, draft, error)
        notes = list(captions.srt_losses(draft.captions))
        if twins:
            notes.append(_ADDED)
        track = track_of(added)
        if track.state is not TrackState.READY:
            notes.append(_UNPUBLISHED)
        held = HeldText(track, srt, note=BESIDE, duration=self._duration)
        return Written(self._texts(held), held, tuple(notes))

    def _look_again(self, before: set[str], language: str, draft: Draft, error: RemoteError) -> StudioCaption:
        """Find out whether the file was added although no good answer came."""
        try:
            now = self._api.captions(self._media_id)
            for each in now:
                new = each.id not in before and each.language.lower() == language.lower()
                if new and same(captions.read(self._api.caption_text(each.id)), draft.captions):
                    return each
        except (CaptionError, CuedeckError) as second:
            raise CaptionsUncertain(f"{error}; then {second}") from error
        raise error

    def _held(self, found: StudioCaption) -> HeldText:
        return HeldText(track_of(found), _text(self._api.caption_text(found.id)), note=BESIDE, duration=self._duration)

    def _texts(self, added: HeldText) -> tuple[TrackText, ...]:
        """Give all tracks; texts that we have are not fetched again."""
        asking = Asking()
        texts = []
        for each in asking.ask(lambda: self._api.captions(self._media_id)) or ():
            track = track_of(each)
            kept = self._known.get(self._platform_id, Catalogue.STUDIO, self._media_id, track.id)
            if track.state is TrackState.READY and track.id == added.track.id:
                texts.append(converted(track, added.content))
            elif track.state is TrackState.READY and kept is not None:
                texts.append(TrackText(track, kept.vtt))
            else:
                texts.append(read_text(self._api, asking, each))
        return tuple(texts)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
