"""Canvas's API in the name of a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lti.errors import GrantRevoked, ServiceNotConfigured
from lti.media.grants import GrantTokens
from lti.media.ports import Clock
from lti.model import Platform
from lti.remote import CanvasApi, CanvasOAuth, Http
from lti.store import Store


class CanvasAccess:
    """Opens Canvas's API for the people who consented."""

    def __init__(self, store: Store, http: Http, oauth: CanvasOAuth, clock: Clock) -> None:
        """Take the parts."""
        self._store = store
        self._http = http
        self._oauth = oauth
        self._clock = clock

    @contextmanager
    def acting_for(self, platform: Platform, subject: str) -> Iterator[CanvasApi]:
        """Give the API as one person sees it. When Canvas says that the consent is over, it is forgotten.

        :raises ServiceNotConfigured: when no API key was entered for the platform.
        """
        if platform.canvas_key is None:
            raise ServiceNotConfigured(f"platform {platform.id} has no Canvas API key")
        tokens = GrantTokens.at_canvas(self._store, self._oauth, platform, subject, self._clock)
        try:
            yield CanvasApi(self._http, platform, tokens)
        except GrantRevoked:
            tokens.refused()
            raise
