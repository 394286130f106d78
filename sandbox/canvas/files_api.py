"""The Files API as far as media need it: attachment ids and bytes (reference 1.12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote

from flask import Response, request

from sandbox.canvas import api_errors
from sandbox.canvas.access import Api, Caller
from sandbox.canvas.api_errors import iso
from sandbox.canvas.catalogue import collation_key
from sandbox.canvas.lookup import context_of, live_attachment, readable
from sandbox.canvas.media_json import Json, origin
from sandbox.canvas.paging import last, paginate
from sandbox.canvas.rights import may_download, sees_locked
from sandbox.canvas.world import Attachment, World
from sandbox.common.answers import json_response

_NAMES = ("id", "display_name", "filename", "folder_id", "content-type", "mime_class")
_PLURALS = {"course": "courses", "group": "groups", "user": "users"}


def add_file_routes(api: Api) -> None:
    """Register lists, single files and public addresses."""

    @api.route("GET", "/api/v1/users/<user_id>/files")
    def of_user(caller: Caller, user_id: str) -> Response:
        return _list(api, caller, _user_context(api, caller, user_id))

    @api.route("GET", "/api/v1/courses/<course_id>/files")
    def of_course(caller: Caller, course_id: str) -> Response:
        return _list(api, caller, context_of(api, "course", course_id))

    @api.route("GET", "/api/v1/groups/<group_id>/files")
    def of_group(caller: Caller, group_id: str) -> Response:
        return _list(api, caller, context_of(api, "group", group_id))

    @api.route("GET", "/api/v1/files/<id>")
    def one(caller: Caller, id: str) -> Response:
        return json_response(_file_json(api, caller, _downloadable(api, caller, id)))

    @api.route("GET", "/api/v1/files/<id>/public_url")
    def public_url(caller: Caller, id: str) -> Response:
        attachment = _downloadable(api, caller, id)
        seconds = api.faults.behaviour.media_seconds
        return json_response({"public_url": storage_url(api.world, attachment, seconds)})


def storage_url(world: World, attachment: Attachment, seconds: int) -> str:
    """Make an address of the bytes that needs no session and ends after ``seconds``."""
    proof = world.addresses.sign(f"file {attachment.id}", world.now() + timedelta(seconds=seconds))
    return f"{origin()}/kaltura/storage/{attachment.id}/{proof}/{quote(attachment.display_name[:100], safe='')}"


def _user_context(api: Api, caller: Caller, user_id: str) -> str:
    if user_id in {"self", str(caller.person.id)}:
        return f"user_{caller.person.id}"
    if not user_id.isdigit() or int(user_id) not in api.world.people:
        raise api_errors.not_found()
    raise api.unauthorized()


def _downloadable(api: Api, caller: Caller, file_id: str) -> Attachment:
    attachment = live_attachment(api.world, file_id)
    if attachment is None:
        raise api_errors.not_found()
    if not may_download(api.world, caller.person, attachment):
        raise api.unauthorized()
    return attachment


def _list(api: Api, caller: Caller, context: str) -> Response:
    readable(api, caller, context)
    files = _filtered(api, caller, context)
    kind, _, number = context.partition("_")
    url = f"{origin()}/api/v1/{_PLURALS[kind]}/{number}/files"
    page = paginate(files, request.args, url, api.faults.behaviour)
    bodies = [_file_json(api, caller, attachment) for attachment in page.items]
    if "names" in request.args.getlist("only[]"):
        bodies = [{name: body[name] for name in _NAMES} for body in bodies]
    return json_response(bodies, headers={"Link": page.link})


def _filtered(api: Api, caller: Caller, context: str) -> Sequence[Attachment]:
    files = api.catalogue.files(context)
    if not sees_locked(api.world, caller.person, context):
        files = [attachment for attachment in files if not attachment.locked]
    types = request.args.getlist("content_types[]")
    if types:
        files = [a for a in files if a.content_type in types or a.content_type.partition("/")[0] in types]
    term = last(request.args, "search_term")
    if term and term.strip():
        if len(term) < 2:
            raise api_errors.search_too_short()
        term = term.casefold()
        files = [attachment for attachment in files if term in attachment.display_name.casefold()]
    return _sorted(files, last(request.args, "sort") or "name", last(request.args, "order") == "desc")


def _sorted(files: Sequence[Attachment], sort: str, descending: bool) -> Sequence[Attachment]:
    if sort == "size":
        return sorted(files, key=lambda a: a.size, reverse=descending)
    if sort in {"created_at", "updated_at", "modified_at"}:
        return sorted(files, key=lambda a: a.created_at, reverse=descending)
    if sort == "content_type":
        return sorted(files, key=lambda a: a.content_type, reverse=descending)
    if sort == "user":
        return sorted(files, key=lambda a: (a.user_id or 0, collation_key(a.display_name)), reverse=descending)
    return files[::-1] if descending else files  # the index is by name, and an unknown sort means name


def _file_json(api: Api, caller: Caller, attachment: Attachment) -> Json:
    verifier = f"&verifier={attachment.uuid}" if api.faults.behaviour.file_verifiers else ""
    locked_for_user = attachment.locked and not sees_locked(api.world, caller.person, attachment.context)
    return {
        "id": attachment.id,
        "uuid": attachment.uuid,
        "folder_id": 900_000 + int(attachment.context.partition("_")[2]),
        "display_name": attachment.display_name,
        "filename": quote(attachment.display_name, safe="").replace("%20", "+"),
        "upload_status": "success",
        "content-type": attachment.content_type,
        "url": f"{origin()}/files/{attachment.id}/download?download_frd=1{verifier}",
        "size": attachment.size,
        "created_at": iso(attachment.created_at),
        "updated_at": iso(attachment.created_at),
        "unlock_at": None,
        "locked": attachment.locked,
        "hidden": False,
        "lock_at": None,
        "hidden_for_user": False,
        "thumbnail_url": _thumbnail(attachment),
        "modified_at": iso(attachment.created_at),
        "mime_class": attachment.content_type.partition("/")[0],
        "media_entry_id": attachment.media_entry_id,
        "category": "uncategorized",
        "locked_for_user": locked_for_user,
    }


def _thumbnail(attachment: Attachment) -> str | None:
    if not attachment.thumbnail or not attachment.content_type.startswith("video/"):
        return None
    return f"{origin()}/kaltura/p/100/thumbnail/entry_id/{attachment.media_entry_id}/width/140/height/100"
