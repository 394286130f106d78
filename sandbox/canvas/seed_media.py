"""The media of the seed. Ids and names are the same at each start: tests and people may count on them.

Every quirk of ``reference`` sections 1 and 8 has its item here; the docstrings of the functions say which.
"""

from __future__ import annotations

from datetime import timedelta

from sandbox.canvas.seed_builder import OLD, MediaBuilder, Text
from sandbox.canvas.world import Attachment, MediaObject, MediaTrack, World
from sandbox.media.caption_files import caption_text, spoken_minutes
from sandbox.media.clips import ClipStore
from sandbox.media.subtitles import to_webvtt

_TILDA, _SAM, _ADA, _NOOR = 101, 102, 103, 104
_MINE, _COURSE, _GROUP = "user_101", "course_17", "group_5"
_CLOCK = ("clock-high", "clock-low")
_FIRST_EXTRA = 100_001


def add_media(world: World, clips: ClipStore) -> None:
    """Add the notable media."""
    add = MediaBuilder(world, clips)
    _clock(add)
    _captions(add)
    _kinds(add)
    _titles(add)
    _course(add)
    _students(add)
    _administrator(add)


def _clock(add: MediaBuilder) -> None:
    """The main clip: six languages; in the course too, where Spanish is another text and the rest is inherited."""
    files = add("m-clock", "How the clock works", flavors=_CLOCK, contexts=(_MINE, _COURSE), tracks=(
        Text("en", caption_text("clock.en.srt"), kind="captions"),
        Text("es", caption_text("clock.es.srt")),
        Text("fr", caption_text("clock.fr.srt")),
        Text("de", caption_text("clock.de.vtt")),
        Text("ar", caption_text("clock.ar.srt")),
        Text("zh-Hans", caption_text("clock.zh-Hans.vtt")),
    ))  # fmt: skip
    corrected = caption_text("clock.es.srt").replace("Ahora son", "Corregido: ahora son")
    add.track("m-clock", Text("es", corrected), files[_COURSE])


def _captions(add: MediaBuilder) -> None:
    """Add caption files of every odd make, automatic ones in each state, empty ones, and another person's."""
    add("m-quirks", "Caption quirks", flavors=_CLOCK, tracks=(
        Text("it", caption_text("crlf.it.srt")),
        Text("pt", caption_text("missing-hours.pt.srt")),
        Text("nl", caption_text("full.nl.vtt"), kind="captions"),
        Text("sv", caption_text("bom.sv.srt")),
        Text("da", caption_text("markup.da.srt")),
        Text("ja", caption_text("emoji.ja.vtt")),
        Text("en", caption_text("hearing.en.vtt"), kind="descriptions"),
    ))  # fmt: skip
    add("m-auto", "Lecture with automatic captions", flavors=_CLOCK, contexts=(_MINE, _COURSE), tracks=(
        Text("en", caption_text("asr.en.vtt"), asr=True),
        Text("fr", "", asr=True, state="processing"),
        Text("de", "", asr=True, state="failed"),
    ))  # fmt: skip
    add("m-empty", "Interview whose captions are empty", flavors=_CLOCK, tracks=(
        Text("en", ""), Text("es", "WEBVTT\n\n"), Text("fr", "  \r\n"),
    ))  # fmt: skip
    add("m-bare", "Silent film without captions", flavors=("silent",))
    # Replaced by WebVTT text after an SRT one: the body route still serves the conversion of the old text.
    add("m-stale", "Captions replaced yesterday", flavors=_CLOCK, tracks=(
        Text("en", caption_text("asr.en.vtt"), webvtt=to_webvtt(caption_text("clock.en.srt"))),
    ))  # fmt: skip
    # Saved before Canvas refused TTML, and before it looked at all: the body route answers 422.
    add("m-ttml", "Captions from an old player", flavors=_CLOCK, tracks=(
        Text("en", '<tt xml:lang="en"><body><p begin="0s" end="2s">Zero</p></body></tt>', webvtt=None),
        Text("fr", "Un vieux lecteur a ecrit ceci, sans aucun temps.", webvtt=None),
    ))  # fmt: skip
    files = add("m-shared", "Captioned by a colleague", flavors=_CLOCK, contexts=(_MINE, _COURSE), tracks=(
        Text("en", caption_text("clock.en.srt")),
    ))  # fmt: skip
    add.track("m-shared", Text("fr", caption_text("clock.fr.srt"), user=_NOOR), files[_MINE])


def _kinds(add: MediaBuilder) -> None:
    """Add every spelling of media_type, sound, a long one; null and unplayable sources; a file still waiting."""
    add("m-sound", "Podcast: hearing time pass", flavors=("sound",), kind="audio", suffix=".m4a", tracks=(
        Text("en", caption_text("sound.en.srt"), kind="captions"),
    ))  # fmt: skip
    add("m-memo", "Voice memo", flavors=("sound",), kind="audio/*", suffix=".m4a")
    add("m-long", "Long take: four minutes", flavors=("long",), kind="video/*", tracks=(
        Text("en", spoken_minutes(240)), Text("es", spoken_minutes(240).replace("minutes and", "minutos y")),
    ))  # fmt: skip
    add("m-mime", "Recorded on a phone", flavors=_CLOCK, kind="video/mp4", tracks=(
        Text("fr-CA", caption_text("clock.fr.srt")),
    ))  # fmt: skip
    add("m-nosources", "Still being transcoded", flavors=None)
    add("0_oldtape", "Old camera tape", flavors=("tape",), suffix=".flv", old_media_id="0_tape2011", tracks=(
        Text("en", caption_text("clock.en.srt")),
    ))  # fmt: skip
    add("m-nostill", "No still yet", flavors=_CLOCK, broken_thumbnail=True)
    add.file("Just uploaded.mp4", _MINE, entry="maybe")
    add.file("Thrown away.mp4", _MINE, entry="m-clock", deleted=True)
    add.file("Reading list.pdf", _MINE, entry=None, content_type="application/pdf")


