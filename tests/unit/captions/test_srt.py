"""SubRip as it is found in the wild."""

import pytest

from lti.captions import Cue, read, sniff, write
from lti.errors import CaptionError

ORDINARY = "1\n00:00:01,000 --> 00:00:02,500\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nthere\nyou\n"
CUES = (Cue(1.0, 2.5, "Hello"), Cue(3.0, 4.0, "there\nyou"))


@pytest.mark.parametrize(
    "text",
    [
        ORDINARY,
        "\ufeff" + ORDINARY,
        "\n\n" + ORDINARY,
        ORDINARY.replace("\n", "\r\n"),
        ORDINARY.replace("\n", "\r"),
        ORDINARY.replace("\n", "\r\r\n"),
        ORDINARY.replace(",", "."),
        ORDINARY.replace(",000", ""),
        ORDINARY.replace(",500", ",5"),
        ORDINARY.replace(" --> ", "-->"),
        ORDINARY.replace(" --> ", " -> "),
        ORDINARY.replace("00:00:0", "0:0:"),
        ORDINARY.replace("00:00:0", "00:0"),
        ORDINARY.replace("1\n00", "00").replace("2\n00", "00"),
        ORDINARY.replace("\n\n", "\n"),
        ORDINARY.replace("\n\n", "\n\n\n\n"),
        ORDINARY.replace("there\n", "there\n\n"),
        ORDINARY.replace("00:00:02,500", "00:00:02,500  X1:100 X2:200 Y1:1 Y2:2"),
    ],
)
def test_every_tolerable_spelling_reads_the_same(text: str) -> None:
    assert sniff(text) == "srt"
    assert read(text).cues == CUES
    assert read(text.encode()).cues == CUES


def test_hours_over_99_and_a_number_as_text_are_read() -> None:
    assert read("1\n100:00:00,000 --> 100:00:01,000\n42\n\n2\n100:00:02,000 --> 100:00:03,000\n43").cues == (
        Cue(360000.0, 360001.0, "42"),
        Cue(360002.0, 360003.0, "43"),
    )


def test_backward_cue_is_dropped() -> None:
    assert read("1\n00:00:05,000 --> 00:00:04,000\nno\n\n" + ORDINARY).cues == CUES


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("<i>a</i> <B>b</B> <u>c</u>", "<i>a</i> <b>b</b> <u>c</u>"),
        ('<font color="#fff">a</font>', "a"),
        (r"{\an8}{\i1}top", "top"),
        (r"{\an8}" + "\ntop", "top"),
        ("Tom & Jerry < 3 > 2", "Tom &amp; Jerry &lt; 3 &gt; 2"),
        ("R&amp;D &#233; &nbsp;", "R&amp;D &#233; &nbsp;"),
        ("AT&T; &unknown;", "AT&amp;T; &amp;unknown;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<i onclick=x>", "&lt;i onclick=x&gt;"),
        ("a --> b", "a --&gt; b"),
        ("<v Bob>hi", "<v Bob>hi"),
        ("مرحبا 🎬", "مرحبا 🎬"),
    ],
)
def test_text_becomes_a_payload_that_says_the_same(text: str, payload: str) -> None:
    captions = read(f"1\n00:00:00,000 --> 00:00:01,000\n{text}\n")
    assert [cue.text for cue in captions.cues] == [payload]
    assert [cue.text for cue in read(write(captions)).cues] == [payload]


def test_old_windows_file_is_read() -> None:
    assert read("1\n00:00:00,000 --> 00:00:01,000\n“naïve”".encode("cp1252")).cues[0].text == "“naïve”"


def test_headless_webvtt_is_read() -> None:
    assert read("00:01.000 --> 00:02.000 align:start\n<c.yellow>a</c>").cues == (Cue(1.0, 2.0, "<c.yellow>a</c>"),)


@pytest.mark.parametrize(
    ("text", "line", "cue"),
    [
        ("Hello\n\nthere", 1, None),
        ("1\nsoon --> later\nHello", 2, 1),
        ("\n<p>hi</p>", 2, None),
        ('{"errors": []}', 1, None),
        ("   \n", 1, None),
    ],
)
def test_text_without_a_cue_is_refused_with_its_place(text: str, line: int, cue: int | None) -> None:
    with pytest.raises(CaptionError) as caught:
        read(text)
    assert (caught.value.line, caught.value.cue) == (line, cue)
