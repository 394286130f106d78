"""Handing in: one recording of one's own, with what it is like at that moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lti.media.embedding import Embedding, InsertedItem, Pick
from lti.model import Embed, Platform, Viewer


class HandingIn:
    """Hands in."""

    def __init__(self, embedding: Embedding, look_up: Callable[[Embed, Platform], None]) -> None:
        """Take the parts.

        :param look_up: has the catalogue asked about an embed now, and what it says kept.
        """
        self._embedding = embedding
        self._look_up = look_up

    def insert(self, viewer: Viewer, platform: Platform, picks: Sequence[Pick]) -> tuple[InsertedItem, ...]:
        """Make the embed of what is handed in, and keep what its recording is like now.

        Where the catalogue does not answer just now, that is kept when it first does.

        :raises InputError: when it is not one recording of their own that the assignment takes, in our player.
        """
        inserted, embeds = self._embedding.make(viewer, platform, picks)
        for embed in embeds:
            self._look_up(embed, platform)
        return inserted
