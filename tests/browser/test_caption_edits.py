"""What the caption editor does in the page is what ``lti.captions.edit`` does; and its merge loses nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from lti.captions import Cue, edit, read
from lti.captions.markup import plain
from lti.captions.payload import tidy
from lti.errors import CaptionError
from tests.support.caption_texts import CORPUS, generated

pytestmark = pytest.mark.browser
JS = Path(__file__).parents[2] / "lti" / "web" / "static" / "js"
_LOAD = """
async () => {
  const load = (name) => import(`/js/caption-editor-${name}.js`);
  const names = ["edits", "text", "find", "history", "merge"];
  const [edits, text, find, history, merge] = await Promise.all(names.map(load));
  window.editor = { edits, text, find, history, merge };
}
"""
_APPLY = """
(cases) => cases.map(([name, cues, ...values]) => {
  const before = JSON.stringify(cues);
  const keyed = editor.edits.keyed(cues);
  let after;
  try {
    after = editor.edits[name](keyed, ...values);
  } catch (error) {
    if (!(error instanceof editor.edits.EditError)) throw error;
    return error.code;
  }
  if (JSON.stringify(editor.edits.wire(keyed)) !== before) throw new Error(`${name} changed what it was given`);
  return editor.edits.wire(after.cues ?? after);
})
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    def answer(route: Route) -> None:
        name = route.request.url.partition("/js/")[2]
        if name:
            route.fulfill(content_type="text/javascript", body=(JS / name).read_text())
        else:
            route.fulfill(content_type="text/html", body="<!doctype html><title>t</title>")

    context = browser.new_context()
    opened = context.new_page()
    opened.route("http://captions.test/**", answer)
    opened.goto("http://captions.test/")
    opened.evaluate(_LOAD)
    yield opened
    context.close()


def wire(cues: Sequence[Cue]) -> list[dict[str, Any]]:
    return [
        {
            "start": cue.start,
            "end": cue.end,
            "text": cue.text,
            "settings": cue.settings,
            "identifier": cue.identifier,
        }
        for cue in cues
    ]


def texts() -> list[list[Cue]]:
    """Give the captions of some hundred texts: real ones, and ones with every kind of markup."""
    found = [read(content).cues for content in (*CORPUS, *generated(150))]
    return [[cue for cue in cues[:12] if cue.end < 1e6] for cues in found if 2 < len(cues) < 200]


def differences(page: Page, cases: list[tuple[str, list[Cue], list[Any]]], expected: list[Any]) -> list[str]:
    got = page.evaluate(_APPLY, [[name, wire(cues), *values] for name, cues, values in cases])
    return [
        f"{name}{values}\n  of     {wire(cues)}\n  ours   {mine}\n  theirs {theirs}"
        for (name, cues, values), mine, theirs in zip(cases, got, expected, strict=True)
        if not same(mine, theirs)
    ]


def same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return all(same(one[key], other[key]) for key in other)
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) < 0.0011  # a half of a millisecond may be rounded either way
    return bool(one == other)


def tried(change: Callable[[], Sequence[Cue]], code: str) -> Any:
    try:
        return wire(change())
    except CaptionError:
        return code


def test_editor_times_captions_as_the_server_does(page: Page) -> None:
    cases: list[tuple[str, list[Cue], list[Any]]] = []
    expected = []
    for cues in texts():
        for seconds in (1.25, -0.4, -30.0):
            cases.append(("shift", cues, [seconds]))
            expected.append(tried(lambda c=cues, s=seconds: edit.shift(c, s), "outside"))  # type: ignore[misc]
        for factor, around in ((25 / 23.976, 0.0), (0.5, 10.0), (0.0, 0.0)):
            cases.append(("stretch", cues, [factor, around]))
            code = "outside" if factor else "no_factor"
            expected.append(tried(lambda c=cues, f=factor, a=around: edit.stretch(c, f, around=a), code))  # type: ignore[misc]
        one, other = (cues[0].start, cues[0].start + 1), (cues[-1].start, cues[-1].start + 3)
        cases.append(("fit", cues, [one, other]))
        expected.append(tried(lambda c=cues, o=one, t=other: edit.fit(c, o, t), "no_factor"))  # type: ignore[misc]
    assert len(cases) > 300
    assert not (wrong := differences(page, cases, expected)), "\n".join(wrong[:10])


