"""How a call to the API gets in, and what its routes share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from flask import Blueprint, Response, request

from sandbox.common.misbehave import acting
from sandbox.media.clips import ClipStore
from sandbox.studio.errors import StudioError, forbidden, not_found, unauthorized
from sandbox.studio.faults import Faults
from sandbox.studio.parameters import number, whole
from sandbox.studio.processing import settle
from sandbox.studio.rights import Level, collection_level, media_level
from sandbox.studio.world import Collection, Media, User, World

BASE = "/api/public/v1"
V = TypeVar("V", bound=Callable[..., Response])


@dataclass
class Api:
    """What the API's routes share."""

    world: World
    faults: Faults
    blueprint: Blueprint
    clips: ClipStore
    url: str  # our own origin
    uploads_dir: Path
    service_authorization: str  # what the captioning service sends instead of a token
    rules: list[tuple[str, str]] = field(default_factory=list)

    def route(self, method: str, rule: str, *, captioning: bool = False) -> Callable[[V], V]:
        """Register a route below ``/api/public/v1``. Its view gets the caller and the texts of the path.

        :param captioning: the captioning service may call it too; the caller is None then.
        """

        def register(view: V) -> V:
            def entered(**arguments: str) -> Response:
                try:
                    settle(self.world, self.faults, self.clips)
                    return view(self._caller(captioning), **arguments)
                except StudioError as error:
                    return error.response()

            self.rules.append((method, rule))
            self.blueprint.add_url_rule(f"{BASE}{rule}", f"{method} {rule}", entered, methods=[method])
            return view

        return register

    def _caller(self, captioning: bool) -> User | None:
        sent = request.headers.get("Authorization", "")
        if captioning and sent == self.service_authorization:
            return None
        return self.identify()

    def identify(self) -> User:
        """Find whose token the request carries.

        :raises StudioError: 401.
        """
        kind, _, access = request.headers.get("Authorization", "").partition(" ")
        token = self.world.grants.find(access.strip()) if kind.lower() == "bearer" else None
        if token is None or token.revoked or self.faults.now() >= token.expires_at:
            raise unauthorized()
        user = self.world.users.get(token.person_id)
        if user is None:
            raise unauthorized()
        acting(user.id)
        return user

    def media(self, user: User, media_id: str, least: Level) -> Media:
        """Find a media with which the caller may do so much.

        :raises StudioError: 422 no number, 404 none there, 403 may not.
        """
        media = self.world.media.get(number(media_id, "media_id"))
        if media is None:
            raise not_found("media")
        if media_level(self.world, user, media) < least:
            raise forbidden()
        return media

    def collection(self, user: User, collection_id: str, least: Level) -> Collection:
        """Find a collection with which the caller may do so much.

        :raises StudioError: 422 no number, 404 none there, 403 may not.
        """
        collection = self.world.collections.get(number(collection_id, "collection_id"))
        if collection is None:
            raise not_found("collection")
        if collection_level(user, collection) < least:
            raise forbidden()
        return collection

    def on_behalf(self, user: User) -> User:
        """Tell for whom a call acts: ``user_id``, which is for administrators, or the caller.

        :raises StudioError: 422, 403, 404 (reference 1.5).
        """
        wanted = whole("user_id")
        if wanted is None:
            return user
        if not user.admin:
            raise forbidden()
        if wanted not in self.world.users:
            raise not_found("user")
        return self.world.users[wanted]
