"""Fetching a media from an address. Only loopback addresses are fetched truly; of others a seeded clip comes."""

from __future__ import annotations

import ipaddress
import threading
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from sandbox.studio.access import Api
from sandbox.studio.processing import begin as begin_transcoding
from sandbox.studio.world import FAILED, Media

_SECONDS = 30.0
_PIECE = 1 << 20  # bytes


def begin(api: Api, media: Media, url: str, *, auto_caption: bool) -> None:
    """Start to fetch, and to transcode what came."""
    if not is_loopback(url):
        media.clips = ("clock-high", "clock-low")
        begin_transcoding(api.world, api.faults, media, auto_caption=auto_caption)
        return
    thread = threading.Thread(target=_fetch, args=(api, media, url, auto_caption), daemon=True)
    thread.start()


def is_loopback(url: str) -> bool:
    """Tell whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _fetch(api: Api, media: Media, url: str, auto_caption: bool) -> None:
    path = api.uploads_dir / f"{media.id}-fetched"
    try:
        media.size = _save(url, path)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        path.unlink(missing_ok=True)
        media.status = FAILED
        return
    media.file = path
    begin_transcoding(api.world, api.faults, media, auto_caption=auto_caption)


def _save(url: str, path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        httpx.Client(timeout=_SECONDS, trust_env=False) as client,
        client.stream("GET", url) as answer,
        path.open("wb") as out,
    ):
        answer.raise_for_status()
        for piece in answer.iter_bytes(_PIECE):
            out.write(piece)
        return out.tell()