def test_editor_splits_and_merges_as_the_server_does(page: Page) -> None:
    choose = random.Random(7)
    cases: list[tuple[str, list[Cue], list[Any]]] = []
    expected = []
    for cues in texts():
        index = choose.randrange(len(cues) - 1)
        shown = plain(cues[index].text)
        offset = choose.randint(0, len(shown))
        cases.append(("split", cues, [index, len(shown[:offset].encode("utf-16-le")) // 2]))
        expected.append(tried(lambda c=cues, i=index, o=offset: edit.split(c, i, o), "no_time"))  # type: ignore[misc]
        cases.append(("merge", cues, [index]))
        expected.append(wire(edit.merge(cues, index)))
    wrong = differences(page, cases, expected)
    assert not wrong, "\n".join(wrong[:10])


def test_editor_replaces_as_the_server_does(page: Page) -> None:
    choose = random.Random(11)
    cases: list[tuple[str, list[Cue], list[Any]]] = []
    expected = []
    for cues in texts():
        shown = plain(choose.choice(cues).text)
        at = choose.randrange(len(shown)) if shown else 0
        for find in (shown[at : at + choose.randint(1, 6)], "e"):
            match, whole = choose.random() < 0.5, choose.random() < 0.3
            by = choose.choice(["", "R&D <3", "x"])
            cases.append(("replaceAll", cues, [{"find": find, "matchCase": match, "wholeWords": whole}, by]))
            expected.append(wire(edit.find_and_replace(cues, find, by, match_case=match, whole_words=whole).cues))
    wrong = differences(page, cases, expected)
    assert not wrong, "\n".join(wrong[:10])


def test_what_a_person_types_is_what_viewers_read(page: Page) -> None:
    payloads = [cue.text for cues in texts() for cue in cues]
    again = page.evaluate("payloads => payloads.map(each => editor.text.typed(editor.text.editable(each)))", payloads)
    wrong = [(mine, theirs) for mine, theirs in zip(payloads, again, strict=True) if plain(tidy(mine)) != plain(theirs)]
    assert not wrong[:10]

    shown = page.evaluate("payloads => payloads.map(each => editor.text.plain(each))", payloads)
    assert [plain(each) for each in payloads] == shown

    typing = {
        "R&D <3 > 2": "R&amp;D &lt;3 &gt; 2",
        "<i>so</i> & <v Ann>she</v>": "<i>so</i> &amp; <v Ann>she</v>",
        "<script>x</script>": "&lt;script&gt;x&lt;/script&gt;",
        "one\n\n  \ntwo \n": "one\ntwo",
    }
    assert page.evaluate("typed => typed.map(each => editor.text.typed(each))", list(typing)) == list(typing.values())


def test_editor_undoes_and_does_again_what_was_typed(page: Page) -> None:
    told = page.evaluate("""() => {
      const step = (cues) => ({ cues, key: 1, what: "typed" });
      const [none, h, he, other] = [[], ["h"], ["he"], ["he", "x"]];
      let now = editor.history.begin(none);
      now = editor.history.advance(now, step(h), { group: "text 1", at: 0 });
      now = editor.history.advance(now, step(he), { group: "text 1", at: 900 });
      now = editor.history.advance(now, step(he), { group: "text 1", at: 950 });
      now = editor.history.advance(now, step(other), { group: "text 2", at: 1000 });
      const back = editor.history.undo(now);
      const far = editor.history.undo(editor.history.undo(back));
      const on = editor.history.redo(back);
      const elsewhere = editor.history.advance(back, step(["new"]), { at: 1100 });
      return [back.now.cues, far.now.cues, on.now.cues, elsewhere.future.length, editor.history.redo(on) === on];
    }""")
    assert told == [["he"], [], ["he", "x"], 0, True]


def test_added_and_retimed_captions_take_their_place(page: Page) -> None:
    cues = [Cue(1.0, 2.0, "a"), Cue(2.25, 3.0, "b"), Cue(9.0, 10.0, "c")]
    cases: list[list[Any]] = [
        ["insert", wire(cues), 1],
        ["insert", wire(cues), 0],
        ["insert", [], -1, 4.5],
        ["retime", wire(cues), 0, 5.0, 6.0],
        ["retime", wire(cues), 2, 0.0, 0.5],
        ["retime", wire(cues), 1, 3.0, 2.0],
    ]
    got = page.evaluate(_APPLY, cases)
    assert got.pop() == "end_first"
    assert [[(cue["start"], cue["end"], cue["text"]) for cue in each] for each in got] == [
        [(1.0, 2.0, "a"), (2.25, 3.0, "b"), (3.0, 5.0, ""), (9.0, 10.0, "c")],
        [(1.0, 2.0, "a"), (2.0, 4.0, ""), (2.25, 3.0, "b"), (9.0, 10.0, "c")],
        [(4.5, 6.5, "")],
        [(2.25, 3.0, "b"), (5.0, 6.0, "a"), (9.0, 10.0, "c")],
        [(0.0, 0.5, "c"), (1.0, 2.0, "a"), (2.25, 3.0, "b")],
    ]


def test_merge_takes_both_peoples_changes_and_asks_only_where_they_differ(page: Page) -> None:
    base = [Cue(float(at), at + 0.9, f"line {at}") for at in range(2_000)]
    mine, theirs = list(base), list(base)
    mine[5] = Cue(5.0, 5.9, "mine")
    theirs[7] = Cue(7.0, 7.9, "theirs")
    mine[9], theirs[9] = Cue(9.0, 9.9, "my nine"), Cue(9.0, 9.9, "their nine")
    mine[10], theirs[10] = Cue(10.0, 10.9, "my ten"), Cue(10.0, 10.9, "their ten")
    del mine[1_500]
    theirs.insert(1_800, Cue(1_799.95, 1_799.99, "added"))
    merged = page.evaluate(
        """([base, mine, theirs]) => {
          const pieces = editor.merge.compare(base, mine, theirs);
          const blind = editor.merge.compare(null, mine, theirs);
          const side = (wanted) => editor.merge.combined(blind, blind.map(() => wanted));
          return [
            pieces.filter(each => each.kind === "conflict").length,
            editor.merge.combined(pieces, ["theirs", "mine"]).map(each => each.text),
            blind.filter(each => each.kind === "conflict").length,
            JSON.stringify(side("mine")) === JSON.stringify(mine),
            JSON.stringify(side("theirs")) === JSON.stringify(theirs),
          ];
        }""",
        [wire(base), wire(mine), wire(theirs)],
    )
    expected = [cue.text for cue in mine]
    expected[7], expected[9] = "theirs", "their nine"
    expected.insert(1_799, "added")
    assert merged == [2, expected, 6, True, True]
