"""Another title for a media item of Canvas."""

from __future__ import annotations

import dataclasses

from lti.errors import N_, InputError, RemoteNotPermitted
from lti.media.handles import TITLE, Shown
from lti.model import MediaItem
from lti.remote import CanvasApi


def retitle(api: CanvasApi, shown: Shown, title: str) -> MediaItem:
    """Retitle: one call for the person's own media, two or three more for a colleague's.

    By media object only the owner may; by the file in the course whoever may change files there
    (``reference/canvas.md`` 1.5), and to find that file takes a search.

    :param title: cut to what Canvas keeps, on one line.
    :returns: the item with its new title.
    :raises InputError: for a title without a word.
    :raises RemoteNotPermitted: when neither is allowed.
    """
    title = " ".join(title.split())[:TITLE].rstrip()
    if not title:
        raise InputError(
            "a blank title",
            message=N_("A title needs at least one letter."),
            next_step=N_("Type a title, then try again."),
        )
    item = shown.item
    try:
        api.retitle(item.id, item.attachment_id, title)
    except RemoteNotPermitted:
        file = api.find_file(shown.scope, shown.scope_id, media_id=item.id, search=item.title)
        if file is None or item.attachment_id is not None:
            raise
        api.retitle(item.id, file.id, title)
    return dataclasses.replace(item, title=title)
