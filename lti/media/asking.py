"""Ask Canvas several things for one purpose, and go on without those that it does not give."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from lti.errors import CuedeckError, GrantScopeMissing, RemoteError, RemoteThrottled, RemoteUnavailable

_log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class Asking:
    """Remembers what went wrong; asks nothing more once Canvas is down or throttles.

    A call gives up after seconds of patience. Six of them in a row would keep a person waiting for a minute, and a
    Canvas in trouble from recovering.
    """

    def __init__(self) -> None:
        """Begin with nothing asked."""
        self.failure: CuedeckError | None = None  # the first one
        self.over = False

    def ask(self, call: Callable[[], Answer]) -> Answer | None:
        """Make a call; None when it failed or nothing is asked any more.

        :raises GrantError: but for a missing scope, which only closes some of the calls: without consent none can work.
        """
        if self.over:
            return None
        try:
            return call()
        except (RemoteError, GrantScopeMissing) as error:
            _log.info("going on without an answer of Canvas: %s", error)
            self.failure = self.failure or error
            self.over = isinstance(error, RemoteUnavailable | RemoteThrottled)
            return None
