"""Verified launches whose browser has yet to show that it began them (``reference/lti-launch.md`` section 3).

Two one-time tickets, a minute each: the first stands for the launch while its page looks for the proof, the second is
what the right proof is exchanged for, and opens the launch. The login record was taken before, so each launch has one
try: a wrong proof ends it, and nothing can be guessed twice. Who could send a wrong one has the page's own id, so it is
the person's own browser: nobody else's launch can be ended like this.
"""

from __future__ import annotations

from typing import Final

import msgspec

from lti.errors import LaunchConsumed, PlatformUnknown
from lti.model import Launch, LoginRecord
from lti.protocol.launch import check_proof
from lti.store import Store

_HELD: Final = "held_launch"
_PROVEN: Final = "proven_launch"
_SECONDS: Final = 60


class HeldLaunches:
    """Keeps launches between their steps, sealed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def hold(self, launch: Launch, record: LoginRecord) -> str:
        """Keep a launch that was compared with its login record; gives the id to prove it by."""
        # The platform by its id alone: its secrets are not copied, and it may be removed meanwhile.
        values = {**msgspec.to_builtins(launch), "platform": launch.platform.id}
        payload = {"launch": msgspec.json.encode(values).decode(), "proof_hash": record.proof_hash}
        return self._store.tickets.put(_HELD, payload, _SECONDS)

    def prove(self, held: str, proof: str) -> str:
        """Compare the proof, once; gives the token that opens the launch.

        :raises LaunchConsumed: if there is no such launch, or its time is over.
        :raises BrowserNotProven: if the proof is not that of the login; the launch is gone then.
        """
        payload = self._take(_HELD, held)
        check_proof(payload["proof_hash"], proof)
        return self._store.tickets.put(_PROVEN, {"launch": payload["launch"]}, _SECONDS)

    def open(self, token: str) -> Launch:
        """Give the launch that a token stands for, once.

        :raises LaunchConsumed: if the token was used (a reload), or its time is over.
        :raises PlatformUnknown: if the platform was removed meanwhile.
        """
        values = msgspec.json.decode(self._take(_PROVEN, token)["launch"])
        platform = self._store.platforms.get(values["platform"])
        if platform is None:
            raise PlatformUnknown("the platform was removed")
        return msgspec.convert({**values, "platform": msgspec.to_builtins(platform)}, Launch)

    def _take(self, kind: str, ticket: str) -> dict[str, str]:
        payload = self._store.tickets.take(kind, ticket)
        if payload is None:
            raise LaunchConsumed(f"no such {kind}")
        return payload
