"""Studio's JSON (``reference/studio.md`` 2.2), into our values.

Numbers come as numbers or texts, most members may be missing or null: only what an entry is useless without is strict.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urljoin

import httpx
import msgspec
from msgspec import Raw, Struct

from lti.errors import RemoteNonsense

from .errors import where
from .reading import UNREADABLE, check_some, entries_of, moment, number, text, whole
from .studio_errors import about_studio
from .studio_values import (
    StudioCaption,
    StudioCollection,
    StudioMedia,
    StudioPage,
    StudioPerspective,
    StudioSlotAddress,
    StudioSource,
    StudioTag,
    StudioUser,
)

_log = logging.getLogger(__name__)

Entry = TypeVar("Entry")
Json = dict[str, Any]

_LONGEST = 4000.0 * 3600  # seconds
_EMBED_KEYS = ("embed_url", "url", "launch_url", "lti_launch_url")


class _Media(Struct):
    id: int | str
    title: Any = None
    description: Any = None
    duration: Any = None
    created_at: Any = None
    thumbnail_url: Any = None
    transcoding_status: Any = None
    owner: Any = None
    size: Any = None
    source: Any = None
    lti_launch_id: Any = None
    collection: Any = None


_MEDIA = msgspec.json.Decoder(_Media)
_OBJECT = msgspec.json.Decoder(dict[str, Any])
_MEMBERS = msgspec.json.Decoder(dict[str, Raw])


@about_studio()
def read_media(response: httpx.Response, origin: str) -> StudioMedia:
    """Read ``{"media": …}``, or a media itself.

    :param origin: of the Studio; relative addresses are its.
    :raises RemoteNonsense: it does not fit.
    """
    members = whole(response, _MEMBERS)
    raw = members.get("media", Raw(response.content))
    try:
        return _media(_MEDIA.decode(raw), origin)
    except UNREADABLE as error:
        raise RemoteNonsense(f"{where(response.request)}: {error}") from error


@about_studio()
def read_page(
    response: httpx.Response, key: str, read: Callable[[Raw], Entry | None], page: int = 1
) -> StudioPage[Entry]:
    """Read a page of a list, leaving out the entries that do not fit.

    :param key: member with the list; a bare list is read as well.
    :param read: reads one entry; gives None for one of no use.
    :param page: the one that was asked for.
    :raises RemoteNonsense: it is no list, or it has entries and none of them fits.
    """
    members = {key: Raw(response.content)} if response.content.lstrip()[:1] == b"[" else whole(response, _MEMBERS)
    if key not in members:
        raise RemoteNonsense(f"{where(response.request)}: no {key}")
    raw = entries_of(members[key], response)
    found = tuple(read_entry for entry in raw if (read_entry := _fitting(entry, read)) is not None)
    check_some(response, len(raw), len(found))
    meta = _fitting(members["meta"], _OBJECT.decode) if "meta" in members else None
    meta = meta or {}
    current = number(meta.get("current_page")) or page
    return StudioPage(
        found,
        current,
        number(meta.get("last_page")) or current,
        number(meta.get("total_count")),
    )


def media_reader(origin: str) -> Callable[[Raw], StudioMedia | None]:
    """Give what reads one media of a list."""
    return lambda raw: _media(_MEDIA.decode(raw), origin)


def read_collection(raw: Raw) -> StudioCollection | None:
    """Read a collection of a list."""
    return _collection(_OBJECT.decode(raw))


@about_studio()
def read_one(response: httpx.Response, key: str, read: Callable[[Json], Entry | None]) -> Entry:
    """Read ``{key: {…}}``.

    :raises RemoteNonsense: it does not fit.
    """
    found = whole(response, _OBJECT).get(key)
    value = read(found) if isinstance(found, dict) else None
    if value is None:
        raise RemoteNonsense(f"{where(response.request)}: no {key} of use")
    return value


def collection_of(response: httpx.Response, key: str) -> StudioCollection:
    """Read the one collection of an answer."""
    return read_one(response, key, _collection)


def read_user(raw: Raw) -> StudioUser | None:
    """Read a user of a list."""
    return _user(_OBJECT.decode(raw))


def user_of(response: httpx.Response) -> StudioUser:
    """Read the one user of an answer."""
    return read_one(response, "user", _user)


def read_source(raw: Raw) -> StudioSource | None:
    """Read a source of a list."""
    source = _OBJECT.decode(raw)
    url = text(source.get("url"))
    if not url.startswith(("https://", "http://")):
        return None
    return StudioSource(url, text(source.get("definition")), text(source.get("mime_type")))


def read_tag(raw: Raw) -> StudioTag | None:
    """Read a tag of a list."""
    tag = _OBJECT.decode(raw)
    name = text(tag.get("name"))
    return StudioTag(text(tag.get("id")), name) if name else None


def read_perspective(raw: Raw) -> StudioPerspective | None:
    """Read a placement of a list; one that does not say where is none."""
    perspective = _OBJECT.decode(raw)
    named = perspective.get("collection")
    collection = _collection(named) if isinstance(named, dict) else None
    if collection is None:
        return None
    return StudioPerspective(text(perspective.get("uuid")), text(perspective.get("title")), collection)


def caption_reader(origin: str) -> Callable[[Raw], StudioCaption | None]:
    """Give what reads one caption file of a list."""
    return lambda raw: _caption(_OBJECT.decode(raw), origin)


def read_caption(response: httpx.Response, origin: str) -> StudioCaption:
    """Read the caption file that was added."""
    return read_one(response, "caption_file", lambda read: _caption(read, origin))


def read_slot(response: httpx.Response) -> StudioSlotAddress:
    """Read where an upload goes."""
    return read_one(response, "upload", _slot)


@about_studio()
def read_launch_url(response: httpx.Response) -> str:
    """Find the launch address in what ``create_embed`` answers, whose member is not documented (5.2).

    :raises RemoteNonsense: there is none.
    """
    answer = whole(response, _OBJECT)
    candidates = [*(answer.get(key) for key in _EMBED_KEYS), *_strings(answer)]
    for candidate in candidates:
        if isinstance(candidate, str) and candidate.startswith(("https://", "http://")) and "/lti/launch" in candidate:
            return candidate
    raise RemoteNonsense(f"{where(response.request)}: no launch address")


def _fitting(raw: Raw, read: Callable[[Raw], Entry | None]) -> Entry | None:
    """Read an entry; one that Studio filled oddly must not hide the others."""
    try:
        return read(raw)
    except UNREADABLE as error:
        _log.warning("left out an entry that does not fit its schema: %s", error)
        return None


def _strings(value: object, depth: int = 4) -> list[str]:
    if isinstance(value, str):
        return [value]
    if depth and isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [found for each in inner for found in _strings(each, depth - 1)]
    return []


def _media(read: _Media, origin: str) -> StudioMedia:
    return StudioMedia(
        id=text(read.id),
        title=text(read.title),
        description=read.description if isinstance(read.description, str) else "",
        duration=_seconds(read.duration),
        created_at=moment(read.created_at),
        thumbnail_url=_address(read.thumbnail_url, origin),
        transcoding_status=text(read.transcoding_status),
        owner=_user(read.owner) if isinstance(read.owner, dict) else None,
        size=number(read.size),
        source=text(read.source),
        launch_id=text(read.lti_launch_id) or None,
        collection=_collection(read.collection) if isinstance(read.collection, dict) else None,
    )


def _user(read: Json) -> StudioUser | None:
    found = text(read.get("id"))
    roles = read.get("role_names")
    if not found:
        return None
    return StudioUser(
        id=found,
        name=text(read.get("display_name")) or text(read.get("full_name")),
        email=text(read.get("email")) or None,
        roles=tuple(filter(None, map(text, roles))) if isinstance(roles, list) else (),
    )


def _collection(read: Json) -> StudioCollection | None:
    found = text(read.get("id"))
    owner = read.get("owner")
    if not found:
        return None
    return StudioCollection(
        id=found,
        name=text(read.get("name")) or None,
        type=text(read.get("type")),
        permission=text(read.get("permission")) or None,
        owner=_user(owner) if isinstance(owner, dict) else None,
        course_id=text(read.get("course_id")) or None,
    )


def _caption(read: Json, origin: str) -> StudioCaption | None:
    found = text(read.get("id"))
    if not found:
        return None
    return StudioCaption(
        id=found,
        language=text(read.get("srclang")),
        label=text(read.get("label")),
        status=text(read.get("status")),
        url=_address(read.get("url"), origin),
        format=text(read.get("subtitle_format")),
        provider=text(read.get("provider")),
        created_at=moment(read.get("created_at")),
    )


def _slot(read: Json) -> StudioSlotAddress | None:
    media_id, url = text(read.get("id")), text(read.get("url"))
    return StudioSlotAddress(media_id, url) if media_id and url.startswith(("https://", "http://")) else None


def _address(value: object, origin: str) -> str | None:
    """Join an address with the Studio's own: those of captions may be relative (4.3)."""
    if not isinstance(value, str) or not value:
        return None
    try:
        joined = urljoin(f"{origin}/", value)
    except ValueError:
        return None
    return joined if joined.startswith(("https://", "http://")) else None


def _seconds(value: object) -> float | None:
    try:
        found = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else 0.0
    except (ValueError, OverflowError):
        return None
    return found if 0 < found < _LONGEST else None
