"""What holds for any text at all."""

from hypothesis import example, given
from hypothesis import strategies as st

from lti.captions import CaptionFile, plain_text, read, sniff, write, write_srt
from lti.captions.checks import check
from lti.errors import CaptionError

PIECES = st.one_of(
    st.sampled_from(["WEBVTT", "NOTE", "NOTE ", "STYLE", "REGION", "-->", " --> ", " align:start", "1", "42"]),
    st.sampled_from(["\n", "\n\n", "\r", "\r\n", "\0", "\ufeff", " ", "\t", "\u2028", "\ud800", "é", "🎬", "م"]),
    st.sampled_from(["00:00.000 --> 00:01.000", "00:00:01,000 --> 00:00:02,000", "0:0:1 -> 0:0:2"]),
    st.sampled_from(["00:01.000 --> 00:00.500", "<i>", "</i>", "<v Bob>", "<v a-->", "<font>", "{\\an8}"]),
    st.sampled_from(["<", ">", "&", "&amp;", "&#99999999999;", "0:00:01.000,0:00:02.000", "94ae 9420 c1c2 942f"]),
)
CAPTIONLIKE = st.lists(PIECES, max_size=40).map("".join)
HEADS = st.sampled_from(
    ["WEBVTT\n\n", "0:00:01.000,0:00:02.000\n", "Scenarist_SCC V1.0\n\n00:00:01:00\t", "<tt><p begin='1s'>"]
)
ANY = st.one_of(CAPTIONLIKE, st.builds(str.__add__, HEADS, CAPTIONLIKE), st.text(st.characters()), st.binary())


def attempt(content: str | bytes, *, mend: bool = False) -> CaptionFile | None:
    try:
        return read(content, mend=mend)
    except CaptionError as error:
        failed_at = error.line
    assert failed_at is not None
    assert failed_at >= 1
    return None


@given(ANY)
def test_any_text_reads_or_raises_caption_error(content: str | bytes) -> None:
    sniff(content)
    for captions in (attempt(content), attempt(content, mend=True)):
        if captions is None:
            continue
        for cue in captions.cues:
            assert 0 <= cue.start < cue.end
            assert "-->" not in cue.identifier
            plain_text(cue)
        for mend in captions.mends:
            assert mend.line >= 1
            assert mend.message % mend.values
        check(captions.cues, duration=60, declared="en")
        if captions.cues:
            assert len(read(write_srt(captions)).cues) == len(captions.cues)


@given(ANY)
@example("00:00.000 --> 00:01.000\n<v a-->WEBVTT")
def test_writing_what_was_read_is_stable(content: str | bytes) -> None:
    captions = attempt(content)
    if captions is not None:
        written = write(captions)
        written.encode()  # no half characters
        again = read(written)
        assert [(c.start, c.end) for c in again.cues] == [(c.start, c.end) for c in captions.cues]
        assert [plain_text(c) for c in again.cues] == [plain_text(c) for c in captions.cues]
        assert write(again) == written


@given(CAPTIONLIKE)
def test_webvtt_cues_survive_a_round_trip_exactly(content: str) -> None:
    captions = read("WEBVTT\n\n" + content)
    again = read(write(captions))
    assert [(c.start, c.end, c.text, c.identifier) for c in again.cues] == [
        (c.start, c.end, c.text, c.identifier) for c in captions.cues
    ]
    assert again.styles == captions.styles
    assert again.regions == captions.regions
