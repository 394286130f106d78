"""YouTube's SubViewer."""

from lti.captions import Cue, messages, read, sniff

TEXT = "0:00:01.000,0:00:02.500\nHello\n\n0:00:03.000,0:00:04.000\nthere\nyou\n"
CUES = (Cue(1, 2.5, "Hello"), Cue(3, 4, "there\nyou"))


def test_ordinary_file_is_read_with_every_line_end() -> None:
    for text in (
        TEXT,
        "\ufeff\n" + TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace("\n\n", "\n"),
    ):
        assert sniff(text) == sniff(text.encode()) == "sbv"
        assert read(text).cues == CUES
        assert read(text).mends == ()


def test_text_is_plain_and_breaks_are_lines() -> None:
    [cue] = read("0:00:01.000,0:00:02.000\na < b & <i>c</i>[br]d").cues
    assert cue.text == "a &lt; b &amp; &lt;i&gt;c&lt;/i&gt;\nd"


def test_hours_beyond_99_and_faults_are_read_and_said() -> None:
    captions = read("100:00:01.000,100:00:02.000\na\n\nb\n\n0:00:03.000,0:00:02.000\nbackward")
    assert captions.cues == (Cue(360_001, 360_002, "a\nb"),)
    assert [(mend.message, mend.line) for mend in captions.mends] == [(messages.EMPTY_LINES, 2), (messages.BACKWARD, 6)]
