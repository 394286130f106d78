"""Content items become HTML as in the Rich Content Editor (reference/canvas.md 3.4)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.canvas.content_items import Editor, to_html
from sandbox.canvas.lti import ALLOW
from tests.unit.sandbox.lti.conftest import SAM, Site

RETRIEVE = "http://127.0.0.1:8001/courses/17/external_tools/retrieve"
UUID = "6f1c"
LAUNCH = f"{RETRIEVE}?display=in_rce&amp;resource_link_lookup_uuid={UUID}"
FRAME = f'allowfullscreen="true" allow="{ALLOW}"'


@pytest.mark.parametrize(
    ("item", "html"),
    [
        (
            {"type": "ltiResourceLink", "title": "A & B", "url": "https://t", "lookup_uuid": UUID, "iframe": {}},
            f'<iframe src="{LAUNCH}" title="A &amp; B" {FRAME}></iframe>',
        ),
        (
            {"type": "ltiResourceLink", "lookup_uuid": UUID, "iframe": {"width": 640, "height": "360"}},
            f'<iframe src="{LAUNCH}" title="" {FRAME} style="width: 640px; height: 360px;"></iframe>',
        ),
        (
            {"type": "ltiResourceLink", "title": "T", "text": "Watch", "lookup_uuid": UUID},
            f'<a href="{LAUNCH}" title="T" target="_blank">Watch</a>',
        ),
        (
            {"type": "link", "title": "T", "iframe": {"src": "https://v.example/1?a=1&b=2", "width": 5}},
            f'<iframe src="https://v.example/1?a=1&amp;b=2" title="T" {FRAME} style="width: 5px;"></iframe>',
        ),
        (
            {"type": "link", "url": "https://v.example", "title": "Title only"},
            '<a href="https://v.example" title="Title only" target="_blank">Title only</a>',
        ),
        (
            {"type": "link", "url": "https://v.example", "text": "x", "thumbnail": {"url": "https://i", "width": 9}},
            '<a href="https://v.example" title="" target="_blank"><img src="https://i" alt="x" width="9"></a>',
        ),
        (
            {"type": "link", "url": "java\nscript:alert(1)", "text": "x"},
            '<a href="#java\nscript:alert(1)" title="" target="_blank">x</a>',
        ),
        (
            {"type": "link", "iframe": {"src": "data:text/html,x"}, "width": 3},
            f'<iframe src="#data:text/html,x" title="" {FRAME}></iframe>',
        ),
        ({"type": "html", "html": "<p>one</p><p>two</p>", "title": "no"}, "<p>one</p><p>two</p>"),
        (
            {"type": "image", "url": "https://i", "text": "alt", "width": 3, "height": 4},
            '<img src="https://i" alt="alt" width="3" height="4">',
        ),
        ({"type": "file", "url": "https://f"}, None),
        ({"type": "made_up"}, None),
    ],
)
def test_each_type_has_its_html(item: dict[str, Any], html: str | None) -> None:
    assert to_html(item, Editor(RETRIEVE)) == html


@pytest.mark.parametrize("kind", ["link", "ltiResourceLink"])
def test_selected_text_goes_before_the_items_own(kind: str) -> None:
    html = to_html({"type": kind, "text": "own", "url": "https://x"}, Editor(RETRIEVE, selection="<chosen>"))
    assert html is not None
    assert html.endswith(">&lt;chosen&gt;</a>")


def test_tool_inside_a_tool_is_told_so() -> None:
    html = to_html({"type": "ltiResourceLink", "lookup_uuid": UUID, "iframe": {}}, Editor(RETRIEVE, "", "7"))
    assert html is not None
    assert f"{LAUNCH}&amp;parent_frame_context=7" in html


def test_editor_warns_of_what_it_does_not_take(site: Site) -> None:
    items = [{"type": "file", "url": "https://f"}, {"type": "html", "html": "<b>x</b>"}]
    answer = site.be(SAM).post("/sandbox/rce/content_items", json={"items": items, "lti_endpoint": RETRIEVE})
    assert answer.get_json() == {
        "html": ["<b>x</b>"],
        "warnings": ['Could not insert content: "file" items are not currently supported in Canvas.'],
    }
