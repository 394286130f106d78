"""Our WebVTT reader against what the W3C algorithm says a browser does."""

import re
import time

import pytest

from lti.captions import CaptionFile, Cue, read, sniff, write
from lti.errors import CaptionError


def texts(content: str | bytes) -> list[str]:
    return [cue.text for cue in read(content).cues]


def test_ordinary_file_is_read_with_identifiers_settings_and_both_time_forms() -> None:
    captions = read(
        "WEBVTT - a title\n\n"
        "intro\n00:01.000 --> 00:02.500 align:start  line:0\nHello <b>there</b>\nsecond line\n\n"
        "01:00:00.000 --> 100:00:00.001\nlong"
    )
    assert captions.cues == (
        Cue(1.0, 2.5, "Hello <b>there</b>\nsecond line", "intro", "align:start  line:0"),
        Cue(3600.0, 360000.001, "long"),
    )


@pytest.mark.parametrize("start", ["WEBVTT", "\ufeffWEBVTT", "WEBVTT\tx", "WEBVTT Kind: captions\nLanguage: en"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_signature_bom_and_every_line_end_are_read(start: str, newline: str) -> None:
    text = f"{start}\n\n00:00.000 --> 00:01.000\na\nb\n\n00:01.000 --> 00:02.000\nc\n".replace("\n", newline)
    assert texts(text) == ["a\nb", "c"]
    assert texts(text.encode()) == ["a\nb", "c"]
    assert sniff(text) == sniff(text.encode()) == "webvtt"


def test_bytes_in_utf_16_are_read_and_broken_utf_8_becomes_replacement_characters() -> None:
    text = "WEBVTT\n\n00:00.000 --> 00:01.000\ngrüß"
    assert texts(text.encode("utf-16")) == ["grüß"]
    assert texts(text.encode("latin-1")) == ["gr\ufffd\ufffd"]


@pytest.mark.parametrize("text", ["WEBVTTX\n\n00:00.000 --> 00:01.000\na", " WEBVTT\n\nnothing", "webvtt", "", "\n\n"])
def test_text_without_signature_or_cues_is_refused(text: str) -> None:
    if "-->" in text:
        assert sniff(text) == "srt"
    else:
        with pytest.raises(CaptionError) as caught:
            read(text)
        assert caught.value.line == 1


def test_signature_alone_is_a_file_without_cues() -> None:
    assert read("WEBVTT").cues == ()
    assert write(read("WEBVTT")) == "WEBVTT\n"


def test_nul_and_half_characters_become_replacement_characters() -> None:
    assert texts("WEBVTT\n\n00:00.000 --> 00:01.000\na\0b\ud800c") == ["a\ufffdb\ufffdc"]


def test_notes_styles_and_regions_are_kept_and_are_not_cues() -> None:
    captions = read(
        "WEBVTT\n\nNOTE one\n\nNOTE\ntwo\nlines\n\nSTYLE \n::cue { color: red }\n\nREGION\nid:r width:40%\n\n"
        "00:00.000 --> 00:01.000 region:r\na\n\nSTYLE\n::cue { color: blue }\n\nNOTE three\n\nNOTED no note\n"
    )
    assert captions.notes == ("one", "two\nlines", "three")
    assert captions.styles == ("::cue { color: red }",)  # after the first cue STYLE means nothing
    assert captions.regions == ("id:r width:40%",)
    assert [cue.text for cue in captions.cues] == ["a"]
    assert write(captions).startswith("WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:r width:40%\n\nNOTE one\n")


def test_cue_may_be_named_like_a_block() -> None:
    for name in ("NOTE", "STYLE", "REGION"):
        [cue] = read(f"WEBVTT\n\n{name}\n00:00.000 --> 00:01.000\na").cues
        assert (cue.identifier, cue.text) == (name, "a")


def test_arrow_ends_a_cue_whose_empty_line_was_forgotten() -> None:
    assert texts("WEBVTT\n\n00:00.000 --> 00:01.000\na\n00:01.000 --> 00:02.000\nb") == ["a", "b"]


def test_arrow_in_the_header_begins_the_first_cue() -> None:
    assert texts("WEBVTT\n00:00.000 --> 00:01.000\na") == ["a"]
    assert texts("WEBVTT\nKind: captions\n00:00.000 --> 00:01.000\na") == ["a"]


def test_second_arrow_after_bad_timings_is_tried_as_a_new_cue() -> None:
    assert texts("WEBVTT\n\nbad --> times\n00:00.000 --> 00:01.000\na") == ["a"]
    assert read("WEBVTT\n\nNOTE x --> y\nnot a note").notes == ()


@pytest.mark.parametrize(
    "timings",
    [
        "0:01.000 --> 00:02.000",
        "00:60.000 --> 00:61.000",
        "60:00.000 --> 61:00.000",
        "00:01.00 --> 00:02.000",
        "00:01.000 --> 00:02.0000",
        "00:01,000 --> 00:02,000",
        "00:01.000 -> 00:02.000",
        "\u0660\u0660:\u0660\u0661.000 --> \u0660\u0660:\u0660\u0662.000",
        "-00:01.000 --> 00:02.000",
        "9999999999999999999999:00:01.000 --> 9999999999999999999999:00:02.000",
        "00:02.000 --> 00:02.000",
        "00:02.000 --> 00:01.000",
    ],
)
def test_cue_with_bad_or_backward_times_is_dropped_and_the_next_is_read(timings: str) -> None:
    assert texts(f"WEBVTT\n\n{timings}\nbad\n\n00:03.000 --> 00:04.000\ngood") == ["good"]


def test_times_need_no_spaces_and_take_tabs() -> None:
    assert texts("WEBVTT\n\n00:00.000-->00:01.000\na\n\n\t00:01.000\t-->\t00:02.000align:end\nb") == ["a", "b"]


def test_line_of_spaces_belongs_to_the_cue() -> None:
    assert texts("WEBVTT\n\n00:00.000 --> 00:01.000\na\n \nb") == ["a\n \nb"]


def test_writer_makes_whatever_it_is_given_valid() -> None:
    written = write(
        CaptionFile(
            cues=(Cue(0.0004, 3661.0016, "\n\na --> b\n\n\nc\n", "two\nlines --> x", "align:start junk a:-->b :x y:"),),
            notes=("x --> y\n\nz",),
        )
    )
    assert written == (
        "WEBVTT\n\nNOTE\nx --&gt; y\nz\n\ntwo lines --&gt; x\n00:00:00.000 --> 01:01:01.002 align:start\n"
        "a --&gt; b\nc\n"
    )
    assert texts(written) == ["a --&gt; b\nc"]


def test_hundred_thousand_cues_take_about_a_second() -> None:
    lines = ["WEBVTT\n"]
    lines += [
        f"{i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d}.000 --> 99:59:59.000\nCue {i} & more" for i in range(100_000)
    ]
    text = "\n\n".join(lines)
    began = time.process_time()
    captions = read(text)
    write(captions)
    assert len(captions.cues) == 100_000
    assert time.process_time() - began < 5  # measured: 0.5 s; five leaves room for a busy machine


def test_hostile_text_takes_linear_time() -> None:
    began = time.process_time()
    for piece in ("<v ", "<font ", "{\\", "&#", "-->\n", "00:00.000 --> ", "\t", " ", "1:", "<" * 3, "\r"):
        for head in ("WEBVTT\n\n00:00.000 --> 00:01.000\n", "1\n00:00:00,000 --> 00:00:01,000\n"):
            text = head + piece * 100_000
            assert re.match("WEBVTT", write(read(text)))
    assert time.process_time() - began < 20
