"""Commands that change keys are killed before each thing that they write: typed again, they do what was wanted."""

from __future__ import annotations

import itertools
import multiprocessing
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from lti.errors import ConfigurationError
from lti.protocol.signing import SigningKeys
from lti.store import Database, SecretBox, Store, open_database
from tests.support.mortal import Countdown

from .conftest import NEW_KEY, OLD_KEY, Clock
from .test_secrets_at_rest import everything, fill

_SECONDS = 60


def reseal(url: str) -> None:
    database = open_database(url)
    Store(database, SecretBox([NEW_KEY, OLD_KEY]), Clock()).reseal()
    database.close()


def rotate(url: str) -> None:
    database = open_database(url)
    SigningKeys(Store(database, SecretBox([OLD_KEY]), Clock()).keys, Clock()).rotate()
    database.close()


def dying(what: Callable[[str], None], url: str, die_at: int, told: Path) -> None:
    countdown = Countdown(told)
    countdown.watch()
    countdown.arm(die_at)
    what(url)


def killed(what: Callable[[str], None], url: str, die_at: int, folder: Path) -> bool:
    """Do something in a process that dies at a moment; tell whether it died."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=dying, args=(what, url, die_at, folder / "not-written"))
    process.start()
    process.join(_SECONDS)
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode != 0


def test_secrets_are_all_sealed_anew_or_none_whenever_it_is_killed(
    store: Store, database: Database, database_url: str, clock: Clock, tmp_path: Path
) -> None:
    platform, _ = fill(store)
    before = everything(store, platform)
    for moment in itertools.count():
        if not killed(reseal, database_url, moment, tmp_path):
            break
        assert everything(store, platform) == before, "the old key opens all of it still"
    assert moment == 1, "one transaction: to die before its end is to have done nothing"
    assert everything(Store(database, SecretBox([NEW_KEY]), clock), platform) == before
    with pytest.raises(ConfigurationError):
        store.keys.all()


def test_tool_always_has_a_key_to_sign_with_whenever_rotating_is_killed(
    store: Store, database_url: str, clock: Clock, tmp_path: Path
) -> None:
    keys = SigningKeys(store.keys, clock)
    first = keys.rotate()
    for moment in itertools.count():
        died = killed(rotate, database_url, moment, tmp_path)
        fresh = SigningKeys(store.keys, clock)
        published = {key["kid"] for key in fresh.jwks()["keys"]}
        assert {first, fresh.current()[0]} <= published, "what was signed before and what is signed now can be read"
        if not died:
            break
    assert moment > 1
    assert [key.retired_at is None for key in keys.list()].count(True) == 1