def _titles(add: MediaBuilder) -> None:
    """Add titles that break pages which are not careful."""
    add("m-markup", "<script>alert('title')</script> & <b>\"bold\"</b> \\ %22 {{ 7*7 }}", flavors=_CLOCK)
    add("m-emoji", "🎬 Film night 👩‍🎓🇫🇷 — ½ price", flavors=_CLOCK)
    add("m-rtl", "مقدمة في صناعة الأفلام (الجزء الأول)", flavors=_CLOCK, tracks=(
        Text("ar", caption_text("clock.ar.srt")),
    ))  # fmt: skip
    add("m-endless", "endless " * 1250, flavors=_CLOCK)  # the column takes 10,000 characters; user titles end at 255
    add("m-untitled", "", flavors=_CLOCK)
    # search_term looks at the title column only, and the retitling job has not run for this one.
    add("m-renamed", "IMG_0042.mov", flavors=_CLOCK, entered="Dolly zoom, explained")


def _course(add: MediaBuilder) -> None:
    """Add course media: a colleague's, locked for students, under a blueprint's lock, without a file of its own."""
    add("m-noor", "Noor's guest lecture", flavors=_CLOCK, owner=_NOOR, contexts=("user_104", _COURSE), tracks=(
        Text("en", caption_text("clock.en.srt"), user=_NOOR), Text("de", caption_text("clock.de.vtt"), user=_NOOR),
    ))  # fmt: skip
    add("m-locked", "Exam questions, locked", flavors=_CLOCK, contexts=(_COURSE,), locked=True, tracks=(
        Text("en", caption_text("clock.en.srt")),
    ))  # fmt: skip
    add("m-blueprint", "From the blueprint course", flavors=_CLOCK, contexts=(_COURSE,), master_locked=True, tracks=(
        Text("en", caption_text("clock.en.srt")),
    ))  # fmt: skip
    # The media object has no file of its own left: only the Files API of the course leads to an attachment id.
    add("m-orphan", "Course trailer", flavors=_CLOCK, contexts=(_COURSE,), own_file=False, tracks=(
        Text("es", caption_text("clock.es.srt")),
    ))  # fmt: skip
    add("m-other", "Sound Design: first week", flavors=("sound",), kind="audio", owner=_NOOR, suffix=".m4a",
        contexts=("course_18",))  # fmt: skip


def _students(add: MediaBuilder) -> None:
    """Add a student's own recording, and the group's rehearsal."""
    add("m-sam", "Sam's screen recording", flavors=_CLOCK, owner=_SAM, contexts=("user_102",), tracks=(
        Text("en", caption_text("clock.en.srt"), user=_SAM),
    ))  # fmt: skip
    add("m-rehearsal", "Crew rehearsal", flavors=("silent",), owner=_SAM, contexts=(_GROUP,), tracks=(
        Text("en", caption_text("clock.en.srt"), user=_SAM),
    ))  # fmt: skip


def _administrator(add: MediaBuilder) -> None:
    """Add a captioned recording of the administrator's own: what the check of an installation looks at."""
    add("m-ada", "Trying captions out", flavors=_CLOCK, owner=_ADA, contexts=("user_103",), tracks=(
        Text("en", caption_text("clock.en.srt"), user=_ADA),
    ))  # fmt: skip


def add_extra_media(world: World, count: int) -> None:
    """Add ``count`` plain media, each with a file of Tilda's and one in course 17, every third captioned."""
    text = caption_text("clock.en.srt")
    converted = to_webvtt(text)
    for number in range(count):
        row = _FIRST_EXTRA + 2 * number
        media_id = f"m-extra{number + 1:05d}"
        at = OLD + timedelta(minutes=17 * number)
        title = f"Lecture {number + 1:05d}: {_TOPICS[number % len(_TOPICS)]}"
        world.media[media_id] = MediaObject(row, media_id, "video", title, None, _TILDA, row, at, 30.0, _CLOCK)
        for offset, context in enumerate((_MINE, _COURSE)):
            file = row + offset
            world.attachments[file] = Attachment(
                file, context, f"{title}.mp4", "video/mp4", f"extra{file:035d}", 1_500_000, at, media_id,
                user_id=_TILDA, clip="clock-high",
            )  # fmt: skip
        if number % 3 == 0:
            world.tracks[row] = MediaTrack(row, media_id, row, _TILDA, "en", "subtitles", text, converted, at, at)
    world.touch()


_TOPICS = ("light", "lenses", "colour", "editing", "sound", "the long take", "montage", "framing", "genre", "scripts")
