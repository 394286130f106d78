"""The API's objects (reference 2.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel import Locale, UnknownLocaleError

from sandbox.studio.access import Api
from sandbox.studio.processing import MACHINE
from sandbox.studio.rights import collection_level, name_of
from sandbox.studio.world import Caption, Collection, Media, Perspective, User

Json = dict[str, Any]


def iso(moment: datetime) -> str:
    """Write a time as the API does: UTC, milliseconds, Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def owner_json(user: User) -> Json:
    """Describe the owner of something."""
    return {"id": user.id, "full_name": user.full_name, "display_name": user.full_name, "email": user.email}


def user_json(user: User) -> Json:
    """Describe a user."""
    return {**owner_json(user), "role_names": list(user.roles)}


def media_json(api: Api, media: Media) -> Json:
    """Describe a media."""
    return {
        "id": media.id,
        "title": media.title,
        "description": media.description,
        "duration": media.duration,
        "created_at": iso(media.created_at),
        "last_viewed": media.last_viewed and media.last_viewed.isoformat(),
        "last_viewed_by_student": media.last_viewed_by_student and media.last_viewed_by_student.isoformat(),
        # Looks good for every media; that of a sound leads to a picture that nobody may have (reference 2.2).
        "thumbnail_url": f"{api.url}/api/media/m-{media.key}/thumbnail?width=540&height=320",
        "transcoding_status": media.status,
        "owner": owner_json(api.world.users[media.owner_id]),
        "size": media.size,
        "source": media.source,
        "embed_id": media.key[:8],
        "lti_launch_id": media.lti_launch_id,
    }


def collection_json(api: Api, user: User, collection: Collection) -> Json:
    """Describe a collection to a user."""
    return {
        "id": collection.id,
        "name": collection.name,
        "type": collection.type,
        "permission": name_of(collection_level(user, collection)),
        "owner": owner_json(api.world.users[collection.owner_id]),
        "created_at": iso(collection.created_at),
        "course_id": collection.course_id,
    }


def caption_json(caption: Caption) -> Json:
    """Describe a caption file. Published ones alone have a ``url``, relative to the Studio site (reference 4.3)."""
    described: Json = {
        "id": caption.id,
        "srclang": caption.srclang,
        "subtitle_format": "srt",
        "label": label_of(caption),
        "status": caption.status,
        "created_at": iso(caption.created_at),
    }
    if caption.status == "published":
        described["url"] = f"/captions/{caption.id}-{caption.key}.srt"
    if caption.provider:
        described["provider"] = caption.provider
    return described


def label_of(caption: Caption) -> str:
    """Name a track as the player does: the English name of its language."""
    try:
        name = Locale.parse(caption.srclang, sep="-").get_display_name("en") or caption.srclang
    except (UnknownLocaleError, ValueError):
        name = caption.srclang
    return f"{name} (automatic)" if caption.provider == MACHINE else name


def perspective_json(api: Api, user: User, perspective: Perspective) -> Json:
    """Describe a placement, with its collection."""
    collection = api.world.collections[perspective.collection_id]
    return {
        "uuid": perspective.uuid,
        "title": perspective.title,
        "media_id": perspective.media_id,
        "collection": collection_json(api, user, collection),
    }
