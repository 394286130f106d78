"""Studio's own embed, letter for letter as Studio writes it (``reference/studio.md`` 5.1 to 5.5).

Canvas's editor and both mobile apps match its pattern: the class alone, ``url=`` last, upper-case escapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

_FEATURES = (
    "geolocation *; microphone *; camera *; midi *; encrypted-media *; autoplay *; clipboard-write *; display-capture *"
)
_PATH = "/lti/launch"


@dataclass(frozen=True, slots=True)
class StudioOptions:
    """What Studio's player can be told. It knows no end, and no language of captions."""

    tabs: bool = False  # Studio's tabs below the player
    download: bool = False  # a button for the media
    transcript_download: bool = False
    lock_speed: bool = False


def launch_url(
    origin: str, given: str | None, launch_id: str | None, start: float | None, options: StudioOptions
) -> str | None:
    """Give the address that Canvas launches to show the player.

    :param origin: of the Studio; an address anywhere else is not used.
    :param given: what ``create_embed`` answered, if it did.
    :param launch_id: by which embeds name the media, to write the address by hand.
    :return: None where neither is known.
    """
    query: dict[str, str] = {}
    if given is not None and given.startswith(f"{origin}{_PATH}?"):
        query = dict(parse_qsl(urlsplit(given).query))
    elif launch_id is None:
        return None
    query.setdefault("custom_arc_launch_type", "embed" if options.tabs else "bare_embed")
    query.setdefault("custom_arc_media_id", launch_id or "")
    query["custom_arc_start_at"] = str(int(start or 0))
    switches = {
        "custom_arc_display_download": options.download,
        "custom_arc_transcript_downloadable": options.transcript_download,
        "custom_arc_lock_speed": options.lock_speed,
    }
    for name, wanted in switches.items():  # "true", or not there at all
        query.pop(name, None)
        if wanted:
            query[name] = "true"
    return f"{origin}{_PATH}?{urlencode(query)}"


def page_path(course_id: str, launch: str) -> str:
    """Give the path in Canvas that launches Studio: of a course, which Canvas rewrites when the course is copied."""
    return (
        f"/courses/{quote(course_id, safe='')}/external_tools/retrieve?display=borderless&url={quote(launch, safe='')}"
    )


def player_html(path: str, title: str, width: int, height: int) -> str:
    """Give the iframe.

    :param path: from :func:`page_path`.
    :param width: pixels; ``height`` too.
    """
    attributes = {
        "class": "lti-embed",
        "style": f"width: {width:d}px; height: {height:d}px; display: inline-block;",
        "title": title,
        "src": path,
        "width": f"{width:d}",
        "height": f"{height:d}",
        "allowfullscreen": "allowfullscreen",
        "webkitallowfullscreen": "webkitallowfullscreen",
        "mozallowfullscreen": "mozallowfullscreen",
        "allow": _FEATURES,
        "data-studio-resizable": "true",
        "data-studio-tray-enabled": "true",
        "data-studio-convertible-to-link": "true",
    }
    written = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    return f"<iframe {written}></iframe>"
