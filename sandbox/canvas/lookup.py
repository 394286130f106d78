"""Finding what a path names, and refusing as Canvas does when it is not there."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import BadRequest

from sandbox.canvas import api_errors
from sandbox.canvas.access import Api, Caller
from sandbox.canvas.rights import may_read_contents
from sandbox.canvas.world import Attachment, MediaObject, World


def number(text: str) -> int | None:
    """Read a row id of a path; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def context_of(api: Api, kind: str, row_id: str) -> str:
    """Find a course or group.

    :raises ApiError: 404.
    """
    found = number(row_id)
    if found is None or found not in (api.world.courses if kind == "course" else api.world.groups):
        raise api_errors.not_found()
    return f"{kind}_{found}"


def readable(api: Api, caller: Caller, context: str) -> None:
    """Refuse those who may not look into a context's files.

    :raises ApiError: unauthorized.
    """
    if not may_read_contents(api.world, caller.person, context):
        raise api.unauthorized()


def media_or_refuse(api: Api, media_id: str) -> MediaObject:
    """Find a media object; an unknown one is the unauthorized answer, not 404 (reference 1.11).

    :raises ApiError: unauthorized.
    """
    media = api.catalogue.find_media(media_id)
    if media is None:
        raise api.unauthorized()
    return media


def attachment_media(api: Api, attachment_id: str) -> tuple[Attachment, MediaObject]:
    """Find an attachment that is media; missing, deleted, no media: unauthorized, not 404.

    :raises ApiError: unauthorized.
    """
    attachment = live_attachment(api.world, attachment_id)
    if attachment is None or not attachment.media_entry_id:
        raise api.unauthorized()
    media = api.catalogue.find_media(attachment.media_entry_id)
    if media is None:  # "maybe": not processed yet
        raise api.unauthorized()
    return attachment, media


def live_attachment(world: World, attachment_id: str) -> Attachment | None:
    """Find a file that is not deleted."""
    row = number(attachment_id)
    attachment = world.attachments.get(row) if row is not None else None
    return None if attachment is None or attachment.deleted else attachment


def body_parameter(name: str) -> object:
    """Read a parameter from a form, a JSON body or the query, as Rails merges them.

    :raises ApiError: 400 for a JSON body that cannot be read.
    """
    if request.is_json and request.get_data():
        try:
            body = request.get_json()
        except BadRequest:
            raise api_errors.other(400, "bad_request") from None
        if isinstance(body, dict) and name in body:
            found: object = body[name]
            return found
    values = request.form.getlist(name) or request.args.getlist(name)
    return values[-1] if values else None
