"""Who holds a lease: only its holder may end it early."""

from __future__ import annotations

import secrets
import threading


class Holder:
    """Names the calling thread, differently in every process that ever ran."""

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(8)

    def name(self) -> str:
        """Give the name of the calling thread."""
        return f"{self._prefix}-{threading.get_ident()}"
