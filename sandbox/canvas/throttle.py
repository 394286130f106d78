"""The leaky bucket that every token has (reference 6.5)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.canvas.behaviour import Behaviour

_MANY = 5_000  # buckets; the empty ones go when there are more


@dataclass
class _Bucket:
    count: float
    touched: float


@dataclass
class Throttle:
    """Buckets by token (or address). Parallel requests trip it: each holds a reserve while it runs."""

    behaviour: Behaviour
    clock: Callable[[], float] = time.monotonic
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, key: str) -> bool:
        """Reserve for a request; false when the bucket is over its limit."""
        with self._lock:
            bucket = self._leaked(key)
            if bucket.count >= self.behaviour.throttle_limit:
                return False
            self._add(bucket, self.behaviour.throttle_reserve)
            return True

    def leave(self, key: str, cost: float) -> float:
        """Give the reserve back and charge what the request cost; tell what remains."""
        with self._lock:
            bucket = self._leaked(key)
            self._add(bucket, cost - self.behaviour.throttle_reserve)
            return max(0.0, self.behaviour.throttle_limit - bucket.count)

    def _leaked(self, key: str) -> _Bucket:
        now = self.clock()
        if len(self._buckets) > _MANY:
            leak = self.behaviour.throttle_leak
            self._buckets = {k: b for k, b in self._buckets.items() if b.count > (now - b.touched) * leak}
        bucket = self._buckets.setdefault(key, _Bucket(0.0, now))
        bucket.count = max(0.0, bucket.count - (now - bucket.touched) * self.behaviour.throttle_leak)
        bucket.touched = now
        return bucket

    def _add(self, bucket: _Bucket, amount: float) -> None:
        bucket.count = min(self.behaviour.throttle_capacity, max(0.0, bucket.count + amount))
