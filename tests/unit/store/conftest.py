"""A store on either engine, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from lti.model import ApiKey, Platform
from lti.store import Database, SecretBox, Store, open_database

OLD_KEY = "an old secret key of more than 32 characters"
NEW_KEY = "a new secret key of more than 32 characters!"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.connections.close()
    opened.relaxed.close()
    assert opened.engine.pool.checkedout() == 0, "a connection was not given back"  # type: ignore[attr-defined]
    opened.close()


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    return Store(database, SecretBox([OLD_KEY]), clock)


@pytest.fixture
def platform(store: Store) -> Platform:
    return register(store)


def register(
    store: Store,
    *,
    issuer: str = "https://canvas.example",
    client_id: str = "10000000000001",
    deployments: tuple[str, ...] = ("1:aa",),
    trust: bool = False,
    canvas_key: ApiKey | None = ApiKey("170", "the-api-key-secret"),  # noqa: B008 - frozen
    invitation_id: int | None = None,
) -> Platform:
    return store.platforms.add(
        issuer=issuer,
        client_id=client_id,
        authorization_url=f"{issuer}/api/lti/authorize_redirect",
        token_url=f"{issuer}/login/oauth2/token",
        jwks_url=f"{issuer}/api/lti/security/jwks",
        canvas_url="https://school.example/",
        canvas_key=canvas_key,
        deployments=deployments,
        trust_deployments=trust,
        invitation_id=invitation_id,
    )
