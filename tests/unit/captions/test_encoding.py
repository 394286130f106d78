"""Caption files in every encoding that people still have."""

import pytest

from lti.captions import read, sniff
from lti.captions.encoding import decode
from lti.errors import CaptionError
from tests.unit.captions.test_language import TEXTS

SRT = "1\n00:00:01,000 --> 00:00:02,500\n{}\n\n2\n00:00:03,000 --> 00:00:04,000\n{}\n"


def in_srt(text: str) -> str:
    return SRT.format(text[: len(text) // 2].strip(), text[len(text) // 2 :].strip())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [TEXTS["fr"], TEXTS["ja"], TEXTS["ru"], "ok", "🎬"])
@pytest.mark.parametrize("head", ["", "WEBVTT\n\n"])
def test_every_unicode_encoding_is_read(encoding: str, text: str, head: str) -> None:
    whole = head + in_srt(text).replace(",000 ", ".000 ").replace(",500", ".500").replace(",000\n", ".000\n")
    assert read(whole.encode(encoding)).cues == read(whole).cues
    assert sniff(whole.encode(encoding)) == ("webvtt" if head else "srt")


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("fr", "latin-1"),
        ("fr", "cp1252"),
        ("es", "cp1252"),
        ("de", "latin-1"),
        ("sv", "cp1252"),
        ("ru", "cp1251"),
        ("ru", "koi8-r"),
        ("uk", "cp1251"),
        ("el", "cp1253"),
        ("he", "cp1255"),
        ("ar", "cp1256"),
        ("ja", "shift_jis"),
        ("ja", "euc_jp"),
        ("ko", "euc_kr"),
        ("zh", "gb18030"),
    ],
)
def test_old_encoding_is_guessed_and_the_guess_is_said(language: str, encoding: str) -> None:
    text = in_srt(TEXTS[language])
    content = text.encode(encoding, "ignore")
    captions = read(content)
    assert captions.cues == read(content.decode(encoding)).cues
    assert captions.mends[0].values["encoding"]
    assert captions.mends[0].line == 1


def test_named_encoding_is_taken_in_place_of_the_guess() -> None:
    content = in_srt(TEXTS["pl"]).encode("cp1250")
    assert read(content).cues != read(in_srt(TEXTS["pl"])).cues
    captions = read(content, encoding="cp1250")
    assert captions.cues == read(in_srt(TEXTS["pl"])).cues
    assert captions.mends == ()


@pytest.mark.parametrize("encoding", ["nonsense", "hex", "zip", "rot13", "", "a\0b", "x" * 1000, "идн"])
def test_encoding_that_is_none_is_refused(encoding: str) -> None:
    with pytest.raises(CaptionError):
        read(b"1\n", encoding=encoding)


def test_webvtt_in_an_old_encoding_is_mended_only_where_that_is_wished() -> None:
    content = "WEBVTT\n\n00:00.000 --> 00:01.000\nnaïveté".encode("cp1252")
    assert read(content).cues[0].text == "na\ufffdvet\ufffd"  # as in the picture
    assert read(content, mend=True).cues[0].text == "naïveté"


def test_declared_encoding_of_xml_is_used() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-2"?><tt><body><p begin="1s" end="2s">łąka</p></body></tt>'
    assert read(text.encode("iso-8859-2")).cues[0].text == "łąka"
    assert read(text.encode()).cues[0].text == "łąka"


def test_bytes_are_never_a_crash() -> None:
    for content in (b"", b"\xff", b"\xff\xfe", b"\x00" * 50, bytes(range(256)) * 4):
        assert decode(content).text is not None
