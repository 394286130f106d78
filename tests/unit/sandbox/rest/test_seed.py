"""The world at the start, its clips and caption files."""

from __future__ import annotations

import re
from pathlib import Path

import av
import pytest

from sandbox.canvas.seed import ADA, CAMERA_CREW, FILM_STUDIES, NOOR, OLLIE, OTHER_COURSE, SAM, TILDA, build_world
from sandbox.media.caption_files import caption_text
from sandbox.media.clips import CLIPS, ClipStore
from sandbox.media.drawing import SAMPLE_RATE, beeps, clock_text, picture

CLOCK_FILES = [f"clock.{name}" for name in ("en.srt", "es.srt", "fr.srt", "ar.srt", "de.vtt", "zh-Hans.vtt")]


def test_people_are_what_they_are(clips: ClipStore) -> None:
    world = build_world(clips)

    roles = [world.role_in(person, f"course_{FILM_STUDIES}") for person in (TILDA, SAM, ADA, NOOR, OLLIE)]
    assert roles == ["teacher", "student", "admin", "ta", "observer"]
    assert world.role_in(NOOR, f"course_{OTHER_COURSE}") == "teacher"
    assert world.role_in(SAM, f"group_{CAMERA_CREW}") == "student"
    assert world.role_in(OLLIE, f"group_{CAMERA_CREW}") is None
    assert {("course_17", "welcome"), ("group_5", "welcome")} <= set(world.pages)


def test_world_is_the_same_at_each_start(clips: ClipStore) -> None:
    one, two = build_world(clips, 5), build_world(clips, 5)

    assert one.people == two.people
    assert one.attachments == two.attachments
    assert one.media == two.media
    assert set(one.tracks) == set(two.tracks)
    assert next(iter(one.api_keys.values())).secret != next(iter(two.api_keys.values())).secret


def test_new_rows_meet_no_seeded_ones(clips: ClipStore) -> None:
    world = build_world(clips, 10)
    taken = set(world.attachments) | set(world.tracks) | {media.id for media in world.media.values()}

    assert world.new_id() not in taken


def test_world_is_built_without_encoding(tmp_path: Path) -> None:
    build_world(ClipStore(tmp_path / "clips"), 1000)

    assert not (tmp_path / "clips").exists()


@pytest.mark.parametrize("name", CLOCK_FILES)
def test_cues_say_the_time_at_which_they_show(name: str) -> None:
    starts = re.findall(r"^(\d\d):(\d\d):(\d\d)[,.]000 --> ", caption_text(name), re.MULTILINE)

    assert [int(seconds) for _, _, seconds in starts] == list(range(0, 30, 3))


def test_odd_caption_files_keep_their_oddity() -> None:
    assert caption_text("crlf.it.srt").count("\r\n") == caption_text("crlf.it.srt").count("\n")
    assert caption_text("bom.sv.srt").startswith("\ufeff1\n")
    assert "\n0:3,000 --> 0:5,500\n" in caption_text("missing-hours.pt.srt")
    assert "<script>" in caption_text("markup.da.srt")
    for part in ("NOTE", "STYLE", "REGION", "<v Tilda>", "line:0"):
        assert part in caption_text("full.nl.vtt")


@pytest.mark.parametrize("name", ["clock-low", "sound", "tape", "silent"])
def test_clip_is_what_it_says(clips: ClipStore, name: str) -> None:
    clip = CLIPS[name]
    with av.open(str(clips.path(name))) as container:
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(clip.seconds, abs=0.1)
        kinds = {stream.type: stream.codec_context.name for stream in container.streams}
        if clip.width:
            video = container.streams.video[0]
            assert (video.width, video.height, kinds["video"]) == (clip.width, clip.height, "h264")
        assert ("audio" in kinds) == bool(clip.audio_kbps)


def test_clips_are_made_once_and_alike(tmp_path: Path, clips: ClipStore) -> None:
    path = clips.path("sound")
    before = path.stat().st_mtime_ns

    assert clips.path("sound").stat().st_mtime_ns == before
    assert ClipStore(tmp_path).path("sound").read_bytes() == path.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert clips.size("sound") == path.stat().st_size
    assert clips.frame("sound", 1, 10, 10) is None


def test_half_made_clip_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("sandbox.media.clips.picture", broken)
    with pytest.raises(OSError, match="disk full"):
        ClipStore(tmp_path).path("silent")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00.0"), (0.3, "0:00.3"), (65.25, "1:05.2"), (29.95, "0:29.9")])
def test_picture_shows_the_time(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text
    assert picture(seconds, 64, 36, 0.5).size == (64, 36)
    assert picture(seconds, 64, 36, 0.5).tobytes() != picture(seconds + 0.25, 64, 36, 0.5).tobytes()


def test_beeps_start_at_whole_seconds() -> None:
    samples = beeps(2.0)

    assert len(samples) == 2 * SAMPLE_RATE
    assert max(samples[SAMPLE_RATE : SAMPLE_RATE + 4000]) > 5000
    assert max(samples[SAMPLE_RATE // 2 : SAMPLE_RATE]) == 0
    assert max(beeps(1.0, hum=True)[SAMPLE_RATE // 2 :]) > 1000
