from __future__ import annotations

import pytest

from .platform import Clock, FakePlatform


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform(clock: Clock) -> FakePlatform:
    return FakePlatform(clock)
