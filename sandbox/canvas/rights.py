"""Who may do what with files and media (reference 1.4, 1.9; newest, granular permissions)."""

from __future__ import annotations

from sandbox.canvas.world import Attachment, MediaObject, Person, World

_STAFF = frozenset({"owner", "teacher", "ta", "designer", "admin"})


def may_read_contents(world: World, person: Person, context: str) -> bool:
    """Tell whether a person may look into the files of a context: everybody enrolled, members of a group."""
    return world.role_in(person.id, context) is not None


def may_download(world: World, person: Person | None, attachment: Attachment) -> bool:
    """Tell whether a person may have a file's bytes: locked ones are for staff."""
    role = world.role_in(person.id, attachment.context) if person is not None else None
    return role is not None and (not attachment.locked or role in _STAFF)


def sees_locked(world: World, person: Person, context: str) -> bool:
    """Tell whether locked files of a context count for a person."""
    return world.role_in(person.id, context) in _STAFF


def may_update(world: World, person: Person, attachment: Attachment) -> bool:
    """Tell whether a person may change a file: its owner, staff of its course, any member of its group."""
    role = world.role_in(person.id, attachment.context)
    if attachment.context.startswith("group_"):
        return role is not None
    return role in _STAFF


def may_caption(world: World, person: Person, media: MediaObject) -> bool:
    """Tell whether a person has add_captions and delete_captions on a media object: update on its file, else owner."""
    attachment = world.attachments.get(media.attachment_id) if media.attachment_id is not None else None
    if attachment is not None and not attachment.deleted:
        return may_update(world, person, attachment)
    return media.user_id == person.id
