"""Patience with Canvas: how often, and how long, a call is tried again.

A person waits behind every call, so all tries begin within :data:`PATIENCE` seconds; after that they are told.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import tenacity

from lti.errors import CuedeckError, RemoteThrottled, RemoteUnavailable

from .errors import NotReached, TooSlow

PATIENCE = 6.0  # seconds from the first try within which the last one must begin
TRIES = 4

Result = TypeVar("Result")

# Jitter keeps a class of 500, throttled together, from coming back together.
_JITTER = tenacity.wait_random(0, 0.4)
_BACK_OFF = tenacity.wait_exponential(multiplier=0.3, max=3.0, exp_base=2.5) + _JITTER


class Patience:
    """Tries calls again where that is safe and makes sense."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Make the two policies.

        :param sleep: waits for so many seconds; tests hand in one that does not.
        """
        self._repeatable = _policy(_passes, sleep)
        self._once = _policy(_had_no_effect, sleep)

    def repeat(self, call: Callable[[], Result]) -> Result:
        """Call something that may be repeated at will."""
        return self._repeatable(call)

    def once(self, call: Callable[[], Result]) -> Result:
        """Call something with effects: again only where the other side certainly did not take it up."""
        return self._once(call)


def _policy(again: Callable[[BaseException], bool], sleep: Callable[[float], None]) -> tenacity.Retrying:
    return tenacity.Retrying(
        sleep=sleep,
        retry=tenacity.retry_if_exception(again),
        wait=_wait,
        stop=_enough,
        reraise=True,
    )


def _enough(state: tenacity.RetryCallState) -> bool:
    """Count what was slept beside what passed, so that the rule is the same when a test's sleep takes no time."""
    spent = max(state.seconds_since_start or 0.0, state.idle_for)
    return state.attempt_number >= TRIES or spent + state.upcoming_sleep >= PATIENCE


def _passes(error: BaseException) -> bool:
    return isinstance(error, RemoteThrottled | RemoteUnavailable) and not isinstance(error, TooSlow)


def _had_no_effect(error: BaseException) -> bool:
    """The throttle stands before Canvas itself: a throttled call was not carried out."""
    return isinstance(error, RemoteThrottled | NotReached)


def _wait(state: tenacity.RetryCallState) -> float:
    """Wait as long as the other side asks (longer than our patience ends it at once), else back off."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, CuedeckError) and error.retry_after is not None:
        return error.retry_after + _JITTER(state)
    return _BACK_OFF(state)
