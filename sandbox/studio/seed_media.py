"""The media of the seed: each of the traps of ``reference/studio.md`` has one."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sandbox.media.caption_files import caption_text, spoken_minutes
from sandbox.media.clips import CLIPS
from sandbox.media.subtitles import to_srt
from sandbox.studio.processing import MACHINE
from sandbox.studio.world import FAILED, FINISHED, TRANSCODING, Caption, Media, World

OLD = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)  # when the oldest of the seed was made
_TILDA, _SAM, _THEO = 8101, 8102, 8104
_FILM, _NAMELESS = 5017, 5099
_CLOCK = ("clock-high", "clock-low")
_FIRST_EXTRA = 300_001
_NAMESPACE = uuid.UUID("5d1a7c0e-0000-4000-8000-000000000000")


@dataclass(frozen=True)
class Text:
    """A caption file to add."""

    srclang: str
    content: str
    status: str = "published"
    provider: str | None = None


@dataclass
class MediaBuilder:
    """Adds media at their owners' libraries, with captions. Numbers count up from 260101, captions' from 6001."""

    world: World
    _media_ids: Iterator[int] = field(default_factory=lambda: itertools.count(260_101))
    _caption_ids: Iterator[int] = field(default_factory=lambda: itertools.count(6_001))

    def __call__(
        self,
        title: str,
        *,
        clips: tuple[str, ...] = _CLOCK,
        owner: int = _TILDA,
        also: Sequence[int] = (),
        texts: Sequence[Text] = (),
        description: str | None = None,
        source: str = "upload",
        external: str | None = None,
        status: str = FINISHED,
        at_home: int | None = None,
        archived: bool = False,
    ) -> Media:
        """Add a media.

        :param also: further collections.
        :param at_home: its first collection, where that is not its owner's library.
        """
        number = next(self._media_ids)
        made = OLD + timedelta(days=2 * (number - 260_100), minutes=len(title) % 60)
        media = add(self.world, number, title, owner, made, clips)
        media.description, media.source, media.external_url = description, source, external
        media.status, media.archived = status, archived
        if status != FINISHED:
            media.duration, media.size = 0.0, 0
        if external:
            media.size = 0
        home = at_home or owner - 1000
        for collection in (home, *also):
            self.world.place(media, self.world.collections[collection])
        for text in texts:
            caption = next(self._caption_ids)
            self.world.captions[caption] = Caption(
                caption, number, text.srclang, text.content, text.status, made, text.provider, _key("caption", caption)
            )
        return media


def add(world: World, number: int, title: str, owner: int, made: datetime, clips: tuple[str, ...]) -> Media:
    """Add a media whose bytes are clips, with codes that are the same at each start."""
    first = CLIPS[clips[0]]
    world.media[number] = Media(
        number, title, None, owner, made, "upload",
        duration=first.seconds, size=int(first.kbps * 125 * first.seconds), clips=clips, sound_only=not first.width,
        key=_key("media", number)[:24], launch_uuid=str(uuid.uuid5(_NAMESPACE, f"launch {number}")),
    )  # fmt: skip
    return world.media[number]


def add_media(world: World) -> None:
    """Add the notable media."""
    new = MediaBuilder(world)
    english = Text("en", caption_text("clock.en.srt"))
    first = new("The clock, explained", also=(_FILM,), description="All about the clock in the picture.", texts=(
        english,
        Text("es", caption_text("clock.es.srt")),
        Text("fr", caption_text("clock.fr.srt")),
        Text("ar", caption_text("clock.ar.srt")),
    ))  # fmt: skip
    first.tags = {701: "clocks", 702: "first week"}
    first.last_viewed, first.last_viewed_by_student = datetime(2026, 2, 20).date(), datetime(2026, 2, 18).date()  # noqa: DTZ001 - a day
    new("Guest interview, captions by machine", texts=(
        Text("en", to_srt(caption_text("asr.en.vtt")), "generated", MACHINE),
    ))  # fmt: skip
    new("A very long title that goes on " + "and on " * 32 + "until it ends")
    new('<b>Light</b> & "lenses" <script>alert("title")</script>', texts=(english,))
    new("Radio lecture (sound only)", clips=("sound",), texts=(Text("en", caption_text("sound.en.srt")),))
    new("كيف تعمل الساعة", texts=(Text("ar", caption_text("clock.ar.srt")), english))
    new("Silent footage, no captions", clips=("silent",))
    new("Montage, explained on YouTube", source="youtube", external="https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    new("The long take, four minutes", clips=("long",), texts=(Text("en", to_srt(spoken_minutes(240))),))
    new("Damaged recording", status=FAILED)
    new("Recorded a moment ago", status=TRANSCODING)
    new("Put away last year", archived=True)
    new("Framing, a colleague's lecture", owner=_THEO, at_home=_FILM, texts=(english,))
    new("A colleague's montage exercise", owner=_THEO, at_home=_NAMELESS, texts=(english,))
    new("A colleague's private notes", owner=_THEO)
    new("Sam's screen recording", owner=_SAM, clips=("clock-low",), texts=(english,))


def add_extra_media(world: World, count: int, owner: int) -> None:
    """Add ``count`` plain media to somebody's library, every third captioned."""
    text = caption_text("clock.en.srt")
    library = world.collections[owner - 1000]
    for row in range(count):
        number, made = _FIRST_EXTRA + row, OLD - timedelta(minutes=17 * (row + 1))
        media = add(world, number, f"Studio lecture {row + 1:05d}", owner, made, _CLOCK)
        world.place(media, library)
        if row % 3 == 0:
            world.captions[number] = Caption(number, number, "en", text, "published", made, key=_key("caption", number))


def _key(what: str, number: int) -> str:
    return uuid.uuid5(_NAMESPACE, f"{what} {number}").hex
