"""Whether an institution's Studio makes captions by itself: known only from its refusals (``studio.md`` 4.5)."""

from __future__ import annotations

from typing import Final

from lti.store import Store

_REMEMBERED: Final = 24 * 3600.0  # seconds; afterwards somebody may have switched it on


class AutoCaptions:
    """Remembers refusals, so that nobody is offered what is switched off."""

    def __init__(self, store: Store) -> None:
        """Take the store."""
        self._store = store

    def offered(self, platform_id: int) -> bool:
        """Tell whether they can be asked for."""
        return self._store.cache.get(self._key(platform_id)) is None

    def refused(self, platform_id: int) -> None:
        """Remember that Studio's account has them off (501)."""
        self._store.cache.put(self._key(platform_id), b"off", _REMEMBERED, _REMEMBERED)

    def _key(self, platform_id: int) -> str:
        studio = self._store.institutions.get(platform_id).studio
        return f"studio auto captions {platform_id} {studio.host if studio else ''}"
