"""The cache of platform keys: when it fetches, and which keys it takes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from lti.errors import LaunchRefused, PlatformKeysUnavailable, RemoteUnavailable
from lti.protocol import platform_keys
from lti.protocol.platform_keys import PlatformKeys, read_key_set

from .platform import JWKS_URL, Clock, FakePlatform, jwk, rsa_key


def down() -> bytes:
    raise RemoteUnavailable("down")


@pytest.fixture
def keys(platform: FakePlatform, clock: Clock) -> PlatformKeys:
    return PlatformKeys(platform.fetch, clock, ttl=3600, cool_down=10)


def test_the_same_object_is_given_again(keys: PlatformKeys, platform: FakePlatform) -> None:
    assert keys.key(JWKS_URL, platform.kid) is keys.key(JWKS_URL, platform.kid)
    assert platform.fetches == 1


def test_set_is_fetched_again_after_its_time(keys: PlatformKeys, platform: FakePlatform, clock: Clock) -> None:
    keys.key(JWKS_URL, platform.kid)
    clock.forward(3599)
    keys.key(JWKS_URL, platform.kid)
    assert platform.fetches == 1
    clock.forward(1)
    keys.key(JWKS_URL, platform.kid)
    assert platform.fetches == 2


def test_withdrawn_key_is_refused(keys: PlatformKeys, platform: FakePlatform, clock: Clock) -> None:
    withdrawn = platform.kid
    keys.key(JWKS_URL, withdrawn)
    platform.rotate()
    clock.forward(3600)
    with pytest.raises(LaunchRefused, match="withdrawn"):
        keys.key(JWKS_URL, withdrawn)


@pytest.mark.parametrize("failure", [down, lambda: b"<html>", lambda: b'{"keys":[]}', lambda: b"x" * 300_000])
def test_known_key_survives_failures_and_the_platform_is_not_hammered(
    keys: PlatformKeys, platform: FakePlatform, clock: Clock, failure: Callable[[], bytes]
) -> None:
    known = keys.key(JWKS_URL, platform.kid)
    platform.document = failure
    clock.forward(4000)
    for _ in range(5):
        assert keys.key(JWKS_URL, platform.kid) is known
    assert platform.fetches == 2
    clock.forward(10)
    assert keys.key(JWKS_URL, platform.kid) is known
    assert platform.fetches == 3


def test_key_that_was_never_seen_cannot_be_had_while_down(keys: PlatformKeys, platform: FakePlatform) -> None:
    platform.document = down
    with pytest.raises(PlatformKeysUnavailable) as caught:
        keys.key(JWKS_URL, platform.kid)
    assert caught.value.retry_after == 10


def test_failing_socket_is_no_crash(keys: PlatformKeys, platform: FakePlatform) -> None:
    def broken() -> bytes:
        raise ConnectionResetError

    platform.document = broken
    with pytest.raises(PlatformKeysUnavailable):
        keys.key(JWKS_URL, platform.kid)


def test_invented_kids_cannot_make_us_hammer_the_platform(
    keys: PlatformKeys, platform: FakePlatform, clock: Clock
) -> None:
    keys.key(JWKS_URL, platform.kid)
    for number in range(100):
        with pytest.raises(LaunchRefused):
            keys.key(JWKS_URL, f"invented-{number}")
    assert platform.fetches == 5
    keys.key(JWKS_URL, platform.kid)
    clock.forward(10)
    for number in range(100):
        with pytest.raises(LaunchRefused):
            keys.key(JWKS_URL, f"invented-{number}")
    assert platform.fetches == 6


def test_rotation_is_noticed_after_invented_kids(keys: PlatformKeys, platform: FakePlatform, clock: Clock) -> None:
    for number in range(100):
        with pytest.raises(LaunchRefused):
            keys.key(JWKS_URL, f"invented-{number}")
    platform.rotate()
    clock.forward(10)
    assert keys.key(JWKS_URL, platform.kid).public_numbers() == platform.key.public_key().public_numbers()


def test_key_sets_of_two_platforms_are_kept_apart(clock: Clock) -> None:
    sets = {
        "https://a.example": [jwk(rsa_key("first"), "same")],
        "https://b.example": [jwk(rsa_key("second"), "same")],
    }
    keys = PlatformKeys(lambda url: json.dumps({"keys": sets[url]}).encode(), clock)
    assert (
        keys.key("https://a.example", "same").public_numbers() != keys.key("https://b.example", "same").public_numbers()
    )


def test_many_threads_cause_one_fetch(clock: Clock) -> None:
    platform = FakePlatform(clock)
    document, arrived = platform.key_set(), threading.Barrier(9)
    fetching, fetches = threading.Event(), []

    def fetch(url: str) -> bytes:
        fetches.append(url)
        fetching.wait(5)
        return document

    keys = PlatformKeys(fetch, clock)
    found: list[object] = []

    def launch() -> None:
        arrived.wait(5)
        found.append(keys.key(JWKS_URL, platform.kid))

    threads = [threading.Thread(target=launch) for _ in range(8)]
    for thread in threads:
        thread.start()
    arrived.wait(5)
    fetching.set()
    for thread in threads:
        thread.join(5)
    assert len(found) == 8
    assert len(set(map(id, found))) == 1
    assert len(fetches) == 1


def test_launch_that_may_not_wait_for_a_stalled_key_set_is_told_at_once(platform: FakePlatform, clock: Clock) -> None:
    allowed = [True]

    @contextmanager
    def busy_with(url: str) -> Iterator[None]:
        if not allowed[0]:
            raise RemoteUnavailable(f"enough wait for {url}", retry_after=5)
        yield

    keys = PlatformKeys(platform.fetch, clock, busy_with=busy_with)
    allowed[0] = False
    with pytest.raises(PlatformKeysUnavailable) as told:
        keys.key(JWKS_URL, platform.kid)
    assert told.value.retry_after == 5
    allowed[0] = True
    known = keys.key(JWKS_URL, platform.kid)
    allowed[0] = False
    assert keys.key(JWKS_URL, platform.kid) is known


def test_nobody_waits_for_the_refresh_of_a_known_key(platform: FakePlatform, clock: Clock) -> None:
    document, slow, fetching, release = platform.key_set(), [False], threading.Event(), threading.Event()

    def fetch(url: str) -> bytes:
        if slow[0]:
            fetching.set()
            release.wait(5)
        return document

    keys = PlatformKeys(fetch, clock, ttl=60)
    known = keys.key(JWKS_URL, platform.kid)
    slow[0] = True
    clock.forward(61)
    refresher = threading.Thread(target=keys.key, args=(JWKS_URL, platform.kid))
    refresher.start()
    assert fetching.wait(5)
    assert keys.key(JWKS_URL, platform.kid) is known  # while the other thread still waits for the platform
    release.set()
    refresher.join(5)


def test_launch_does_not_wait_forever_for_another_threads_fetch(
    keys: PlatformKeys, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform_keys, "_PATIENCE", 0.01)

    def hang() -> bytes:
        with pytest.raises(PlatformKeysUnavailable):
            launch_of_another_thread()
        return platform.key_set()

    def launch_of_another_thread() -> None:
        with ThreadPoolExecutor() as pool:
            pool.submit(keys.key, JWKS_URL, platform.kid).result()

    platform.document = hang
    keys.key(JWKS_URL, platform.kid)
    assert platform.fetches == 1


# --- which keys are taken -------------------------------------------------------------------------------------------


def key_set(*keys: object) -> bytes:
    return json.dumps({"keys": keys}).encode()


RIGHT = jwk(rsa_key("first"), "k")


@pytest.mark.parametrize("change", [{}, {"alg": None}, {"use": None}, {"key_ops": ["verify"]}, {"x5c": ["ignored"]}])
def test_right_key_is_taken(change: dict[str, object]) -> None:
    assert set(read_key_set(key_set({**RIGHT, **change}))) == {"k"}


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "EC"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"alg": "HS256"},
        {"alg": "RS512"},
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"key_ops": "verify"},
        {"kid": None},
        {"kid": 5},
        {"n": None},
        {"n": ""},
        {"n": "é"},
        {"n": "!!!!"},
        {"n": "A" * 5000},
        {"n": 5},
        {"e": ""},
        {"e": "AA"},
        {"e": "AQ"},
        {"e": "Ag"},
        {"e": "A" * 500},
        jwk(rsa_key("short", 1024), "k"),
    ],
)
def test_key_that_may_not_be_used_is_left_out(change: dict[str, object]) -> None:
    other = jwk(rsa_key("second"), "other")
    assert set(read_key_set(key_set({**RIGHT, **change}, other))) == {"other"}


def test_key_of_another_type_under_the_same_kid_does_no_harm() -> None:
    curve = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
    assert set(read_key_set(key_set({**curve, "kid": "k"}, "no key", None, 5, [], RIGHT))) == {"k"}


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"5",
        b'{"keys":{}}',
        b'{"keys":null}',
        b'{"keys":[]}',
        b'{"errors":[]}',
        b"<!DOCTYPE html>",
        b"\xff\xfe",
        b'{"keys":[' + b"{}," * 100 + b"{}]}",
        b'{"keys":[' + b"[" * 9000 + b"]" * 9000 + b"]}",
        b'{"keys":[{}],"filler":"' + b"x" * 300_000 + b'"}',
    ],
)
def test_what_is_no_key_set_is_an_error(document: bytes) -> None:
    with pytest.raises(PlatformKeysUnavailable):
        read_key_set(document)
