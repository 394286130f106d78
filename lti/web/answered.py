"""The login that a verified launch answers, to be taken once."""

from __future__ import annotations

from lti.errors import BrowserNotProven, LaunchConsumed
from lti.model import DeepLinkingSettings, Launch, LoginRecord
from lti.protocol.launch import check_proof
from lti.store import Store


class Answered:
    """A login whose record fits the launch. Whoever takes it first has it."""

    def __init__(self, state: str, record: LoginRecord, store: Store) -> None:
        self._state = state
        self.record = record
        self._store = store

    def prove(self, proof: str | None) -> None:
        """Compare what the browser holds. The first wrong proof ends the login: nothing can be guessed twice.

        :raises LaunchConsumed: if it is wrong, and the login was taken before: a reload.
        :raises BrowserNotProven: if it is wrong.
        """
        try:
            check_proof(self.record.proof_hash, proof)
        except BrowserNotProven:
            self.take()
            raise

    def take(self) -> None:
        """Take the login.

        :raises LaunchConsumed: if it was taken before: a reload or a repeat.
        """
        if not self._store.logins.take(self._state, self.record):
            raise _taken()

    def take_and_keep(self, launch: Launch, settings: DeepLinkingSettings) -> str:
        """Take the login, and keep the deep linking request of its launch; gives that one's id.

        :raises LaunchConsumed: if it was taken before.
        """
        link_id = self._store.deep_links.take_and_put(
            self._state, self.record, launch.subject, settings, launch.deployment_id, launch.return_url
        )
        if link_id is None:
            raise _taken()
        return link_id


def _taken() -> LaunchConsumed:
    return LaunchConsumed("the login was answered before")
