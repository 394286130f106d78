"""Edits of cues."""

import re
from dataclasses import replace

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lti.captions import CaptionFile, Cue, edit, plain_text, read, write
from lti.captions.markup import plain
from lti.errors import CaptionError

TEXTS = st.lists(
    st.sampled_from(
        ["a", "B", "word ", "&amp;", "&lt;", "&eacute;", "é", "字", "<i>", "</i>", "<v Bob>", "</v>", "<c.x>", "</c>",
         "\n", "<00:01.000>", " ", "&bad", "1", "<b", ">"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@st.composite
def cue_lists(draw: st.DrawFn, smallest: int = 0) -> tuple[Cue, ...]:
    cues = []
    for _ in range(draw(st.integers(smallest, 6))):
        start = draw(st.integers(0, 10_000_000))
        end = start + draw(st.integers(1, 100_000))
        text = read(write(CaptionFile((Cue(0, 1, draw(TEXTS)),)))).cues[0].text
        cues.append(Cue(start / 1000, end / 1000, text))
    return tuple(cues)


def letters(text: str) -> str:
    return "".join(plain(text).split())


@given(cue_lists(), st.integers(0, 10_000_000))
def test_shifting_there_and_back_changes_nothing(cues: tuple[Cue, ...], milliseconds: int) -> None:
    there = edit.shift(cues, milliseconds / 1000)
    assert [round((new.start - old.start) * 1000) for new, old in zip(there, cues, strict=True)] == [
        milliseconds for _ in cues
    ]
    assert edit.shift(there, -milliseconds / 1000) == cues


def test_shifting_before_the_beginning_names_the_cue_and_loses_nothing() -> None:
    cues = (Cue(5, 7, "across"), Cue(1, 2, "before"))
    with pytest.raises(CaptionError) as caught:
        edit.shift(cues, -6)
    assert caught.value.cue == 2
    assert edit.shift(cues[:1], -6) == (Cue(0, 1, "across"),)


@given(cue_lists(), st.floats(0.01, 100))
def test_stretched_cues_stay_cues_in_the_same_order(cues: tuple[Cue, ...], factor: float) -> None:
    stretched = edit.stretch(cues, factor)
    assert [cue.text for cue in stretched] == [cue.text for cue in cues]
    for new, old in zip(stretched, cues, strict=True):
        assert new.start < new.end
        assert new.start == pytest.approx(old.start * factor, abs=0.001)
        assert round(new.start, 3) == new.start


def test_stretching_around_a_time_keeps_it() -> None:
    assert edit.stretch((Cue(10, 11, "a"), Cue(20, 22, "b")), 2, around=10) == (Cue(10, 12, "a"), Cue(30, 34, "b"))


def test_two_times_are_brought_where_they_belong() -> None:
    cues = (Cue(10, 11, "first"), Cue(110, 112, "last"))
    assert edit.fit(cues, (10, 12), (110, 62)) == (Cue(12, 12.5, "first"), Cue(62, 63, "last"))


@pytest.mark.parametrize("factor", [0, -1, float("nan"), float("inf")])
def test_impossible_factor_is_refused(factor: float) -> None:
    with pytest.raises(CaptionError):
        edit.stretch((Cue(1, 2, "a"),), factor)
    with pytest.raises(CaptionError):
        edit.fit((Cue(1, 2, "a"),), (1, 1), (1, 2))


@given(cue_lists(smallest=1), st.data())
def test_split_cues_say_together_what_the_one_said(cues: tuple[Cue, ...], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(cues) - 1))
    assume(cues[index].end - cues[index].start > 0.0015)
    offset = data.draw(st.integers(0, len(plain(cues[index].text)) + 1))
    after = edit.split(cues, index, offset)
    one, two = after[index : index + 2]
    assert after[:index] == cues[:index]
    assert after[index + 2 :] == cues[index + 1 :]
    assert letters(one.text) + letters(two.text) == letters(cues[index].text)
    assert cues[index].start == one.start < one.end == two.start < two.end == cues[index].end
    assert read(write(CaptionFile(after))).cues == after


@pytest.mark.parametrize(
    ("text", "offset", "one", "two"),
    [
        ("one two", 3, "one", "two"),
        ("one\ntwo", 3, "one", "two"),
        ("<i>one two</i>", 3, "<i>one</i>", "<i> two</i>"),
        ("<v.loud Bob>one <b>two</b></v>", 4, "<v.loud Bob>one </v>", "<v.loud Bob><b>two</b></v>"),
        ("a &amp; b", 3, "a &amp;", "b"),
        ("<i>a</i> b", 1, "<i>a</i>", "b"),
        ("one", 0, "", "one"),
        ("one", 99, "one", ""),
    ],
)
def test_split_keeps_markup_on_both_sides(text: str, offset: int, one: str, two: str) -> None:
    cue = Cue(1, 3, text, "name", "align:start")
    assert [cue.text for cue in edit.split((cue,), 0, offset)] == [one, two]


def test_split_at_a_time_and_where_none_can_be() -> None:
    cue = Cue(1, 3, "one two", "name", "line:0")
    assert edit.split((cue,), 0, 3, 1.25) == (
        Cue(1, 1.25, "one", "name", "line:0"),
        Cue(1.25, 3, "two", "", "line:0"),
    )
    for at in (1.0, 3.0, 0.5):
        with pytest.raises(CaptionError):
            edit.split((cue,), 0, 3, at)
    with pytest.raises(CaptionError) as caught:
        edit.split((cue,), 1, 0)
    assert caught.value.cue == 2


@given(cue_lists(smallest=2), st.data())
def test_merged_cue_has_all_text_and_all_time(cues: tuple[Cue, ...], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(cues) - 2))
    count = data.draw(st.integers(2, len(cues) - index))
    after = edit.merge(cues, index, count)
    together = cues[index : index + count]
    assert after[:index] + after[index + 1 :] == cues[:index] + cues[index + count :]
    assert after[index].text.split("\n") == "\n".join(cue.text for cue in together if cue.text).split("\n")
    assert (after[index].start, after[index].end) == (min(c.start for c in together), max(c.end for c in together))


def test_merging_more_than_there_are_is_refused() -> None:
    for index, count in ((0, 3), (1, 2), (0, 1), (-1, 2)):
        with pytest.raises(CaptionError):
            edit.merge((Cue(1, 2, "a"), Cue(2, 3, "b")), index, count)


@pytest.mark.parametrize(
    ("text", "find", "by", "after"),
    [
        ("one two one", "one", "1", "1 two 1"),
        ("<b>on</b>e two", "one", "1", "<b>1</b> two"),
        ("R&amp;D &lt;3", "R&D", "<x>", "&lt;x&gt; &lt;3"),
        ("caf&eacute;", "café", "bar", "bar"),
        ("New\nYork", "new york", "York", "York"),
        ("<v Bob>Bob</v>", "bob", "Ann", "<v Bob>Ann</v>"),
        ("a <i>b</i> c", "b", "", "a <i></i> c"),
        ("one two", "e t", "e-t", "one-two"),
        ("aaa", "a", "aa", "aaaaaa"),
        ("a.c abc", "a.c", "x", "x abc"),
    ],
)
def test_text_is_replaced_as_it_is_read(text: str, find: str, by: str, after: str) -> None:
    replaced = edit.find_and_replace((Cue(0, 1, "other"), Cue(1, 2, text)), find, by)
    assert replaced.cues[1].text == after
    assert replaced.changed == (1,)


def test_case_and_whole_words_are_heeded_where_wished() -> None:
    cues = (Cue(0, 1, "The theory, the other"),)
    assert edit.find_and_replace(cues, "the", "a").count == 4
    assert edit.find_and_replace(cues, "the", "a", whole_words=True).cues[0].text == "a theory, a other"
    assert edit.find_and_replace(cues, "The", "A", match_case=True).cues[0].text == "A theory, the other"


@given(cue_lists(), st.sampled_from(["a", "B", "&", "<", "é", "word a", "1", "", " "]), TEXTS)
@example((Cue(0, 1, "&amp;lt;"),), "lt", "")
def test_replacing_changes_what_is_read_and_nothing_else(cues: tuple[Cue, ...], find: str, by: str) -> None:
    by = by.replace("\n", " ")
    replaced = edit.find_and_replace(cues, find, by, match_case=True)
    pattern = re.compile(r"\s+".join(re.escape(part) for part in find.split(" ")))
    for index, (old, new) in enumerate(zip(cues, replaced.cues, strict=True)):
        if index not in replaced.changed:
            assert new == old
        else:
            expected = pattern.sub(lambda _: by, plain(old.text))
            assert plain_text(new) == " ".join(expected.split())
            assert replace(new, text="") == replace(old, text="")
