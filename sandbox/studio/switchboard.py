"""Faults, behaviour, tokens and stored bytes over HTTP, for tests and for people.

``GET /sandbox/faults`` shows all there is; ``GET`` and ``DELETE /sandbox/requests`` are the request log. ``POST
/sandbox/faults`` takes a JSON object with any of:

* ``clear`` (true): no faults, default behaviour;
* ``faults``: a list of objects with the fields of ``sandbox.common.faults.Fault``;
* ``behaviour``: names and values of ``behaviour.Behaviour``;
* ``expire_tokens``, ``revoke_tokens`` (true);
* ``forget_users``: a list of e-mail addresses by which nobody is found any more;
* ``publish_captions``: a list of media ids whose captions a person publishes in Studio;
* ``order_captions``: a list of objects ``{media_id, service, srclang}``: what somebody orders in Studio.

``GET /sandbox/studio/media/<id>/sha256`` tells of what arrived: ``{"sha256", "size", "status"}``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response

from sandbox.common.answers import json_response
from sandbox.common.faults import KINDS
from sandbox.common.switchboard import COMMON_WISHES, add_switchboard_routes, apply_common, only_loopback, texts
from sandbox.studio.faults import Faults
from sandbox.studio.world import CaptionOrder, World

_WISHES = {
    *COMMON_WISHES,
    "expire_tokens",
    "revoke_tokens",
    "forget_users",
    "publish_captions",
    "order_captions",
}


@dataclass(frozen=True)
class Switchboard:
    """What can be done to a Studio from outside."""

    world: World
    faults: Faults

    def apply(self, wishes: Mapping[str, object]) -> None:
        """Do what a JSON object asks, in the order of the module's list.

        :raises ValueError: naming what is unknown or wrong. What came before it is done.
        """
        apply_common(wishes, _WISHES, self.faults, self.faults.clear)
        if wishes.get("expire_tokens"):
            self.world.grants.expire_all(self.faults.now())
        if wishes.get("revoke_tokens"):
            self.world.grants.revoke_all()
        for email in texts(wishes, "forget_users"):
            self._forget(email)
        for number in _objects(wishes, "publish_captions", int):
            for caption in self.world.captions_of(number):
                caption.status = "published"
        for order in _objects(wishes, "order_captions", dict):
            self._order(order)

    def state(self) -> dict[str, object]:
        """Describe faults, behaviour, people and tokens, without secrets."""
        return {
            "kinds": KINDS,
            "faults": [asdict(fault) for fault in self.faults.active()],
            "behaviour": asdict(self.faults.behaviour),
            "users": [asdict(user) for user in list(self.world.users.values())],
            "tokens": [
                {"user": token.person_id, "client_id": token.client_id, "expires_at": token.expires_at.isoformat()}
                for token in self.world.grants.all()
            ],
        }

    def _forget(self, email: str) -> None:
        user = self.world.user_by_email(email)
        if user is None:
            raise ValueError(f"nobody here is {email!r}")
        user.email = f"gone-{user.id}@school.example"

    def _order(self, order: Mapping[str, object]) -> None:
        wanted = order.get("media_id")
        media = self.world.media.get(wanted) if isinstance(wanted, int) else None
        service = self.world.service_types.get(str(order.get("service")))
        if media is None or service is None:
            raise ValueError("order_captions takes media_id and service, both known here")
        number = self.world.new_id()
        self.world.orders[number] = CaptionOrder(
            number, media.id, service.key, str(order.get("srclang", "en")), media.owner_id, self.faults.now()
        )


def switchboard_blueprint(world: World, faults: Faults) -> Blueprint:
    """Make the addresses under ``/sandbox``, for loopback only."""
    blueprint = Blueprint("switchboard", __name__)
    add_switchboard_routes(blueprint, Switchboard(world, faults), faults)

    @blueprint.get("/sandbox/studio/media/<int:media_id>/sha256")
    def fingerprint(media_id: int) -> Response:
        """Tell which bytes of an upload or an import are on disk, completed or not."""
        only_loopback()
        media, upload = world.media.get(media_id), world.uploads.get(media_id)
        path = media.file if media is not None else upload.path if upload is not None else None
        if path is None or not path.exists():
            return json_response({"error": "no bytes of this media are stored here"}, 404)
        with path.open("rb") as stored:
            digest = hashlib.file_digest(stored, "sha256").hexdigest()
        status = media.status if media is not None else None
        return json_response({"sha256": digest, "size": path.stat().st_size, "status": status})

    return blueprint


def _objects(wishes: Mapping[str, object], name: str, kind: type) -> list[Any]:
    values = wishes.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, kind) for value in values):
        raise ValueError(f"{name} is a list of {kind.__name__}")
    return values
