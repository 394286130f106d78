"""What someone who copies the database learns: nothing that opens anything."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import inspect, text

from lti.errors import ConfigurationError
from lti.model import ApiKey, CaptioningHeader, GrantService, Platform, StudioAccount, StudioSettings
from lti.store import Database, SecretBox, Store

from .conftest import NEW_KEY, OLD_KEY, Clock, register
from .samples import SETTINGS, THEN, embed, login

CANVAS = GrantService.CANVAS


def fill(store: Store) -> tuple[Platform, dict[str, str]]:
    """Keep one of everything that is secret."""
    platform = register(store, canvas_key=ApiKey("170", "the-api-key-secret"))
    studio_key = ApiKey("studio-1", "the-studio-key-secret")
    store.institutions.save_studio(platform.id, StudioSettings("studio.example", studio_key, StudioAccount.OWN))
    store.institutions.save_captioning_header(platform.id, CaptioningHeader("Authorization", "the-captioning-header"))
    store.keys.add("k1", "-----BEGIN PRIVATE KEY----- abc", {"n": "public"}, THEN)
    store.grants.save(
        platform.id,
        "person",
        CANVAS,
        account_id="42",
        access_token="17~the-access-token",
        refresh_token="17~the-refresh-token",
        expires_at=THEN,
    )
    store.embeds.add([embed(platform.id)])
    store.logins.take("the-login-state", login(platform.id))
    store.cache.put("https://canvas.example/users/1/files", b'["https://media.example/v.mp4?sig=abc"]', 600)
    return platform, {
        "invitation": store.invitations.make("Harbour School", 600)[1],
        "ticket": store.tickets.put("connect", {"verifier": "the-pkce-verifier"}, 600),
        "link": store.deep_links.put("teacher", platform.id, SETTINGS, "1:aa", "https://canvas.example/cancel?t=1"),
    }


def raw_rows(database: Database) -> Iterator[str]:
    with database.transaction() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                yield f"{table}: {tuple(row)}"


def test_a_copy_of_the_database_holds_no_secret_in_clear(store: Store, database: Database) -> None:
    _, made = fill(store)
    dump = "\n".join(raw_rows(database))
    assert "17~" not in dump
    assert "https://school.example" in dump  # the dump does hold what is not secret
    for secret in (
        "the-api-key-secret",
        "the-studio-key-secret",
        "the-captioning-header",
        "PRIVATE KEY",
        "the-access-token",
        "the-refresh-token",
        "the-file-verifier",
        "the-login-state",
        "media.example",
        "users/1/files",
        "the-pkce-verifier",
        "secret-state",
        "cancel?t=1",
        made["ticket"],
        made["invitation"],
    ):
        assert secret not in dump, secret


def test_the_same_secret_looks_different_each_time() -> None:
    box = SecretBox([OLD_KEY])
    assert box.seal("token") != box.seal("token")


def everything(store: Store, platform: Platform) -> list[object]:
    found = store.platforms.get(platform.id)
    grant = store.grants.get(platform.id, "person", CANVAS)
    cached = store.cache.get("https://canvas.example/users/1/files")
    kept = store.embeds.get("embed-1")
    assert found
    assert grant
    assert cached
    assert kept
    keys = store.keys.all()
    return [
        found.canvas_key,
        store.institutions.get(platform.id),
        grant,
        cached,
        kept,
        keys,
        [(key.private_pem) for key in keys],
        kept.verifier,
    ]


def test_administrator_replaces_the_secret_key_without_losing_anything(
    store: Store, database: Database, clock: Clock
) -> None:
    platform, made = fill(store)
    before = everything(store, platform)

    overlapping = Store(database, SecretBox([NEW_KEY, OLD_KEY]), clock)
    assert everything(overlapping, platform) == before  # the old key opens
    grant = overlapping.grants.get(platform.id, "person", CANVAS)
    assert grant is not None
    with pytest.raises(ConfigurationError):
        Store(database, SecretBox([NEW_KEY]), clock).keys.all()
    assert overlapping.reseal() == 10

    only_new = Store(database, SecretBox([NEW_KEY]), clock)
    assert everything(only_new, platform) == before
    assert only_new.tickets.take("connect", made["ticket"]) == {"verifier": "the-pkce-verifier"}
    assert only_new.deep_links.get(made["link"], platform.id, "teacher") is not None
    with pytest.raises(ConfigurationError):
        store.keys.all()


def test_the_newest_key_seals() -> None:
    sealed = SecretBox([NEW_KEY, OLD_KEY]).seal("token")
    assert SecretBox([NEW_KEY]).open(sealed) == "token"
    with pytest.raises(ConfigurationError):
        SecretBox([OLD_KEY]).open(sealed)


def test_resealing_changes_nothing_when_one_secret_cannot_be_opened(
    store: Store, database: Database, clock: Clock
) -> None:
    fill(store)
    before = sorted(raw_rows(database))
    with pytest.raises(ConfigurationError, match="CUEDECK_SECRET_KEYS"):
        Store(database, SecretBox([NEW_KEY]), clock).reseal()
    assert sorted(raw_rows(database)) == before


@pytest.mark.parametrize("value", ["", "a", "é😀\0", "\ud800", "x" * 100_000])
def test_what_was_sealed_is_opened(value: str) -> None:
    box = SecretBox([OLD_KEY])
    assert box.open(box.seal(value)) == value
    assert SecretBox([NEW_KEY]).open(SecretBox([NEW_KEY, OLD_KEY]).reseal(box.seal(value))) == value


@pytest.mark.parametrize("damaged", ["", "nonsense", "gAAAAA==", "2.", "2.é", "2.AAAA", "2." + "A" * 80])
def test_a_damaged_secret_is_not_opened(damaged: str) -> None:
    with pytest.raises(ConfigurationError):
        SecretBox([OLD_KEY]).open(damaged)
    with pytest.raises(ConfigurationError):
        SecretBox([OLD_KEY]).reseal(damaged)


def test_a_secret_that_was_changed_or_cut_off_is_not_opened() -> None:
    box = SecretBox([NEW_KEY, OLD_KEY])
    content = base64.b64decode(box.seal("a token").removeprefix("2."))
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        for wrong in (bytes(changed), content[:place]):
            with pytest.raises(ConfigurationError):
                box.open(f"2.{base64.b64encode(wrong).decode()}")


def test_what_an_older_version_sealed_is_opened_and_sealed_anew() -> None:
    key = HKDF(SHA256(), 32, None, b"cuedeck/store/seal/1").derive(OLD_KEY.encode())
    old = Fernet(base64.urlsafe_b64encode(key)).encrypt(b"17~the-access-token").decode()
    box = SecretBox([NEW_KEY, OLD_KEY])
    assert box.open(old) == "17~the-access-token"
    assert SecretBox([NEW_KEY]).open(box.reseal(old)) == "17~the-access-token"


def test_a_box_needs_a_key() -> None:
    with pytest.raises(ConfigurationError):
        SecretBox([])
