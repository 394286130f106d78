"""Letting people in, one by one: the permission changes of media and of collections (reference 2.7)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sandbox.studio.errors import StudioError, invalid, not_found
from sandbox.studio.parameters import text, whole
from sandbox.studio.world import World


def change_share(world: World, shares: dict[int, str], permissions: Collection[str]) -> dict[str, Any]:
    """Do what the request asks with ``shares`` (user id: permission); give the shares as the API does.

    :raises StudioError: 422, 404; 400 if the share exists already, or does not.
    """
    action, wanted, permission = text("action"), whole("id"), text("permission")
    if text("share_type") not in {None, "user"} or action not in {"create", "update", "destroy"}:
        raise invalid("action")
    if wanted is None or wanted not in world.users:
        raise not_found("user")
    if action != "destroy" and permission not in permissions:
        raise invalid("permission")
    with world.lock:
        if (action == "create") == (wanted in shares):
            raise StudioError(400, "The share already exists, or does not exist.")
        if action == "destroy":
            del shares[wanted]
        else:
            shares[wanted] = str(permission)
    return shares_json(shares)


def shares_json(shares: dict[int, str]) -> dict[str, Any]:
    """Describe who was let in."""
    return {"permissions": [{"id": user, "share_type": "user", "permission": may} for user, may in shares.items()]}
