"""Scenarist closed captions. Times are of 29.97 frames a second; each pair of bytes takes one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.captions import messages, plain_text, read, sniff
from lti.errors import CaptionError
from tests.support.scc_texts import (
    BS,
    CR,
    DER,
    EDM,
    ENM,
    EOC,
    ITALIC,
    PLAIN,
    RCL,
    RDC,
    RU2,
    RU3,
    UNDERLINED,
    file,
    line,
    row,
)  # fmt: skip


def texts(*lines: str) -> list[str]:
    return [cue.text for cue in read(file(*lines)).cues]


def pop_on(*parts: str | int) -> str:
    return line("00:00:01:00", RCL, ENM, row(15), *parts, EOC) + line("00:00:05:00", EDM)


def test_captions_pop_on_when_they_are_shown_and_go_when_they_are_erased() -> None:
    text = file(
        line("00:00:01:00", ENM, RCL, row(14), "Hello", row(15, 4), "there", EOC),
        line("00:00:03:00", EDM),
        line("00:00:04:00", ENM, RCL, row(15), "again", EOC),
        line("00:00:06:00", ENM, RCL, row(15), "and again", EOC),
    )
    assert sniff(text) == sniff(text.encode()) == "scc"
    captions = read(text)
    assert captions.mends == ()
    assert [(cue.start, cue.end, cue.text) for cue in captions.cues] == [
        (1.468, 3.003, "Hello\nthere"),
        (4.304, 6.373, "again"),
        (6.373, 10.406, "and again"),
    ]
    assert read(text.replace("\n", "\r\n")).cues == captions.cues


def test_drop_frame_time_codes_keep_with_the_clock() -> None:
    one = line("00:10:00;00", RCL, row(15), "a", EOC) + line("00:10:01;00", EDM)
    ten = line("00:10:00:00", RCL, row(15), "a", EOC) + line("00:10:01:00", EDM)
    assert read(file(one)).cues[0].end == pytest.approx(601.0, abs=0.002)
    assert read(file(ten)).cues[0].end == pytest.approx(601.601, abs=0.002)


def test_rows_that_roll_up_become_a_cue_each() -> None:
    captions = read(
        file(
            line("00:00:01:00", RU2, CR, row(15), "FIRST ROW"),
            line("00:00:03:00", RU2, CR, row(15), "SECOND ROW"),
            line("00:00:05:00", RU3, CR, row(15), "THIRD ROW"),
            line("00:00:07:00", EDM),
        )
    )
    assert [cue.text for cue in captions.cues] == ["FIRST ROW", "SECOND ROW", "THIRD ROW"]
    assert [round(cue.end) for cue in captions.cues] == [3, 5, 7]


def test_row_that_nothing_follows_does_not_stand_for_ever() -> None:
    [first, _] = read(file(line("00:00:01:00", RU2, CR, row(15), "A"), line("00:10:00:00", RU2, CR, row(15), "B"))).cues
    assert first.end - first.start == pytest.approx(16, abs=0.01)


def test_row_that_is_named_again_goes_on() -> None:
    assert texts(line("00:00:01:00", RU2, CR, row(15), "WH", row(15), "EN", row(15, 8), "NOW")) == ["WHEN NOW"]


def test_painted_captions_are_read() -> None:
    lines = (
        line("00:00:01:00", RDC, row(14), "painted"),
        line("00:00:03:00", EDM),
        line("00:00:04:00", RDC, row(15), "on"),
    )
    assert texts(*lines) == ["painted", "on"]
    assert texts(lines[0], line("00:00:02:00", RDC, row(14), "new")) == ["painted", "new"]


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((ITALIC, "slanted", PLAIN, "straight"), "<i>slanted </i>straight"),
        ((UNDERLINED, "under"), "<u>under</u>"),
        (("a < b & c",), "a &lt; b &amp; c"),
        (("caf\\",), "café"),
        ((0x1137, " la ", 0x1137), "♪ la ♪"),
        (("A", 0x1220), "Á"),
        (("abc", BS, "d"), "abd"),
        (("abcdef", row(15, 4), DER), "abcd"),
        (("a", row(15, 8), "b"), "a b"),
        (("it's",), "it's"),
        (("x" * 40,), "x" * 40),
        ((0x1721, "tab"), "tab"),
    ],
)
def test_codes_become_text(parts: tuple[str | int, ...], text: str) -> None:
    assert texts(pop_on(*parts)) == [text]


def test_codes_sent_once_are_read_too() -> None:
    once = line("00:00:01:00", RCL, row(15), "a", 0x1137, 0x1137, EOC, twice=False)
    assert texts(once) == ["a♪"]  # the second of the same is a repetition


def test_captions_in_the_upper_half_stay_there() -> None:
    assert read(file(line("00:00:01:00", RCL, row(1), "up", EOC))).cues[0].settings == "line:0"


def test_other_channel_and_text_mode_are_not_mixed_in() -> None:
    assert texts(pop_on("ours", 0x1C20, "theirs", RCL, "!")) == ["ours!"]
    assert texts(pop_on("ours", 0x142A, "page", RCL, "!")) == ["ours!"]


def test_faults_are_said_with_their_line_and_the_rest_is_read() -> None:
    text = file(pop_on("good")) + "00:00:09:00 nothing\nnonsense\n" + line("00:00:08:00", RCL, row(15), "late", EOC)
    captions = read(text)
    assert [plain_text(cue) for cue in captions.cues] == ["good", "late"]
    assert [(mend.message, mend.line) for mend in captions.mends] == [
        (messages.BAD_PARITY, 7),
        (messages.BAD_LINE, 8),
    ]
    assert read("Scenarist_SCC V1.0\n\n00:00:01:00\t1420 1470 6162 142f 14").mends[0].message == messages.BAD_PARITY


def test_line_that_goes_back_in_time_is_said_and_no_cue_goes_back() -> None:
    captions = read(file(line("00:00:09:00", RCL, row(15), "a", EOC), line("00:00:05:00", RCL, row(15), "b", EOC)))
    assert [mend.message for mend in captions.mends] == [messages.BACK_IN_TIME]
    assert all(cue.start < cue.end for cue in captions.cues)


@pytest.mark.parametrize("text", ["Scenarist_SCC V1.0", "Scenarist_SCC V1.0\n\n00:00:01:00\t942c 942c\n"])
def test_file_without_captions_is_refused(text: str) -> None:
    with pytest.raises(CaptionError) as caught:
        read(text)
    assert (caught.value.reason, caught.value.line) == (messages.NO_CUE, 1)


CODES = st.one_of(
    st.sampled_from([RCL, ENM, EDM, EOC, RU2, RU3, RDC, CR, BS, DER, ITALIC, PLAIN, row(1), row(14), row(15, 28)]),
    st.integers(0x1020, 0x1F7F),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7F), max_size=6),
)
BURSTS = st.tuples(st.integers(0, 59), st.lists(CODES, max_size=8))


@given(st.lists(BURSTS, max_size=6))
def test_any_codes_read_or_are_refused(bursts: list[tuple[int, list[str | int]]]) -> None:
    try:
        captions = read(file(*(line(f"00:00:{second:02d}:00", *codes) for second, codes in bursts)))
    except CaptionError as error:
        refused = error.reason
        assert refused == messages.NO_CUE
        return
    for cue in captions.cues:
        assert cue.start < cue.end
        assert plain_text(cue)


def test_pop_on_text_comes_back_as_it_was_written() -> None:
    words = ["WORLD", "of work", "is (changing)", "100%!", "Q: why?", "a b"]
    written = [line(f"00:00:{2 * at + 1:02d}:00", ENM, RCL, row(15), word, EOC) for at, word in enumerate(words)]
    assert texts(*written) == words
