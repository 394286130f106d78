"""Cues as transcripts show them."""

import pytest

from lti.captions import Cue, plain_text, transcript


@pytest.mark.parametrize(
    ("payload", "plain"),
    [
        ("plain", "plain"),
        ("<v Bob>Hello <b>there</b></v>\nyou", "Hello there you"),
        ("one<00:01.000>two", "onetwo"),
        ("Tom &amp; Jerry &lt;3&gt; caf&eacute; &#233; &#xE9;", "Tom & Jerry <3> café é é"),
        ("&lt;script&gt;", "<script>"),
        ("&amp;lt;", "&lt;"),
        ("unclosed <b", "unclosed"),
        ("&#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";"),
        ("a & b &nosuchthing;", "a & b &nosuchthing;"),
        ("", ""),
    ],
)
def test_reader_sees_text_without_markup(payload: str, plain: str) -> None:
    assert plain_text(Cue(0, 1, payload)) == plain


def test_transcript_has_a_paragraph_for_each_stretch_of_speech() -> None:
    cues = [
        Cue(9.0, 10.0, "<i>later</i>\non"),
        Cue(0.0, 1.0, "<v Bob>Hello"),
        Cue(1.5, 3.0, "R&amp;D"),
        Cue(3.0, 4.0, "<b></b>"),
        Cue(12.0, 13.0, "end"),
    ]
    assert transcript(cues) == "Hello R&D\n\nlater on\n\nend\n"
    assert transcript(cues, pause=100) == "Hello R&D later on end\n"
    assert transcript([]) == ""
