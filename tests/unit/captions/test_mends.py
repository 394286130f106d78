"""What was wrong in a text is said with its line and cue, and what was done about it."""

import pytest

from lti.captions import messages, read
from lti.captions.cues import MOST_MENDS
from lti.errors import CaptionError

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\na\n\n"
SRT = "1\n00:00:01,000 --> 00:00:02,000\na\n\n"


@pytest.mark.parametrize(
    ("text", "message", "line", "cue"),
    [
        (VTT + "00:03,000 --> 00:04,000\nb", messages.BAD_TIMES, 6, 2),
        (VTT + "00:04.000 --> 00:03.000\nb", messages.BACKWARD, 6, 2),
        (VTT + "00:03.000 --> 00:04.000\nb\n00:05.000 --> 00:06.000\nc", messages.NO_EMPTY_LINE, 8, 3),
        (VTT + "STYLE\n::cue {}", messages.LATE_BLOCK, 6, None),
        (VTT + "b\nc", messages.STRAY, 6, None),
        (VTT + "00:03.000 --> 00:04.000 align:middle\nb", messages.UNKNOWN_SETTING, 6, 2),
        ("a\nb\n" + SRT, messages.STRAY, 1, None),
        (SRT + "7\n00:00:03,000 --> 00:00:04,000\nb", messages.MISNUMBERED, 5, 2),
        (SRT + "00:00:03,000 --> 00:00:04,000\nb", messages.MISNUMBERED, 5, 2),
        (SRT + "2\n00:00:03.000 --> 00:00:04,000\nb", messages.LOOSE_TIMES, 6, 2),
        (SRT + "2\n00:03,000 --> 00:04,000\nb", messages.LOOSE_TIMES, 6, 2),
        (SRT + "2\n00:00:03,0 --> 00:00:04,0\nb", messages.LOOSE_TIMES, 6, 2),
        (SRT + "2\n00:00:03 --> 00:00:04\nb", messages.LOOSE_TIMES, 6, 2),
        (SRT + "2\n00:00:03,000 --> 00:00:04,000 X1:3\nb", messages.AFTER_TIMES, 6, 2),
        (SRT + "2\n00:00:03,000 --> 00:00:04,000\nb\n\nc", messages.EMPTY_LINES, 7, 2),
        (SRT + "2\n00:00:03,000 --> 00:00:04,000\n<font>b</font>", messages.DROPPED_TAGS, 7, 2),
        (SRT + "2\n00:00:03,000 --> 00:00:04,000\nb\nsoon --> later", messages.TIMES_AS_TEXT, 7, 2),
        (SRT + "2\n00:00:04,000 --> 00:00:03,000\nb", messages.BACKWARD, 6, 2),
    ],
)
def test_each_fault_is_said_once_with_its_place(text: str, message: str, line: int, cue: int | None) -> None:
    assert [(mend.message, mend.line, mend.cue) for mend in read(text).mends] == [(message, line, cue)]
    for mend in read(text).mends:
        assert "%" not in mend.message % mend.values
    assert read(text).cues[0].text == "a"


@pytest.mark.parametrize(
    "text", [VTT, SRT, VTT.replace("\n", "\r\n"), "\ufeff" + SRT, "WEBVTT title\nX: y\n\nNOTE n\n\n" + VTT[8:]]
)
def test_nothing_is_said_about_a_text_that_is_right(text: str) -> None:
    assert read(text).mends == ()


@pytest.mark.parametrize("times", ["00:03,000 --> 00:04,000", "0:3.0 --> 0:4", "00:00:03.00 --> 00:00:04.00"])
def test_webvtt_times_are_mended_only_where_that_is_wished(times: str) -> None:
    text = f"{VTT}{times} align:end\nb"
    assert len(read(text).cues) == 1
    mended = read(text, mend=True)
    assert [(cue.start, cue.end, cue.text, cue.settings) for cue in mended.cues[1:]] == [(3, 4, "b", "align:end")]
    assert [(mend.message, mend.line, mend.cue) for mend in mended.mends] == [(messages.MENDED_TIMES, 6, 2)]


def test_text_of_a_cue_that_is_left_out_is_not_lost() -> None:
    assert read(VTT + "00:04.000 --> 00:03.000\nprecious").mends[0].values == {"text": "precious"}
    assert read(VTT + "precious").mends[0].values == {"text": "precious"}


def test_same_fault_everywhere_is_not_said_without_end() -> None:
    text = "".join(f"{n}\n00:00:01.000 --> 00:00:02.000\na\n\n" for n in range(1, 1000))
    assert len(read(text).mends) == MOST_MENDS


def test_place_at_the_top_that_old_tags_name_becomes_a_setting() -> None:
    for place, settings in ((8, "line:0"), (2, ""), (5, "line:50%"), (7, "line:0 position:0% align:left")):
        [cue] = read(SRT.replace("a", f"{{\\an{place}}}a")).cues
        assert (cue.text, cue.settings) == ("a", settings)


def test_header_and_its_language_are_kept() -> None:
    captions = read("WEBVTT - Clocks\nKind: captions\nLanguage: fr-CA\n\n" + VTT[8:])
    assert captions.header == "- Clocks\nKind: captions\nLanguage: fr-CA"
    assert captions.language == "fr-CA"


@pytest.mark.parametrize(
    ("text", "reason", "line", "cue"),
    [
        ("", messages.NO_CUE, 1, None),
        ("1\nsoon --> later\nHello", messages.NO_TIMES, 2, 1),
        ("[1, 2]", messages.NOT_CAPTIONS, 1, None),
    ],
)
def test_unreadable_text_is_refused_with_line_cue_and_reason(
    text: str, reason: str, line: int, cue: int | None
) -> None:
    with pytest.raises(CaptionError) as caught:
        read(text, mend=True)
    assert (caught.value.reason, caught.value.line, caught.value.cue) == (reason, line, cue)


@pytest.mark.parametrize("before", ["\n", " \r\n\r\n", "\ufeff\n\n\n"])
def test_empty_lines_before_the_signature_are_mended_where_that_is_wished(before: str) -> None:
    captions = read(before + VTT + "lost", mend=True)
    assert [cue.text for cue in captions.cues] == ["a"]
    lines = len(before.splitlines())
    assert [(mend.message, mend.line) for mend in captions.mends] == [
        (messages.LATE_SIGNATURE, lines + 1),
        (messages.STRAY, lines + 6),
    ]
