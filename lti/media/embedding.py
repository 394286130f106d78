"""Insert media: check what the page asks for against what it was shown, and make the embeds."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from lti.errors import N_, InputError
from lti.media import studio_native
from lti.media.assignments import refusal
from lti.media.handles import Handles, Shown
from lti.media.native import player_html, player_path
from lti.media.ports import Clock, Signer
from lti.media.rights import person, scope_id
from lti.media.studio_embedding import StudioEmbedding
from lti.media.studio_native import StudioOptions
from lti.model import (
    Assignment,
    Catalogue,
    ChosenTrack,
    Embed,
    EmbedForm,
    MediaType,
    Platform,
    TrackState,
    Viewer,
)
from lti.store import Store

_MOST = 20  # picks at once
_WIDTHS = range(200, 1921)  # pixels
_HEIGHTS = range(100, 1201)
_PICTURE = 360  # pixels: the height of our player where none is asked for
_SOUND = 120
_TRANSCRIPT = 240
_LONGEST = 30 * 86400.0  # seconds; no recording is longer, and Infinity is none
_UNTITLED = N_("Untitled")
_CHOOSE_AGAIN = N_("Choose again what to insert.")


@dataclass(frozen=True, slots=True)
class Pick:
    """One item as a person wants it."""

    handle: str
    form: EmbedForm
    tracks: tuple[str, ...] = ()  # ids
    default: str | None = None  # id of the track that starts on
    start: float | None = None  # seconds
    end: float | None = None
    width: int = 640  # pixels
    height: int | None = None  # pixels, transcript included; None: what picture and transcript need
    show_transcript: bool = False
    as_link: bool = False
    studio: StudioOptions = field(default_factory=StudioOptions)  # of Studio's own player


@dataclass(frozen=True, slots=True)
class CaptionedItem:
    """Our player: a resource link that carries the embed's id."""

    embed_id: str
    title: str
    width: int
    height: int
    as_link: bool
    text: str


@dataclass(frozen=True, slots=True)
class NativeItem:
    """Canvas's or Studio's own player, as HTML."""

    html: str
    title: str
    note: str | None = None  # a msgid: what the person should know


@dataclass(frozen=True, slots=True)
class NativeLink:
    """Canvas's or Studio's own player, as a link."""

    url: str
    title: str
    text: str
    note: str | None = None


InsertedItem: TypeAlias = CaptionedItem | NativeItem | NativeLink


class Embedding:
    """Makes embeds."""

    def __init__(self, store: Store, signer: Signer, clock: Clock, studio: StudioEmbedding) -> None:
        """Take the parts.

        :param studio: asks for Studio's own embeds.
        """
        self._embeds = store.embeds
        self._handles = Handles(signer)
        self._clock = clock
        self._studio = studio

    def insert(self, viewer: Viewer, platform: Platform, picks: Sequence[Pick]) -> tuple[InsertedItem, ...]:
        """Make the embeds of all picks, or of none, and say what to give back to the platform.

        :param picks: 1 to 20, in the order in which they are to stand.
        :raises InputError: when a pick asks for what it cannot have.
        :raises NotAllowed: when this viewer may not see the list that an item was shown in.
        :raises GrantError: for Studio's own player, when there is no consent to ask Studio by.
        :raises RemoteError: for Studio's own player, when Studio cannot be asked.
        """
        return self.make(viewer, platform, picks)[0]

    def make(
        self, viewer: Viewer, platform: Platform, picks: Sequence[Pick]
    ) -> tuple[tuple[InsertedItem, ...], tuple[Embed, ...]]:
        """Do as :meth:`insert`, and give the embeds of our own player too. Raises as that does."""
        subject = person(viewer, platform)
        if viewer.assignment is not None and len(picks) != 1:
            raise InputError(
                f"{len(picks)} picks to hand in",
                message=N_("Exactly one recording can be handed in."),
                next_step=N_("Choose one, and hand it in."),
            )
        if not 0 < len(picks) <= _MOST:
            raise InputError(
                f"{len(picks)} picks",
                message=N_("Between 1 and %(most)s items can be inserted at once."),
                next_step=N_("Choose fewer, insert them, and open Cuedeck again for the rest."),
                values={"most": _MOST},
            )
        checked = [(self._shown(viewer, platform, subject, pick), pick) for pick in picks]
        embeds: list[Embed] = []
        inserted: list[InsertedItem] = []
        for shown, pick in checked:
            height = _height(shown, pick)
            if pick.form is EmbedForm.CAPTIONED:
                embed = self._embed(viewer, platform, subject, shown, pick)
                embeds.append(embed)
                inserted.append(
                    CaptionedItem(embed.id, embed.title, pick.width, height, pick.as_link, text=embed.title)
                )
            elif shown.item.catalogue is Catalogue.STUDIO:
                inserted.append(self._studio_native(viewer, platform, shown, pick, height))
            else:
                inserted.append(_native(platform, shown, pick, height))
        self._embeds.add(embeds, viewer.assignment.id if viewer.assignment else None)
        return tuple(inserted), tuple(embeds)

    def _shown(self, viewer: Viewer, platform: Platform, subject: str, pick: Pick) -> Shown:
        """Check a pick as far as that can be done without asking anybody."""
        shown = self._handles.read(platform, subject, pick.handle, None)
        if scope_id(viewer, shown.scope) != shown.scope_id:
            raise InputError("a handle of another course or group")
        if viewer.assignment is not None:
            _check_hand_in(viewer.assignment, shown, pick)
        _check(pick, _height(shown, pick))
        if pick.form is EmbedForm.CAPTIONED:
            _chosen(shown, pick)
            if not shown.item.captioned:
                raise InputError(
                    "media whose captions and sources are not to be had",
                    message=N_("Cuedeck's captioned player cannot have this media."),
                    next_step=N_("Choose Studio's own player and insert again."),
                )
        return shown

    def _studio_native(
        self, viewer: Viewer, platform: Platform, shown: Shown, pick: Pick, height: int
    ) -> NativeItem | NativeLink:
        url, note = self._studio.launch(viewer, platform, shown, pick.start, pick.studio)
        title = shown.item.title or _UNTITLED
        path = studio_native.page_path(viewer.canvas_course_id or "", url)
        if pick.as_link:
            return NativeLink(f"{platform.canvas_url}{path}", title, title, note)
        return NativeItem(studio_native.player_html(path, title, pick.width, height), title, note)

    def _embed(self, viewer: Viewer, platform: Platform, subject: str, shown: Shown, pick: Pick) -> Embed:
        item, now = shown.item, self._clock()
        return Embed(
            id=secrets.token_urlsafe(24),
            platform_id=platform.id,
            deployment_id=viewer.deployment_id,
            context_id=viewer.context_id,
            made_by=subject,
            catalogue=item.catalogue,
            media_id=item.id,
            attachment_id=item.attachment_id,
            verifier=item.verifier,
            scope=shown.scope,
            scope_id=shown.scope_id,
            title=item.title or _UNTITLED,
            media_type=item.media_type,
            tracks=_chosen(shown, pick),
            default_track=pick.default,
            start=pick.start,
            end=pick.end,
            show_transcript=pick.show_transcript,
            created_at=now,
            handed_in_at=now if viewer.hands_in else None,
        )


