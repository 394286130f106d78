"""The API's media lists and retitling (reference 1.4, 1.5)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request

from sandbox.canvas import api_errors
from sandbox.canvas.access import Api, Caller
from sandbox.canvas.lookup import attachment_media, body_parameter, context_of, media_or_refuse, readable
from sandbox.canvas.media_json import media_json, origin
from sandbox.canvas.paging import last, paginate
from sandbox.canvas.rights import may_update, sees_locked
from sandbox.canvas.world import MediaObject
from sandbox.common.answers import json_response

_TITLE_LENGTH = 255


def add_media_routes(api: Api) -> None:
    """Register the lists and the two retitling routes."""
    for name in ("media_objects", "media_attachments"):
        _add_lists(api, name)

    @api.route("PUT", "/api/v1/media_objects/<media_object_id>")
    def retitle_object(caller: Caller, media_object_id: str) -> Response:
        media = media_or_refuse(api, media_object_id)
        if media.user_id != caller.person.id:
            raise api.unauthorized()
        _retitle(api, media)
        return json_response(media_json(api.catalogue, api.faults, media, caller.person, ("sources", "tracks")))

    @api.route("PUT", "/api/v1/media_attachments/<attachment_id>")
    def retitle_attachment(caller: Caller, attachment_id: str) -> Response:
        attachment, media = attachment_media(api, attachment_id)
        if not may_update(api.world, caller.person, attachment):
            raise api.unauthorized()
        _retitle(api, media)
        # The same builder as the other path (update_media_object): not the attachment form.
        return json_response(media_json(api.catalogue, api.faults, media, caller.person, ("sources", "tracks")))


def _add_lists(api: Api, name: str) -> None:
    @api.route("GET", f"/api/v1/{name}")
    def own(caller: Caller) -> Response:
        # Media in the caller's own files, not media that the caller created (trap 1).
        return _list(api, caller, f"user_{caller.person.id}", "")

    @api.route("GET", f"/api/v1/courses/<course_id>/{name}")
    def of_course(caller: Caller, course_id: str) -> Response:
        return _list(api, caller, context_of(api, "course", course_id), f"courses/{course_id}/")

    @api.route("GET", f"/api/v1/groups/<group_id>/{name}")
    def of_group(caller: Caller, group_id: str) -> Response:
        return _list(api, caller, context_of(api, "group", group_id), f"groups/{group_id}/")


def _list(api: Api, caller: Caller, context: str, prefix: str) -> Response:
    readable(api, caller, context)
    sort = last(request.args, "sort") or "title"
    if sort not in {"title", "created_at"}:
        raise api_errors.other(500, "internal_server_error")  # not a column that Canvas can order by
    api.catalogue.run_title_jobs()
    found: Sequence[MediaObject] = api.catalogue.media(
        context,
        locked=sees_locked(api.world, caller.person, context),
        sort=sort,
        descending=last(request.args, "order") == "desc",
    )
    term = last(request.args, "search_term")
    if term and term.strip():
        if len(term) < 2:
            raise api_errors.search_too_short()
        term = term.casefold()
        found = [media for media in found if term in media.title.casefold()]  # the title column only
    # The links lead to media_attachments, whichever path was asked (trap 2).
    page = paginate(
        found, request.args, f"{origin()}/api/v1/{prefix}{api.faults.behaviour.media_path}", api.faults.behaviour
    )
    exclude = request.args.getlist("exclude[]")
    body = [media_json(api.catalogue, api.faults, media, caller.person, exclude) for media in page.items]
    return json_response(body, headers={"Link": page.link})


def _retitle(api: Api, media: MediaObject) -> None:
    title = body_parameter("user_entered_title")
    if not isinstance(title, str) or not title.strip():
        raise api_errors.ApiError(400, {"message": "The user_entered_title parameter must have a value"})
    if len(title) > _TITLE_LENGTH:
        title = f"{title[: _TITLE_LENGTH - 3]}..."
    api.catalogue.retitle(media, title, api.faults.behaviour.title_job_seconds)
