"""Faults, behaviour, API keys, tokens and the request log over HTTP, for tests and for people.

``GET /sandbox/faults`` shows all there is. ``POST /sandbox/faults`` takes a JSON object with any of:

* ``clear`` (true): no faults, default behaviour, all scopes and includes back;
* ``faults``: a list of objects with the fields of ``faults.Fault``;
* ``behaviour``: names and values of ``behaviour.Behaviour``;
* ``key_on`` (true or false): whether every API key is switched on in the account;
* ``allow_includes`` (true or false), ``remove_scopes``, ``add_scopes`` (lists): of every API key, and removed scopes
  also of the tokens it has given out;
* ``revoke_tokens``, ``expire_tokens`` (true);
* ``delete_files``: a list of media ids whose files are thrown away, as in Canvas's own list of files;
* ``delete_tracks``: a list of ``<media id>/<locale>``;
* ``replace_media``: a list of ``<media id>/<clip>``: another recording in the place of what is there.

``GET /sandbox/requests`` lists the requests since the log was cleared, ``DELETE`` clears it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sandbox.canvas.faults import Faults
from sandbox.canvas.scopes import ALL_SCOPES
from sandbox.canvas.world import World
from sandbox.common.faults import KINDS
from sandbox.common.switchboard import COMMON_WISHES, apply_common, texts

_WISHES = {
    *COMMON_WISHES,
    "allow_includes",
    "key_on",
    "remove_scopes",
    "add_scopes",
    "revoke_tokens",
    "expire_tokens",
    "delete_files",
    "delete_tracks",
    "replace_media",
}


@dataclass(frozen=True)
class Switchboard:
    """What can be done to a Canvas from outside."""

    world: World
    faults: Faults

    def allow_includes(self, allowed: bool) -> None:
        """Set "Allow Include Parameters" of every API key."""
        for key in self.world.api_keys.values():
            key.allow_includes = allowed

    def switch_keys(self, on: bool) -> None:
        """Switch every API key on or off."""
        for key in self.world.api_keys.values():
            key.authorized = on

    def add_scopes(self, scopes: list[str]) -> None:
        """Give every API key more scopes; tokens keep theirs."""
        for key in self.world.api_keys.values():
            key.scopes |= frozenset(scopes)

    def remove_scopes(self, scopes: list[str]) -> None:
        """Take scopes from every API key and from the tokens it has given out."""
        for key in self.world.api_keys.values():
            key.scopes -= frozenset(scopes)
        for scope in scopes:
            self.world.grants.remove_scope(scope)

    def revoke_tokens(self) -> None:
        """Revoke every token."""
        self.world.grants.revoke_all()

    def expire_tokens(self) -> None:
        """End every access token's hour now."""
        self.world.grants.expire_all(self.faults.now())

    def delete_files(self, media_ids: list[str]) -> None:
        """Throw all files of these media away. The media objects stay, as they do in Canvas."""
        with self.world.lock:
            for attachment in self.world.attachments.values():
                if attachment.media_entry_id in media_ids:
                    attachment.deleted = True
            self.world.touch()

    def delete_tracks(self, names: list[str]) -> None:
        """Delete caption tracks, named ``<media id>/<locale>``."""
        with self.world.lock:
            for track in list(self.world.tracks.values()):
                if f"{track.media_id}/{track.locale}" in names:
                    del self.world.tracks[track.id]
            self.world.touch()

    def replace_media(self, names: list[str]) -> None:
        """Put another recording, named ``<media id>/<clip>``, where one is. Nothing else of it changes.

        :raises ValueError: when there is no such media, or no such clip.
        """
        for media_id, _, clip in (name.partition("/") for name in names):
            media = self.world.media.get(media_id)
            if media is None or clip not in self.world.flavors:
                raise ValueError(f"no media {media_id!r}, or no clip {clip!r}")
            with self.world.lock:
                media.flavors = (clip,)
                self.world.touch()

    def clear(self) -> None:
        """Behave again. Tokens that were revoked stay revoked, and what was deleted stays deleted."""
        self.faults.clear()
        self.allow_includes(True)
        self.switch_keys(True)
        self.add_scopes(list(ALL_SCOPES))

    def apply(self, wishes: Mapping[str, object]) -> None:
        """Do what a JSON object asks, in the order of the module's list.

        :raises ValueError: naming what is unknown or wrong. What came before it is done.
        """
        apply_common(wishes, _WISHES, self.faults, self.clear)
        if "allow_includes" in wishes:
            self.allow_includes(bool(wishes["allow_includes"]))
        if "key_on" in wishes:
            self.switch_keys(bool(wishes["key_on"]))
        self.remove_scopes(texts(wishes, "remove_scopes"))
        self.add_scopes(texts(wishes, "add_scopes"))
        if wishes.get("revoke_tokens"):
            self.revoke_tokens()
        if wishes.get("expire_tokens"):
            self.expire_tokens()
        self.delete_files(texts(wishes, "delete_files"))
        self.delete_tracks(texts(wishes, "delete_tracks"))
        self.replace_media(texts(wishes, "replace_media"))

    def state(self) -> dict[str, object]:
        """Describe faults, behaviour, keys and tokens, without secrets."""
        return {
            "kinds": KINDS,
            "faults": [asdict(fault) for fault in self.faults.active()],
            "behaviour": asdict(self.faults.behaviour),
            "api_keys": [
                {
                    "client_id": key.client_id,
                    "allow_includes": key.allow_includes,
                    "enforce_scopes": key.enforce_scopes,
                    "scopes": sorted(key.scopes),
                }
                for key in self.world.api_keys.values()
            ],
            "tokens": [
                {"person": token.person_id, "client_id": token.client_id, "expires_at": token.expires_at.isoformat()}
                for token in self.world.grants.all()
            ],
        }
