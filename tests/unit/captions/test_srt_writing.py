"""SubRip written: nothing is lost that both formats can say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.captions import CaptionFile, Cue, read, sniff, srt_losses, write, write_srt
from lti.captions.markup import escape, plain
from lti.captions.messages import NOTES_LOST, PLACES_LOST, SPEAKERS_LOST, STYLES_LOST, TIMES_AS_TEXT

LINE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), min_size=1, max_size=20),
    st.lists(
        st.sampled_from(
            [
                "<",
                ">",
                "&",
                "amp;",
                "&lt;",
                "{",
                "\\an8}",
                "i>",
                "<b>",
                "</font>",
                "-->",
                "->",
                "1",
                "00:00:01,000",
                " ",
                "x",
            ]
        ),
        min_size=1,
        max_size=8,
    ).map("".join),
).filter(lambda line: bool(line.strip(" \t\f\v")))
TEXT = st.lists(LINE, max_size=3).map("\n".join)
TIMES = st.tuples(st.integers(0, 10**12), st.integers(1, 10**9)).map(lambda pair: (pair[0] / 1000, sum(pair) / 1000))


@given(st.lists(st.tuples(TIMES, TEXT), min_size=1, max_size=6))
def test_round_trip_through_subrip_loses_no_cue_time_or_character(cues: list[tuple[tuple[float, float], str]]) -> None:
    captions = CaptionFile(tuple(Cue(start, end, escape(text)) for (start, end), text in cues))
    written = write_srt(captions)
    assert sniff(written) == "srt"
    again = read(written)
    assert {mend.message for mend in again.mends} <= {TIMES_AS_TEXT}
    assert [((cue.start, cue.end), plain(cue.text)) for cue in again.cues] == cues
    assert write_srt(again) == written
    # And a text that came from SubRip comes through WebVTT.
    assert [(cue.start, cue.end, plain(cue.text)) for cue in read(write(again)).cues] == [
        (cue.start, cue.end, plain(cue.text)) for cue in captions.cues
    ]


MARKED = st.lists(
    st.sampled_from(["a", " b", "&amp;", "&lt;i&gt;", "<i>", "</i>", "<b>", "</b>", "<u>", "</u>", "\nc", "{\\an8}"]),
    max_size=10,
).map(lambda parts: "x" + "".join(parts))


@given(MARKED)
def test_bold_italic_and_underlined_survive(text: str) -> None:
    [again] = read(write_srt(CaptionFile((Cue(0, 1, text),)))).cues
    assert plain(again.text) == plain(text)
    assert again.text.count("<i>") == text.count("<i>")
    assert again.text.count("</b>") == text.count("</b>")


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ("<v Bob>Hello <i.loud>there</i></v>", "Hello <i>there</i>"),
        ("one<00:01.000>two", "onetwo"),
        ("Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
        ("&lt;i&gt;", "&lt;i>"),
        ("&amp;amp;", "&amp;amp;"),
        ("a --&gt; b", "a --> b"),
        ("00:00:01,000 --&gt; 00:00:02,000", "00:00:01,000 --&gt; 00:00:02,000"),
        ("<ruby>漢<rt>かん</rt></ruby>", "漢かん"),
        ("&nbsp;", "\xa0"),
        ("\n a\n \nb", " a\nb"),
        ("unclosed <b", "unclosed "),
    ],
)
def test_markup_that_subrip_has_not_is_left_out(payload: str, text: str) -> None:
    assert write_srt(CaptionFile((Cue(1, 2, payload),))) == f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n"


def test_file_is_numbered_and_hours_have_as_many_digits_as_they_need() -> None:
    cues = (Cue(0, 0.001, "a"), Cue(359_999.999, 3_600_000, ""))
    assert write_srt(CaptionFile(cues)) == (
        "1\n00:00:00,000 --> 00:00:00,001\na\n\n2\n99:59:59,999 --> 1000:00:00,000\n\n"
    )
    assert read(write_srt(CaptionFile(cues))).cues == cues


def test_what_would_be_lost_is_said() -> None:
    assert srt_losses(CaptionFile((Cue(0, 1, "<b>a</b> &amp;"),))) == ()
    cue = Cue(0, 1, "<v Bob><c.red>a</c>", "", "line:0")
    everything = (PLACES_LOST, STYLES_LOST, SPEAKERS_LOST, NOTES_LOST)
    assert srt_losses(CaptionFile((cue,), styles=("::cue {}",), notes=("n",))) == everything
