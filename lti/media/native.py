"""Canvas's own embed of its media, letter for letter as its editor writes it (``reference/canvas.md`` 4.2)."""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlencode

from lti.model import MediaType


def player_path(media_id: str, attachment_id: str | None, verifier: str | None, media_type: MediaType) -> str:
    """Give the path of Canvas's own player page.

    :param attachment_id: the file behind the media; without it the older form by media object is used.
    :param verifier: lets others see a file of a person's own; only the form by attachment takes it.
    """
    if not attachment_id:
        return f"/media_objects_iframe/{quote(media_id, safe='')}?{urlencode({'type': media_type.value})}"
    query = {"type": media_type.value, "embedded": "true"}
    if verifier:
        query["verifier"] = verifier
    return f"/media_attachments_iframe/{quote(attachment_id, safe='')}?{urlencode(query)}"


def player_html(path: str, media_id: str, media_type: MediaType, title: str, width: int, height: int) -> str:
    """Give the iframe.

    :param path: of the player page; relative, as Canvas writes it, so that it survives a change of host.
    :param width: pixels; ``height`` too.
    """
    kind = "Video" if media_type is MediaType.VIDEO else "Audio"
    attributes = {
        "data-media-id": media_id,
        "data-media-type": media_type.value,
        "src": path,
        "style": f"width: {width:d}px; height: {height:d}px; display: inline-block;",
        "title": f"{kind} player for {title}",
    }
    if media_type is MediaType.VIDEO:
        attributes = {"allow": "fullscreen", "allowfullscreen": "allowfullscreen", **attributes}
    written = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    return f"<iframe {written}></iframe>"
