"""What can be had once is had once, whoever asks at the same moment from wherever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest

from lti.model import GrantService, Platform
from lti.store import Database, SecretBox, Store

from .conftest import OLD_KEY
from .crowd import in_processes, in_threads, real_clock
from .samples import SETTINGS, login

ROUNDS = 15


def take_logins(store: Store, _caller: int) -> list[bool]:
    return [store.logins.take(f"state-{number}", login(1)) for number in range(ROUNDS)]


def take_logins_for_requests(platform_id: int, store: Store, _caller: int) -> list[str | None]:
    return [
        store.deep_links.take_and_put(f"state-{number}", login(platform_id), "teacher", SETTINGS, "1:aa", None)
        for number in range(ROUNDS)
    ]


def take_tickets(tickets: list[str], store: Store, _caller: int) -> list[dict[str, str] | None]:
    return [store.tickets.take("connect", ticket) for ticket in tickets]


def lease_grants(platform_id: int, versions: list[int], store: Store, _caller: int) -> list[bool]:
    return [
        store.grants.lease(platform_id, f"person-{number}", GrantService.CANVAS, version, 60)
        for number, version in enumerate(versions)
    ]


def lease_cache(store: Store, _caller: int) -> list[bool]:
    return [store.cache.lease(f"key-{number}", 60) for number in range(ROUNDS)]


def finish_deep_links(links: list[str], store: Store, _caller: int) -> list[bool]:
    return [store.deep_links.finish(link) for link in links]


def winners(answers: Sequence[Sequence[object]]) -> list[int]:
    """Count, for each thing that was asked for, who got it."""
    return [sum(bool(answer[number]) for answer in answers) for number in range(ROUNDS)]


@pytest.fixture
def store(database: Database) -> Store:
    """Give a store that lives in the same time as those of the other processes."""
    return Store(database, SecretBox([OLD_KEY]), real_clock)


def test_one_of_many_processes_takes_a_login(store: Store, database_url: str) -> None:
    assert winners(in_processes(database_url, take_logins)) == [1] * ROUNDS


def test_one_of_many_processes_takes_a_login_and_keeps_its_request(
    store: Store, platform: Platform, database_url: str
) -> None:
    answers = in_processes(database_url, partial(take_logins_for_requests, platform.id))
    assert winners(answers) == [1] * ROUNDS
    kept = [link for several in answers for link in several if link is not None]
    assert all(store.deep_links.get(link, platform.id, "teacher") for link in kept)


def test_one_of_many_processes_takes_a_ticket(store: Store, database_url: str) -> None:
    tickets = [store.tickets.put("connect", {"number": str(number)}, 60) for number in range(ROUNDS)]
    answers = in_processes(database_url, partial(take_tickets, tickets))
    assert winners(answers) == [1] * ROUNDS
    assert {answer["number"] for several in answers for answer in several if answer} == set(map(str, range(ROUNDS)))


def test_one_of_many_processes_leases_a_grant(store: Store, platform: Platform, database_url: str) -> None:
    versions = [
        store.grants.save(
            platform.id,
            f"person-{number}",
            GrantService.CANVAS,
            account_id="1",
            access_token="token",
            refresh_token=None,
            expires_at=real_clock() + timedelta(hours=1),
        ).version
        for number in range(ROUNDS)
    ]
    answers = in_processes(database_url, partial(lease_grants, platform.id, versions))
    assert winners(answers) == [1] * ROUNDS


def test_one_of_many_processes_leases_a_cache_key(store: Store, database_url: str) -> None:
    assert winners(in_processes(database_url, lease_cache)) == [1] * ROUNDS


def test_one_of_many_processes_finishes_a_deep_link(store: Store, platform: Platform, database_url: str) -> None:
    links = [store.deep_links.put("teacher", platform.id, SETTINGS, "1:aa", None) for _ in range(ROUNDS)]
    assert winners(in_processes(database_url, partial(finish_deep_links, links))) == [1] * ROUNDS


def test_one_of_many_threads_takes_a_login(store: Store) -> None:
    assert winners(in_threads(partial(take_logins, store))) == [1] * ROUNDS


def test_one_of_many_threads_takes_a_ticket(store: Store) -> None:
    tickets = [store.tickets.put("connect", {"a": "b"}, 60) for _ in range(ROUNDS)]
    assert winners(in_threads(partial(take_tickets, tickets, store))) == [1] * ROUNDS


def test_one_of_many_threads_leases_a_grant_that_is_renewed_once(store: Store, platform: Platform) -> None:
    """Everyone finds the same stale version; the winner renews at once; nobody who comes later may refresh again."""
    expires = real_clock()
    stale = store.grants.save(
        platform.id, "p", GrantService.CANVAS, account_id="1", access_token="a", refresh_token="r", expires_at=expires
    )

    def refresh(_caller: int) -> bool:
        won = store.grants.lease(platform.id, "p", GrantService.CANVAS, stale.version, 60)
        if won:
            store.grants.renew(
                platform.id,
                "p",
                GrantService.CANVAS,
                version=stale.version,
                access_token="b",
                refresh_token=None,
                expires_at=expires,
            )
        return won

    assert sum(in_threads(refresh, 12)) == 1
    now = store.grants.get(platform.id, "p", GrantService.CANVAS)
    assert now is not None
    assert (now.access_token, now.refresh_token) == ("b", "r")
