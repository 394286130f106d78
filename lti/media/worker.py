"""The worker: threads that claim uploads and carry them on, in a process of its own or inside a web process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from lti.errors import CuedeckError
from lti.media.carrying import Carrier
from lti.media.claims import Claim, Claims
from lti.media.housekeeping import Housekeeping
from lti.model import Upload

_log = logging.getLogger(__name__)

_THREADS = 8  # more than one school may have (``Claims``): one whose Studio hangs does not hold up all
_IDLE = 0.1  # seconds between two looks for work
_TROUBLE = 5.0  # seconds after the database did not answer
_STOP_SECONDS = 20.0


class Worker:
    """Starts and stops the threads. Any number of workers, on any number of machines, share the work."""

    def __init__(
        self,
        claims: Claims,
        carrier: Carrier,
        housekeeping: Housekeeping,
        *,
        threads: int = _THREADS,
        idle: float = _IDLE,
    ) -> None:
        """Take the parts.

        :param threads: uploads that this worker carries at once.
        :param idle: seconds between two looks for work.
        """
        self._claims = claims
        self._carrier = carrier
        self._housekeeping = housekeeping
        self._threads = threads
        self._idle = idle
        self._running: list[threading.Thread] = []
        self._turn = threading.Lock()  # one thread looks for work; the others wait for it to find some

    def start(self) -> None:
        """Start the threads."""
        tasks: list[Callable[[], None]] = [self._claims.beat, self._keep_house, *[self._work] * self._threads]
        self._running = [threading.Thread(target=task, daemon=True, name="cuedeck-worker") for task in tasks]
        for thread in self._running:
            thread.start()

    def stop(self) -> None:
        """Stop: what is under way is left to others, at once where it can be."""
        self._claims.stopping.set()
        until = time.monotonic() + _STOP_SECONDS
        for thread in self._running:
            thread.join(max(until - time.monotonic(), 0.0))

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop."""
        self.start()
        stop.wait()
        self.stop()

    def keep_house(self) -> dict[str, int]:
        """Clear away all that is over, now; gives how many were removed, by kind.

        :raises StorageUnavailable: when the database does not answer.
        """
        return self._housekeeping.do()

    def once(self) -> bool:
        """Carry one upload as far as it will go now.

        :returns: whether there was one.
        :raises StorageUnavailable: when the database does not answer.
        """
        taken = self._claims.take()
        if taken is not None:
            self._carry(*taken)
        return taken is not None

    def _work(self) -> None:
        while not self._claims.stopping.is_set():
            with self._turn:
                taken = self._look()
            if taken is not None:
                self._carry(*taken)

    def _look(self) -> tuple[Upload, Claim] | None:
        """Claim something, or wait a little."""
        pause = self._idle
        try:
            taken = None if self._claims.stopping.is_set() else self._claims.take()
            if taken is not None:
                return taken
        except CuedeckError as error:
            _log.warning("no work can be had: %s", error.detail)
            pause = _TROUBLE
        self._claims.stopping.wait(pause)
        return None

    def _carry(self, upload: Upload, claim: Claim) -> None:
        try:
            self._carrier.carry(upload, claim)
        finally:
            self._claims.give_back(claim)

    def _keep_house(self) -> None:
        while not self._claims.stopping.is_set():
            try:
                self._housekeeping.now_and_then()
            except CuedeckError as error:
                _log.warning("no housekeeping: %s", error.detail)
            except Exception:  # noqa: BLE001 - the next time it may go well; without this thread there is no next time
                _log.exception("housekeeping met a mistake of ours")
            self._claims.stopping.wait(60)
