"""What survives saving (reference/canvas.md 4.1)."""

from __future__ import annotations

import pytest

from sandbox.canvas.content_items import Editor, to_html
from sandbox.canvas.sanitizer import clean, clean_style

CANVAS_VIDEO = (
    '<iframe style="width: 720px; height: 405px; display: inline-block;" title="Video player for A &amp; B" '
    'data-media-type="video" src="/media_attachments_iframe/7?type=video&amp;embedded=true" allowfullscreen="" '
    'allow="fullscreen" data-media-id="m-1"></iframe>'
)
STUDIO_VIDEO = (
    '<iframe class="lti-embed" style="width: 720px; height: 405px; display: inline-block;" title="T" '
    'src="/courses/1/external_tools/retrieve?display=borderless&amp;url=https%3A%2F%2Fx" width="720" height="405" '
    'allowfullscreen="allowfullscreen" webkitallowfullscreen="webkitallowfullscreen" '
    'mozallowfullscreen="mozallowfullscreen" allow="fullscreen *" data-studio-tray-enabled="true"></iframe>'
)


@pytest.mark.parametrize("html", [CANVAS_VIDEO, STUDIO_VIDEO])
def test_native_embeds_survive_whole(html: str) -> None:
    assert attributes(clean(html)) == attributes(html)


def test_embed_of_a_resource_link_survives_whole() -> None:
    item = {"type": "ltiResourceLink", "title": "T", "lookup_uuid": "u", "iframe": {"width": 640, "height": 360}}
    html = to_html(item, Editor("http://127.0.0.1:8001/courses/17/external_tools/retrieve"))
    assert html is not None
    assert attributes(clean(html)) == attributes(html)


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<form><input><button>x</button></form>", "x"),
        ("<svg onload=x></svg><template>t</template><canvas>c</canvas>", "c"),
        ('<p onclick="x" data-any="1" aria-label="l" role="note" lang="de" dir="rtl">x</p>',
         '<p data-any="1" aria-label="l" role="note" lang="de" dir="rtl">x</p>'),
        ('<iframe src="https://x" loading="lazy" srcdoc="x" referrerpolicy="origin"></iframe>',
         '<iframe src="https://x"></iframe>'),
        ('<video src="data:video/mp4,x" autoplay loop preload="none" crossorigin controls></video>',
         '<video src="data:video/mp4,x" controls=""></video>'),
        ('<track src="data:text/vtt,x" kind="captions" srclang="en" label="E" default>',
         '<track src="data:text/vtt,x" kind="captions" srclang="en" label="E" default="">'),
        ('<iframe src="data:text/html,x"></iframe>', "<iframe></iframe>"),
        ('<a href="javascript:x" rel="me" download>x</a>', "<a>x</a>"),
        ('<a href="mailto:a@b.example" target="_blank">x</a>', '<a href="mailto:a@b.example" target="_blank">x</a>'),
        ('<img src="mailto:a@b.example" alt="x">', '<img alt="x">'),
        ('<p id="a b\tc">x</p>', '<p id="abc">x</p>'),
        ('<math display="block"><mi>x</mi></math>', '<math display="block"><mi>x</mi></math>'),
    ],
)  # fmt: skip
def test_only_what_canvas_allows_is_kept(html: str, kept: str) -> None:
    assert clean(html) == kept


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("width: 640px; height: 360px;", "width: 640px; height: 360px;"),
        ("aspect-ratio: 16/9; width: 5px", "width: 5px;"),
        ("transform: rotate(1deg); opacity: 0; bottom: 0; box-shadow: none", None),
        ("background: url(https://x.example/a.png)", "background: url(https://x.example/a.png);"),
        ("background: url(javascript:x)", None),
        ("margin-left: auto; display: flex; gap: 1rem", "margin-left: auto; display: flex; gap: 1rem;"),
        ("width: expression(alert(1))", None),
        ("width: 5px; }{ color: red", None),
    ],
)
def test_styles_are_filtered_by_property(style: str, kept: str | None) -> None:
    assert clean_style(style) == kept


def attributes(html: str) -> dict[str, str]:
    from html.parser import HTMLParser

    found: dict[str, str] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag == "iframe"
            found.update({name: value or "" for name, value in attrs})

    Reader().feed(html)
    assert found
    return found
