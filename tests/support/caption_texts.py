"""WebVTT texts to read in two ways: a corpus of what the specification is particular about, and generated ones."""

from __future__ import annotations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

CUE = "00:00.000 --> 00:01.000\n"

_SETTINGS = (
    "align:start", "align:end", "align:left", "align:right", "align:center", "align:middle", "align:START",
    "line:0", "line:-1", "line:5", "line:50%", "line:100%", "line:101%", "line:1.5", "line:50.5%", "line:-1%", "line:",
    "line:0,start", "line:50%,center", "line:-1,end", "line:0,middle", "line:1e3", "line:+1", "line:.5", "line:5.",
    "line:--1", "line:-", "line:auto", "line:5,", "line:%", "line: 5",
    "position:10%", "position:0%", "position:100%", "position:100.1%", "position:10", "position:10%,line-left",
    "position:10%,center", "position:10%,line-right", "position:10%,start", "position:10%,", "position:1.%",
    "size:50%", "size:0%", "size:100%", "size:120%", "size:50", "size:5.25%", "size:-1%", "size:05%",
    "vertical:rl", "vertical:lr", "vertical:tb", "vertical:", "region:fred", "region:", ":x", "x:", "x", "align:start,",
    "line:0 line:50%", "align:start align:end", "size:50% size:x", "line:50% line:3", "vertical:rl line:0 size:20%",
)  # fmt: skip

_TIMINGS = (
    "00:00.000 --> 00:01.000", "00:00:00.000 --> 00:00:01.000", "100:00:00.000 --> 1000:00:00.001",
    "00:01.000-->00:02.000", "\t00:01.000\t-->\t00:02.000\t", " 00:01.000 --> 00:02.000", "00:01.000 --> 00:02.000x",
    "0:01.000 --> 00:02.000", "00:60.000 --> 00:61.000", "60:00.000 --> 61:00.000", "00:01.00 --> 00:02.000",
    "00:01.000 --> 00:02.0000", "00:01,000 --> 00:02,000", "00:01.000 -> 00:02.000", "-00:01.000 --> 00:02.000",
    "00:01.000 --> 00:01.000", "00:02.000 --> 00:01.000", "1:00:00.000 --> 01:00:01.000", "00:01.000 --> ",
    "00:01.000 --> 0:00:02.000", "00:00:01 --> 00:00:02", "00:01.000 --> 00:02.000 --> 00:03.000", "-->", "a --> b",
    "00:01.000 -->\f00:02.000", "00:01.000 -- > 00:02.000", "000:00:01.000 --> 000:00:02.000", "--> 00:01.000",
    "00:00:59.999 --> 00:59:59.999", "00:01.000  -->  00:02.000 align:start",
)  # fmt: skip

_TEXTS = (
    "a", "a\nb", "", " ", "a\n \nb", "<v Bob>hi</v>", "<v.loud Bob Jones>hi", "<lang en-GB>colour</lang>",
    "<c.a.b>x</c>", "<ruby>a<rt>b</rt></ruby>", "one<00:00.500>two", "&amp; &lt; &gt; &nbsp; &lrm; &rlm; &bogus; &#65;",
    "a & b < c > d", "<i", "\u05e9\u05dc\u05d5\u05dd \U0001f3ac", "tab\there", "trailing ", " leading", "-> a",
    "a -- > b", "\ufeffa", "\u2028a", "NOTE", "STYLE", "1", "e\u0301", "\x0c", "\x01",
)  # fmt: skip

_BLOCKS = (
    "NOTE", "NOTE one", "NOTE\ntwo\nlines", "NOTEx", "NOTE\tx", "STYLE\n::cue { color: red }", "STYLE ",
    "REGION\nid:fred",
    "REGION\nid:fred width:40% lines:3 regionanchor:0%,100% viewportanchor:10%,90% scroll:up", "some text", "1\n2\n3",
    "STYLE\n::cue(b) { color: red }\n" + CUE + "in a style", "NOTE\n" + CUE + "in a note", "id\nid\n" + CUE + "two ids",
)  # fmt: skip

_HEADS = (
    "WEBVTT", "WEBVTT - title", "WEBVTT\ttitle", "WEBVTT\nKind: captions\nLanguage: en", "\ufeffWEBVTT",
    "WEBVTT x --> y",
    "WEBVTT\n" + CUE + "no empty line", "WEBVTT\nid\n" + CUE + "an identifier in the header", "WEBVTT\na --> b\nc",
    "WEBVTT\nSTYLE\n::cue { color: red }",
)  # fmt: skip

_NOT_UTF_8 = (b"WEBVTT\n\n00:00.000 --> 00:01.000\ngr\xfc\xdf \xff\xe4\xb8", b"WEBVTT\0\n\n00:00.000 --> 00:01.000\na")

CORPUS: tuple[bytes, ...] = _NOT_UTF_8 + tuple(
    text.encode()
    for text in (
        *(f"{head}\n\n{CUE}after the head" for head in _HEADS),
        "WEBVTT",
        "WEBVTT\n",
        "WEBVTT\n\n",
        *(f"WEBVTT\n\n{timings}\nfirst\n\n00:03.000 --> 00:04.000\nnext" for timings in _TIMINGS),
        *(f"WEBVTT\n\nid\n{timings}\nfirst\n00:03.000 --> 00:04.000\nnext" for timings in _TIMINGS),
        *(f"WEBVTT\n\n00:00.000 --> 00:01.000 {setting}\nset" for setting in _SETTINGS),
        *(f"WEBVTT\n\n{CUE}{text}\n\n00:03.000 --> 00:04.000\nnext" for text in _TEXTS),
        *(f"WEBVTT\n\n{block}\n\n{CUE}after\n\n{block}\n\n{CUE}last" for block in _BLOCKS),
        *(f"WEBVTT\n\nREGION\nid:fred\n\n00:00.000 --> 00:01.000 region:fred {s}\nset" for s in ("", *_SETTINGS[:8])),
        f"WEBVTT\n\n{CUE}a\0b",
        f"WEBVTT\n\n{CUE}\n{CUE}b",
        "WEBVTT\n\n00:05.000 --> 00:06.000\nlate\n\n00:01.000 --> 00:09.000\nlong\n\n00:01.000 --> 00:02.000\nshort",
        *(f"WEBVTT\n\nid\n{CUE}a\nb\n\n\n{CUE}c\n".replace("\n", end) for end in ("\r", "\r\n", "\n\r", "\r\r\n")),
    )
)

_LINE = st.one_of(
    st.sampled_from(_TIMINGS),
    st.builds(" ".join, st.lists(st.sampled_from(_SETTINGS), max_size=4)).map("00:02.000 --> 00:03.000 ".__add__),
    st.sampled_from(_TEXTS),
    st.sampled_from(_BLOCKS),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
_END = st.sampled_from(["\n", "\n", "\n", "\n\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\n\n\n"])
_FILE = st.builds(
    lambda head, parts: (head + "".join(end + line for end, line in parts)).encode(),
    st.sampled_from(_HEADS),
    st.lists(st.tuples(_END, _LINE), max_size=14),
)


def generated(count: int) -> list[bytes]:
    """Give texts that hypothesis makes up: the same in each run."""
    texts: list[bytes] = []

    @settings(max_examples=count, derandomize=True, database=None, phases=[Phase.generate], deadline=None)
    @given(_FILE)
    def collect(text: bytes) -> None:
        texts.append(text)

    collect()
    return texts
