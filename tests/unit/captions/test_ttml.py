"""TTML and DFXP."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.captions import Cue, messages, plain_text, read, sniff
from lti.errors import CaptionError

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"'
    ' xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"'
    ' xmlns:ttm="http://www.w3.org/ns/ttml#metadata"'
)


def document(body: str, *, root: str = "", head: str = "") -> str:
    return f"{HEAD} {root}><head>{head}</head>\n<body><div>\n{body}\n</div></body></tt>"


def cues(body: str, *, root: str = "", head: str = "") -> list[tuple[float, float, str]]:
    return [(cue.start, cue.end, cue.text) for cue in read(document(body, root=root, head=head)).cues]


def test_ordinary_document_is_read() -> None:
    text = document('<p begin="00:00:01.000" end="00:00:02.5">Hello</p>\n<p begin="3s" dur="1s">there<br/>you</p>')
    captions = read(text)
    assert sniff(text) == sniff(text.encode("utf-16")) == "ttml"
    assert captions.cues == (Cue(1, 2.5, "Hello"), Cue(3, 4, "there\nyou"))
    assert (captions.language, captions.mends) == ("en", ())


@pytest.mark.parametrize(
    "text",
    [
        '<tt xmlns="http://www.w3.org/2006/10/ttaf1"><body><div><p begin="1s" end="2s">a</p></div></body></tt>',
        '<tt xmlns="http://www.w3.org/2006/04/ttaf1"><body><div><p begin="1s" end="2s">a</p></div></body></tt>',
        '<tt><body><p begin="1s" end="2s">a</p></body></tt>',
        '\n\n<?xml version="1.0" encoding="UTF-16"?><!-- no --><tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:body>'
        '<tt:div><tt:p begin="1s" end="2s">a</tt:p></tt:div></tt:body></tt:tt>',
        '\ufeff<tt>\r\n<body>\r\n<p begin="1s" end="2s">\r\n  a\r\n</p></body></tt>',
    ],
)
def test_old_namespaces_prefixes_and_none_are_read(text: str) -> None:
    assert read(text).cues == (Cue(1, 2, "a"),)


@pytest.mark.parametrize(
    ("begin", "seconds", "root"),
    [
        ("00:00:05", 5, ""),
        ("0:00:05.5", 5.5, ""),
        ("100:00:00.001", 360000.001, ""),
        ("00:00:05:15", 5.5, ""),
        ("00:00:05:12", 5.5, 'ttp:frameRate="24"'),
        ("00:00:05:10.1", 5.35, 'ttp:frameRate="30" ttp:subFrameRate="2"'),
        ("50f", 2, 'ttp:frameRate="25"'),
        ("24f", 1.001, 'ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"'),
        ("24f", 1.001, 'ttp:frameRate="24" ttp:frameRateMultiplier="1000:1001"'),
        ("00:01:00:00", 60.06, 'ttp:timeBase="smpte" ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"'),
        (
            "00:10:00:00",
            600,
            'ttp:timeBase="smpte" ttp:dropMode="dropNTSC" ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"',
        ),
        ("15000000t", 1.5, 'ttp:tickRate="10000000"'),
        ("1.5h", 5400, ""),
        ("2m", 120, ""),
        ("1500ms", 1.5, ""),
        ("19.764", 19.764, ""),
        ("3:58.640", 238.64, ""),
        ("50f", 1.667, 'ttp:frameRate="0" ttp:frameRateMultiplier="0 x"'),
    ],
)
def test_every_kind_of_time_is_read(begin: str, seconds: float, root: str) -> None:
    assert cues(f'<p begin="{begin}" dur="1s">a</p>', root=root)[0][0] == pytest.approx(seconds, abs=0.001)


def test_times_around_a_text_count() -> None:
    body = '<div begin="10s" end="20s"><p begin="1s" end="2s">a</p><p begin="9s" end="99s">b</p><p>c</p></div>'
    assert cues(body) == [(10, 20, "c"), (11, 12, "a"), (19, 20, "b")]


def test_sequence_follows_itself() -> None:
    body = '<div begin="10s" timeContainer="seq"><p dur="1s">a</p><p begin="1s" dur="2s">b</p></div>'
    assert cues(body) == [(10, 11, "a"), (12, 14, "b")]


def test_spans_with_times_make_cues_of_their_own() -> None:
    spans = '<span begin="1s">two</span> <span begin="2s" end="3s">three</span>'
    body = f'<p begin="1s" end="5s">one {spans}</p>'
    assert cues(body) == [(1, 2, "one"), (2, 3, "one two"), (3, 4, "one two three"), (4, 5, "one two")]


def test_caption_without_end_stands_for_some_seconds() -> None:
    assert cues('<p begin="1s">a</p><p begin="9s" end="">b</p>') == [(1, 5, "a"), (9, 13, "b")]


def test_white_space_collapses_unless_it_is_preserved() -> None:
    assert cues('<p begin="1s" end="2s">\n  a   b <br/>\n  <span> c </span>d\n</p>') == [(1, 2, "a b\nc d")]
    assert cues('<p begin="1s" end="2s" xml:space="preserve">a   b\nc</p>') == [(1, 2, "a   b\nc")]


def test_styles_that_captions_have_are_kept_wherever_they_stand() -> None:
    head = (
        '<styling><style xml:id="base" tts:fontWeight="bold"/>'
        '<style xml:id="both" style="base" tts:fontStyle="italic"/></styling>'
    )
    body = (
        '<p begin="1s" end="2s" style="both">a <span tts:fontStyle="normal">b</span></p>'
        '<p begin="3s" end="4s"><span tts:textDecoration="underline">c &amp; d</span></p>'
    )
    assert cues(body, head=head) == [(1, 2, "<b><i>a </i></b><b>b</b>"), (3, 4, "<u>c &amp; d</u>")]


def test_region_at_the_top_stays_at_the_top() -> None:
    head = (
        '<layout><region xml:id="up" tts:origin="10% 10%"/><region xml:id="down" tts:origin="10% 80%"/>'
        '<region xml:id="low"><style tts:displayAlign="after"/></region></layout>'
    )
    body = "".join(
        f'<p begin="{n}s" end="9s" region="{name}">a</p>' for n, name in enumerate(("up", "down", "low", "none"))
    )
    assert [cue.settings for cue in read(document(body, head=head)).cues] == ["line:0", "", "", ""]


def test_metadata_and_foreign_text_are_not_captions() -> None:
    body = '<p begin="1s" end="2s"><metadata>no<ttm:desc>no</ttm:desc></metadata><ttm:title>no</ttm:title>yes</p>'
    assert cues(f"stray {body}") == [(1, 2, "yes")]


def test_faults_are_said_with_their_line() -> None:
    body = (
        '<p begin="1s" end="2s">good</p>\n<p begin="soon" end="2s">bad</p>\n'
        '<p>never</p>\n<p begin="3s" end="2s">back</p>\n'
        '<p begin="4s" end="5s" tts:color="red">red</p>'
    )
    captions = read(document(body))
    assert [plain_text(cue) for cue in captions.cues] == ["good", "red"]
    assert [(mend.message, mend.line) for mend in captions.mends] == [
        (messages.BAD_TIMES, 5),
        (messages.WITHOUT_TIMES, 6),
        (messages.BACKWARD, 7),
        (messages.DROPPED_TAGS, 8),
    ]


def test_one_language_of_several_is_read_and_the_others_are_named() -> None:
    body = '<p begin="1s" end="2s">a</p></div><div xml:lang="fr"><p begin="1s" end="2s">b</p>'
    captions = read(document(body))
    assert [cue.text for cue in captions.cues] == ["a"]
    assert [mend.values for mend in captions.mends] == [{"language": "fr"}]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (document('<p begin="1s" end="2s">a'), messages.NOT_WELL_FORMED, 5),
        (document("<p>&nbsp;</p>"), messages.NOT_WELL_FORMED, 4),
        (document(""), messages.NO_CUE, 1),
        ("<ttx><p/></ttx>", messages.NOT_CAPTIONS, 1),
        ("<html>\n<tt/></html>", messages.NOT_CAPTIONS, 1),
        ('<?xml version="1.0"?>\n<!DOCTYPE tt>\n<tt/>', messages.TYPE_DECLARED, 2),
        (
            '<!DOCTYPE tt [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><tt><body><p begin="1s">&b;</p></body></tt>',
            messages.TYPE_DECLARED,
            1,
        ),
        (
            '<!DOCTYPE tt SYSTEM "file:///etc/passwd"><tt><body><p begin="1s" end="2s">a</p></body></tt>',
            messages.TYPE_DECLARED,
            1,
        ),
    ],
)
def test_document_that_cannot_be_read_is_refused_with_line_and_reason(text: str, reason: str, line: int) -> None:
    with pytest.raises(CaptionError) as caught:
        read(text)
    assert (caught.value.reason, caught.value.line) == (reason, line)


def test_hostile_documents_take_linear_time() -> None:
    began = time.process_time()
    spans = "".join(f'<span begin="{n}ms" end="{n + 1}ms">a</span>' for n in range(50_000))
    deep = "<span>" * 20_000 + "a" + "</span>" * 20_000
    nested = '<div begin="1s">' * 20_000 + '<p begin="1s" end="2s">a</p>' + "</div>" * 20_000
    assert cues(f'<p begin="1s">{spans}</p>') == [(1, 51, "a" * 50_000)]
    assert cues(f'<p begin="1s" end="2s">{deep}</p>') == [(1, 2, "a")]
    assert cues(nested) == [(20_001, 20_002, "a")]
    assert time.process_time() - began < 10  # measured: 1 s


PIECES = st.sampled_from(
    ["<p>", "</p>", '<p begin="1s" end="2s">', '<div begin="x">', "</div>", "<br/>", "a", "<span>", "</span>", "&amp;",
     "&", '<span begin="1s">', "<metadata>", "</metadata>", '<region xml:id="r">', "</region>", "<style/>",
     "\n", "é", "\0"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=20).map("".join))
def test_any_document_reads_or_is_refused(body: str) -> None:
    try:
        captions = read(document(body))
    except CaptionError as error:
        refused = error
        assert refused.line is not None
        return
    for cue in captions.cues:
        assert cue.start < cue.end
        assert "\n\n" not in cue.text
