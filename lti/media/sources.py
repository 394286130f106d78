"""Addresses at which a browser can play a media item, the likeliest first, and how long they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from lti.media.asking import Asking
from lti.model import MediaSource
from lti.remote import CanvasApi

# With "authenticated_iframe_content" Canvas gives addresses of its own that want its session (reference/canvas.md 1.4).
_REDIRECT = re.compile(r"/media_(?:objects|attachments)/[^/]+/redirect")
_PLAYABLE = re.compile(r"(?:video|audio)/(?:mp4|webm|ogg|mpeg|mp3|aac|x-m4a|m4a|wav|x-wav|flac)\b")
_TALLEST = 720  # pixels: enough for a player in a page, and kind to a class on one access point


def playable(
    api: CanvasApi,
    asking: Asking,
    flavours: tuple[MediaSource, ...],
    attachment_id: str | None,
    content_type: str = "",
) -> tuple[MediaSource, ...]:
    """Give the sources of an item: Canvas's flavours, and the file itself where these are missing or want a session.

    :param flavours: what the media list gave.
    :param attachment_id: the file behind the item, if it is known.
    :param content_type: of that file; empty where not known, which leaves it to the browser to find out.
    """
    found = in_order(flavours)
    if attachment_id and all(_REDIRECT.fullmatch(urlsplit(source.url).path) for source in found):
        url = asking.ask(lambda: api.public_url(attachment_id))
        if url:
            found.append(MediaSource(url, content_type, original=True))
    return tuple(found)


def in_order(sources: Iterable[MediaSource]) -> list[MediaSource]:
    """Sort sources, the likeliest to play first."""
    return sorted(sources, key=_order)


def holds_until(sources: Iterable[MediaSource]) -> datetime | None:
    """Tell when the first of these addresses ends, as far as they say so themselves; None when none does."""
    return min((end for source in sources if (end := _end(source.url))), default=None)


def _order(source: MediaSource) -> tuple[bool, bool, bool, int, int]:
    """Sort what plays anywhere first, transcodes before originals, the largest that is not too large first."""
    height = source.height or 0
    return (
        not _PLAYABLE.match(source.content_type),
        source.original,
        height > _TALLEST,
        height if height > _TALLEST else -height,
        -(source.bitrate or 0),
    )


def _end(url: str) -> datetime | None:
    """Read the end of a signed storage address: S3's and CloudFront's two ways of saying it."""
    query = {name.lower(): values[0] for name, values in parse_qs(urlsplit(url).query, max_num_fields=None).items()}
    try:
        if "x-amz-expires" in query and "x-amz-date" in query:
            signed = datetime.strptime(query["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return signed + timedelta(seconds=int(query["x-amz-expires"][:9]))
        if "expires" in query:
            return datetime.fromtimestamp(int(query["expires"][:12]), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
