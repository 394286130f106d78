"""Claims of a worker on uploads, kept alive by one thread while others do the work."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Iterator

from lti.errors import StorageUnavailable
from lti.model import Upload
from lti.store import Store

_SECONDS = 60.0
_MOST = 6
_BEAT = 1.0  # seconds; progress is written down as often
_LAST_BEATS = 0.05  # seconds, while the last claims are given back


class ClaimLost(Exception):
    """Raised when an upload is another's by now, was cancelled, or this worker is to stop: leave it as it is."""


class Claim:
    """One claim. What was sent is written down with every beat, for the person who watches."""

    def __init__(self, upload_id: str, stopping: threading.Event) -> None:
        """Name it as nobody else is named."""
        self.upload_id = upload_id
        self.holder = secrets.token_hex(12)
        self.sent: int | None = None  # bytes
        self.told: int | None = None  # of these, what was written down
        self.renewed = time.monotonic()
        self.lost = False
        self._stopping = stopping

    def check(self) -> None:
        """Make sure that going on makes sense.

        :raises ClaimLost: it does not.
        """
        if self.lost or self._stopping.is_set():
            raise ClaimLost(self.upload_id)

    def counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Hand on what Studio takes, and keep count of it; who called sets ``sent`` to None afterwards.

        :raises ClaimLost: in between, as soon as going on makes no sense.
        """
        self.sent = 0
        for piece in pieces:
            self.check()
            yield piece
            self.sent += len(piece)


class Claims:
    """All claims of a process. Safe to share between threads."""

    def __init__(self, store: Store, *, seconds: float = _SECONDS, most: int = _MOST) -> None:
        """Take the parts.

        :param seconds: how long a claim outlives its worker; it is renewed four times as often.
        :param most: uploads of one platform that may be worked on at once, by all workers together.
        """
        self._work = store.uploads.work
        self._seconds = seconds
        self._most = most
        self._held: dict[str, Claim] = {}
        self.stopping = threading.Event()

    def take(self) -> tuple[Upload, Claim] | None:
        """Claim what has waited longest.

        :raises StorageUnavailable: when the database does not answer.
        """
        claim = Claim("", self.stopping)
        upload = self._work.claim(claim.holder, self._seconds, self._most)
        if upload is None:
            return None
        claim.upload_id = upload.id
        self._held[claim.holder] = claim
        return upload, claim

    def give_back(self, claim: Claim) -> None:
        """End a claim; where the database is away it ends by itself."""
        self._held.pop(claim.holder, None)
        with contextlib.suppress(StorageUnavailable):
            self._work.release(claim.upload_id, claim.holder)

    def beat(self) -> None:
        """Keep all claims alive until told to stop and the last was given back: the work of a thread of its own."""
        while not (self.stopping.is_set() and not self._held):
            for claim in list(self._held.values()):
                if claim.sent != claim.told or time.monotonic() - claim.renewed >= self._seconds / 4:
                    self._renew(claim)
            if self.stopping.is_set():
                time.sleep(_LAST_BEATS)
            else:
                self.stopping.wait(min(self._seconds / 8, _BEAT))

    def _renew(self, claim: Claim) -> None:
        sent = claim.sent
        try:
            if not self._work.renew(claim.upload_id, claim.holder, self._seconds, sent):
                claim.lost = True
        except StorageUnavailable:
            return  # whoever lost a claim by this finds out at the next step
        claim.told, claim.renewed = sent, time.monotonic()
