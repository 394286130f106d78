"""Settings of an institution that were changed: every process of the tool knows them only after some seconds."""

from __future__ import annotations

import time

from tests.support.stack import Stack

_SECONDS = 6.0  # lti.store.platforms and lti.store.institutions keep what they have read for five
_changed: dict[str, float] = {}  # when, by the origin of a tool


def changed(stack: Stack) -> None:
    """Note that a setting was just changed."""
    _changed[stack.tool] = time.monotonic()


def settle(stack: Stack) -> None:
    """Let the time pass that is left until every process knows: nothing outside tells that it does."""
    left = _changed.pop(stack.tool, -_SECONDS) + _SECONDS - time.monotonic()
    if left > 0:
        time.sleep(left)
