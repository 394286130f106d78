"""What media look like in JSON: the product's values, with names and dates in the person's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from lti.errors import N_, NP_, CuedeckError
from lti.media import HandInView, ItemDetail, LibraryPage, ListedItem, Playback, TrackView, refusal
from lti.model import Assignment, Catalogue, MediaChange, MediaItem, MediaSource, Track, TrackOrigin
from lti.web.localization import Localization

_KINDS: Final = {
    "captions": NP_("kind of track", "captions"),
    "descriptions": NP_("kind of track", "descriptions"),
    "chapters": NP_("kind of track", "chapters"),
    "metadata": NP_("kind of track", "data"),
}  # subtitles are what people expect: only the others are named


# The date of the change itself nobody tells us.
_CHANGED: Final = {
    MediaChange.LENGTH: N_(
        "This recording was replaced after it was handed in: it has another length. First noticed on %(date)s."
    ),
    MediaChange.SIZE: N_(
        "This recording was replaced after it was handed in: its file has another size. First noticed on %(date)s."
    ),
    MediaChange.DATE: N_(
        "This recording was replaced after it was handed in: it was made at another time. First noticed on %(date)s."
    ),
}


class Presenter:
    """Writes values for one person."""

    def __init__(self, language: Localization, assignment: Assignment | None = None) -> None:
        """Take the language.

        :param assignment: what is handed in for: items are told apart by whether it takes them.
        """
        self._assignment = assignment
        self._language = language
        self._text = language.gettext

    def page(self, page: LibraryPage) -> dict[str, Any]:
        """Write one page of a list of media."""
        return {"items": [self._listed(listed) for listed in page.items], "next": page.next_cursor}

    def detail(self, detail: ItemDetail) -> dict[str, Any]:
        """Write one media item with everything that can be chosen of it."""
        return {
            "item": self._item(detail.item, detail.handle),
            "sources": [_source(source) for source in detail.sources],
            "tracks": self.tracks(detail.tracks),
            "notes": self._notes(detail.notes),
            "forms": [form.value for form in detail.forms],
            "own_at_studio": detail.own_at_studio,
            "handle": detail.handle,
        }

    def tracks(self, views: Iterable[TrackView]) -> list[dict[str, Any]]:
        """Write tracks as they can be chosen."""
        return [
            {
                **self._track(view.track),
                "usable": view.usable,
                "reason": self._text(view.reason) if view.reason else None,
                "src": captions_path(view.address) if view.address else None,
            }
            for view in views
        ]

    def playback(self, playback: Playback) -> dict[str, Any]:
        """Write what the player page plays."""
        return {
            "title": playback.title,
            "type": playback.media_type.value,
            "start": playback.start,
            "end": playback.end,
            "transcript": playback.show_transcript,
            "sources": [_source(source) for source in playback.sources],
            "tracks": [
                {
                    "id": track.id,
                    "language": track.language,
                    "label": self._label(track.language, track.kind, track.origin),
                    "kind": track.kind,
                    "origin": track.origin.value,
                    "default": track.default,
                    "src": captions_path(track.address),
                    "cues": cues_path(track.cues),
                }
                for track in playback.tracks
            ],
            "handed_in": self._handed_in(playback.handed_in),
            "notes": self._notes(playback.notes),
            "problem": self._problem(playback.problem) if playback.problem else None,
            "native_url": playback.native_url,
            "catalogue": playback.catalogue.value,
        }

    def _listed(self, listed: ListedItem) -> dict[str, Any]:
        return self._item(listed.item, listed.handle)

    def _item(self, item: MediaItem, handle: str) -> dict[str, Any]:
        created = item.created_at
        refused = refusal(self._assignment, item)
        return {
            # The picker keeps both catalogues in one selection.
            "id": item.id if item.catalogue is Catalogue.CANVAS else f"{item.catalogue}-{item.id}",
            "catalogue": item.catalogue.value,
            "title": item.title,
            "type": item.media_type.value,
            "duration": item.duration,
            "thumbnail": item.thumbnail_url,
            "created_at": created.isoformat() if created else None,
            "created_text": self._language.date(created) if created else None,
            "external": item.external,
            "owner": item.owner,
            "tracks": [
                {
                    "language": track.language,
                    "name": self._language.language_name(track.language),
                    "kind": track.kind,
                    "origin": track.origin.value,
                    "state": track.state.value,
                }
                for track in item.tracks
            ]
            if item.tracks_known
            else None,
            "handle": handle,
            "refused": self._text(refused.message, **refused.values) if refused else None,
            "refused_next": self._text(refused.next_step, **refused.values) if refused else None,
        }

    def _track(self, track: Track) -> dict[str, Any]:
        return {
            "id": track.id,
            "language": track.language,
            "name": self._language.language_name(track.language),
            "label": self._label(track.language, track.kind, track.origin),
            "kind": track.kind,
            "origin": track.origin.value,
            "state": track.state.value,
            "updated_at": track.updated_at.isoformat() if track.updated_at else None,
        }

    def _label(self, language: str, kind: str, origin: TrackOrigin) -> str:
        """Name a track as players do: "Spanish", "Spanish (automatic)", "English (captions)"."""
        name = self._language.language_name(language)
        kind_name = self._language.pgettext(*_KINDS[kind]) if kind in _KINDS else None
        if origin is TrackOrigin.MACHINE and kind_name:
            return self._text(N_("%(language)s (%(kind)s, automatic)"), language=name, kind=kind_name)
        if origin is TrackOrigin.MACHINE:
            return self._text(N_("%(language)s (automatic)"), language=name)
        return self._text(N_("%(language)s (%(kind)s)"), language=name, kind=kind_name) if kind_name else name

    def _notes(self, notes: Iterable[str]) -> list[str]:
        return [self._text(note) for note in notes]

    def _handed_in(self, view: HandInView | None) -> list[str]:
        """Say when work was handed in, and what is known to have become another since."""
        if view is None:
            return []
        date = self._language.date
        said = [self._text(N_("Handed in on %(date)s."), date=date(view.handed_in_at))]
        if view.changed_at is not None and view.change is not None:
            said.append(self._text(_CHANGED[view.change], date=date(view.changed_at)))
        if view.captions_changed_at is not None:
            changed = N_("Its captions were changed after it was handed in, on %(date)s.")
            said.append(self._text(changed, date=date(view.captions_changed_at)))
        return said

    def _problem(self, problem: CuedeckError) -> dict[str, str]:
        return {
            "code": problem.code,
            "message": self._text(problem.message, **problem.values),
            "next_step": self._text(problem.next_step, **problem.values),
        }


def captions_path(token: str) -> str:
    """Give the address of a track's text."""
    return f"/watch/{token}/captions.vtt"


def cues_path(token: str) -> str:
    """Give the address of a track's lines."""
    return f"/watch/{token}/cues.json"


def _source(source: MediaSource) -> dict[str, Any]:
    return {"url": source.url, "type": source.content_type, "width": source.width, "height": source.height}
