"""What the Rich Content Editor makes of deep-linking content items (reference/canvas.md 3.4).

Canvas does this in the browser. Here the editor asks the server, so that the very same code also serves tests without a
browser; the tool cannot tell the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, jsonify, request
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from sandbox.canvas.lti import ALLOW
from sandbox.canvas.sanitizer import clean
from sandbox.canvas.session import login_required

blueprint = Blueprint("content_items", __name__)


@dataclass(frozen=True)
class Editor:
    """What the editor knows beside the items."""

    lti_endpoint: str  # absolute /courses/<id>/external_tools/retrieve
    selection: str = ""  # selected text: goes before an item's own text
    parent_frame_context: str | None = None


def to_html(item: Mapping[str, Any], editor: Editor) -> str | None:
    """Write an item as HTML; None if the editor does not take its type."""
    kind = item.get("type")
    frame = item.get("iframe")
    if kind == "link":
        if isinstance(frame, Mapping) and frame.get("src"):
            return _iframe(_nested(safe_url(str(frame["src"])), editor), item, frame)
        return _link(safe_url(str(item.get("url", ""))), item, editor)
    if kind == "ltiResourceLink":
        url = _nested(resource_link_url(editor.lti_endpoint, str(item.get("lookup_uuid", ""))), editor)
        return _iframe(url, item, frame) if isinstance(frame, Mapping) else _link(url, item, editor)
    if kind == "html":
        return clean(str(item.get("html", "")))
    return _image(item) if kind == "image" else None


def resource_link_url(lti_endpoint: str, lookup_uuid: str) -> str:
    """Give the address that launches a stored resource link: the item's own url never shows."""
    return f"{lti_endpoint}?display=in_rce&resource_link_lookup_uuid={quote(lookup_uuid)}"


def safe_url(url: str) -> str:
    """Defuse addresses that would run as script."""
    bare = "".join(c for c in url if c > " ").lower()
    return f"#{url}" if bare.startswith(("javascript:", "data:text/html")) else url


def warning(kind: object) -> str:
    """Say what Canvas says about a type that the editor does not take."""
    return f'Could not insert content: "{kind}" items are not currently supported in Canvas.'


@blueprint.post("/sandbox/rce/content_items")
@login_required
def rce_content_items() -> Response:
    """Turn the items of a response into what the editor inserts, and into its warnings."""
    body = request.get_json()
    if not isinstance(body, dict) or not isinstance(body.get("items"), list):
        abort(400)
    editor = Editor(str(body.get("lti_endpoint", "")), str(body.get("selection", "")), body.get("parent_frame_context"))
    items = [item for item in body["items"] if isinstance(item, dict)]
    made = [(item, to_html(item, editor)) for item in items]
    return jsonify(
        html=[html for _, html in made if html is not None],
        warnings=[warning(item.get("type")) for item, html in made if html is None],
    )


def _iframe(src: str, item: Mapping[str, Any], frame: Mapping[str, Any]) -> str:
    sizes = [f"{name}: {frame[name]}px;" for name in ("width", "height") if frame.get(name)]
    style = Markup(' style="{}"').format(" ".join(sizes)) if sizes else ""
    return Markup('<iframe src="{}" title="{}" allowfullscreen="true" allow="{}"{}></iframe>').format(
        src, item.get("title") or "", ALLOW, style
    )


def _link(href: str, item: Mapping[str, Any], editor: Editor) -> str:
    title = str(item.get("title") or "")
    thumbnail = _thumbnail(item.get("thumbnail"), str(item.get("text") or ""))
    body = thumbnail or escape(editor.selection or item.get("text") or title)
    return Markup('<a href="{}" title="{}" target="_blank">{}</a>').format(href, title, body)


def _image(item: Mapping[str, Any]) -> str:
    sizes = {name: item[name] for name in ("width", "height") if item.get(name)}
    return _img(str(item.get("url", "")), str(item.get("text") or ""), sizes)


def _thumbnail(thumbnail: object, text: str) -> Markup | None:
    if isinstance(thumbnail, Mapping) and thumbnail.get("url"):
        sizes = {name: thumbnail[name] for name in ("width", "height") if thumbnail.get(name)}
        return _img(str(thumbnail["url"]), text, sizes)
    return _img(thumbnail, text, {}) if isinstance(thumbnail, str) and thumbnail else None


def _img(url: str, text: str, sizes: Mapping[str, object]) -> Markup:
    attributes = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in sizes.items())
    return Markup('<img src="{}" alt="{}"{}>').format(safe_url(url), text, attributes)


def _nested(url: str, editor: Editor) -> str:
    if not editor.parent_frame_context:
        return url
    return f"{url}{'&' if '?' in url else '?'}parent_frame_context={quote(editor.parent_frame_context)}"
