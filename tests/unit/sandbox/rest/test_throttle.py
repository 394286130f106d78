"""The leaky bucket."""

from __future__ import annotations

from sandbox.canvas.behaviour import Behaviour
from sandbox.canvas.throttle import Throttle


def test_thirteenth_parallel_request_is_refused() -> None:
    throttle = Throttle(Behaviour(), clock=lambda: 0.0)

    entered = [throttle.enter("token") for _ in range(13)]

    assert entered == [True] * 12 + [False]
    assert throttle.enter("another token")


def test_one_after_another_is_never_refused() -> None:
    throttle = Throttle(Behaviour(), clock=lambda: 0.0)

    for _ in range(100):
        assert throttle.enter("token")
        throttle.leave("token", 0.5)


def test_bucket_leaks_ten_a_second() -> None:
    now = [0.0]
    throttle = Throttle(Behaviour(), clock=lambda: now[0])
    throttle.enter("token")
    assert throttle.leave("token", 700.0) == 0
    assert not throttle.enter("token")

    now[0] = 10.5
    assert throttle.enter("token")
