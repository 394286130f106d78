"""Professional captioning (reference 2.6, 4.4): orders are listed and answered here, never made.

Two kinds of authorization: an administrator's token, or the captioning service's own header, whose form is not
documented. Here it is ``Authorization: Bearer user_id="…", token="…"``, after Studio's internal API.
"""

from __future__ import annotations

from typing import Any

from flask import Response

from sandbox.common.answers import json_response
from sandbox.studio.access import Api
from sandbox.studio.captions_api import sent_captions
from sandbox.studio.errors import StudioError, forbidden, invalid, not_found
from sandbox.studio.objects import iso
from sandbox.studio.parameters import flag, number, parameter, text
from sandbox.studio.world import Caption, CaptionOrder, ServiceType, User

PROFESSIONAL = "professional"
_ANSWERS = ("processing", "fulfilled", "failed")


def add_captioning_routes(api: Api) -> None:
    """Register the routes."""

    @api.route("GET", "/caption_file_requests", captioning=True)
    def requests(caller: User | None) -> Response:
        """List the orders that wait."""
        _may(caller)
        for name, only in (("provider", PROFESSIONAL), ("status", "requested")):
            if text(name) != only:
                raise invalid(name)
        waiting = [order for order in list(api.world.orders.values()) if order.status == "requested"]
        return json_response({"caption_file_requests": [_order_json(api, order) for order in waiting]})

    @api.route("PATCH", "/caption_file_requests/<caption_file_request_id>", captioning=True)
    def answer(caller: User | None, caption_file_request_id: str) -> Response:
        """Take the result of an order: ``processing`` as often as you like, then one end."""
        _may(caller)
        order = api.world.orders.get(number(caption_file_request_id, "caption_file_request_id"))
        if order is None:
            raise not_found("caption file request")
        status = text("status")
        if status is None:
            raise StudioError(400, "The status parameter is missing.")
        if status not in _ANSWERS:
            raise invalid("status")
        content = sent_captions(vtt_too=False)
        if status == "fulfilled" and content is None:
            raise StudioError(400, "The caption_file parameter is missing.")
        with api.world.lock:
            if order.status in {"fulfilled", "failed"}:
                raise StudioError(409, "The caption file request has been answered.")
            order.status, order.message = status, text("message")
            if status == "fulfilled" and content is not None:
                row = api.world.new_id()
                api.world.captions[row] = Caption(
                    row, order.media_id, order.srclang, content, "published", api.faults.now(), PROFESSIONAL
                )
        return Response(status=202)

    @api.route("GET", "/captioning_service_types", captioning=True)
    def types(caller: User | None) -> Response:
        """List what the service offers."""
        _active(api)
        shown = [_type_json(each) for each in list(api.world.service_types.values())]
        return json_response({"captioning_service_types": shown})

    @api.route("PUT", "/captioning_service_types/<key>", captioning=True)
    def upsert(caller: User | None, key: str) -> Response:
        """Add or change a service type."""
        _may(caller)
        _active(api)
        label, description, languages = text("label"), text("description"), parameter("languages") or []
        if label is None or description is None or parameter("is_asr") is None:
            raise StudioError(422, "label, description and is_asr are required.")
        if not isinstance(languages, list) or not all(isinstance(each, str) for each in languages):
            raise invalid("languages")
        known = api.world.service_types.get(key)
        row = known.id if known is not None else api.world.new_id()
        changed = ServiceType(row, key, label, description, flag("is_asr"), tuple(languages))
        api.world.service_types[key] = changed
        return json_response({"captioning_service_type": _type_json(changed)})

    @api.route("DELETE", "/captioning_service_types/<key>", captioning=True)
    def delete(caller: User | None, key: str) -> Response:
        """Take a service type away."""
        _may(caller)
        _active(api)
        if api.world.service_types.pop(key, None) is None:
            raise not_found("service type")
        return Response(status=204)


def _may(caller: User | None) -> None:
    """Let in the captioning service (None) and administrators."""
    if caller is not None and not caller.admin:
        raise forbidden()


def _active(api: Api) -> None:
    if not api.faults.behaviour.captioning_service:
        raise StudioError(404, "There is no active captioning service for the account.")


def _order_json(api: Api, order: CaptionOrder) -> dict[str, Any]:
    """Describe an order. Its fields are not documented, but that the service type's key is among them."""
    media = api.world.media[order.media_id]
    return {
        "id": order.id,
        "provider": PROFESSIONAL,
        "status": order.status,
        "srclang": order.srclang,
        "captioning_service_type_key": order.service_key,
        "created_at": iso(order.created_at),
        "media": {"id": media.id, "title": media.title, "duration": media.duration},
    }


def _type_json(each: ServiceType) -> dict[str, Any]:
    return {
        "id": each.id,
        "key": each.key,
        "label": each.label,
        "description": each.description,
        "is_asr": each.is_asr,
        "languages": list(each.languages),
    }