def _check_hand_in(assignment: Assignment, shown: Shown, pick: Pick) -> None:
    """Check what only a hand-in has to be: in our player, of a kind that is asked for. ``rights`` knows the rest."""
    if pick.form is not EmbedForm.CAPTIONED or pick.as_link:
        raise InputError(
            f"{pick.form} to hand in",
            message=N_("A recording can only be handed in with Cuedeck's own player."),
            next_step=N_("Choose the captioned player and hand in again."),
        )
    refused = refusal(assignment, shown.item)
    if refused is not None:
        raise InputError(
            refused.code, message=refused.message, next_step=refused.next_step, values=dict(refused.values)
        )


def _height(shown: Shown, pick: Pick) -> int:
    if pick.height is not None:
        return pick.height
    player = _PICTURE if shown.item.media_type is MediaType.VIDEO else _SOUND
    with_transcript = pick.show_transcript and pick.form is EmbedForm.CAPTIONED
    return player + (_TRANSCRIPT if with_transcript else 0)


def _check(pick: Pick, height: int) -> None:
    if pick.width not in _WIDTHS or height not in _HEIGHTS:
        raise InputError(
            f"{pick.width} x {height}",
            message=N_("The size must be between 200 by 100 and 1920 by 1200 pixels."),
            next_step=N_("Choose another size."),
        )
    start, end = pick.start, pick.end
    times = [time for time in (start, end) if time is not None]
    if not all(math.isfinite(time) and 0 <= time <= _LONGEST for time in times) or (
        end is not None and end <= (start or 0)
    ):
        raise InputError(
            f"from {start} to {end}",
            message=N_("The start must come before the end."),
            next_step=N_("Choose another start or end."),
        )


def _chosen(shown: Shown, pick: Pick) -> tuple[ChosenTrack, ...]:
    """Give the chosen tracks: all of this item, all with a text, none twice."""
    ready = {track.id: track for track in shown.item.tracks if track.state is TrackState.READY}
    if len(set(pick.tracks)) != len(pick.tracks) or not ready.keys() >= set(pick.tracks):
        raise InputError(
            "a track that is not among those shown as ready",
            message=N_("A chosen caption track is not ready or does not belong to this media."),
            next_step=_CHOOSE_AGAIN,
        )
    if pick.default is not None and pick.default not in pick.tracks:
        raise InputError(
            "the default track is not chosen",
            message=N_("The track that starts on must be one of the chosen tracks."),
            next_step=_CHOOSE_AGAIN,
        )
    chosen = (ready[track_id] for track_id in pick.tracks)
    return tuple(ChosenTrack(track.id, track.language, track.kind, track.origin) for track in chosen)


def _native(platform: Platform, shown: Shown, pick: Pick, height: int) -> NativeItem | NativeLink:
    item = shown.item
    title = item.title or _UNTITLED
    path = player_path(item.id, item.attachment_id, item.verifier, item.media_type)
    if pick.as_link:
        return NativeLink(f"{platform.canvas_url}{path}", title, text=title)
    return NativeItem(player_html(path, item.id, item.media_type, title, pick.width, height), title)
