"""Who may do what with media and collections (reference 1.5)."""

from __future__ import annotations

import enum

from sandbox.studio.world import Collection, Media, User, World


class Level(enum.IntEnum):
    """How much somebody may do. ``access``, ``view`` and ``edit`` are Studio's words."""

    NONE = 0
    ACCESS = 1
    VIEW = 2
    EDIT = 3
    OWNER = 4
    ADMIN = 5


def collection_level(user: User, collection: Collection) -> Level:
    """Tell what a user may do with a collection."""
    if user.admin:
        return Level.ADMIN
    if collection.owner_id == user.id:
        return Level.OWNER
    return Level[collection.members.get(user.id, "none").upper()]


def media_level(world: World, user: User, media: Media) -> Level:
    """Tell what a user may do with a media: owner, shares, and what its collections give."""
    if user.admin:
        return Level.ADMIN
    if media.owner_id == user.id:
        return Level.OWNER
    given = [Level[media.shares.get(user.id, "none").upper()]]
    for perspective in world.placements(media.id):
        level = collection_level(user, world.collections[perspective.collection_id])
        given.append(min(level, Level.EDIT))  # a collection's owner owns none of what others put into it
    return max(given)


def name_of(level: Level) -> str:
    """Write a level as the API does."""
    return "edit" if level >= Level.EDIT else level.name.lower()
