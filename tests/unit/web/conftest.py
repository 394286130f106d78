from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from flask import Flask

from app import create_app
from config.settings import Settings
from lti.remote import make_client
from lti.store import SecretBox, Store, open_database

from .registry import Registry
from .school import OURS, Browser, Clock, Page, School, register


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def school(clock: Clock) -> School:
    return School(clock)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        base_url=OURS,
        secret_keys=("a-secret-key-of-forty-characters-or-more!",),
        database_url=f"sqlite:///{tmp_path / 'cuedeck.db'}",
        chunks_url=f"file://{tmp_path / 'chunks'}",
    )


@pytest.fixture
def store(settings: Settings, clock: Clock, migrated: Path) -> Iterator[Store]:
    """Look into the database that the application works with."""
    shutil.copy(migrated, settings.database_url.removeprefix("sqlite:///"))
    database = open_database(settings.database_url)
    yield Store(database, SecretBox(settings.secret_keys), clock)
    database.close()


@pytest.fixture
def app(settings: Settings, store: Store, school: School, clock: Clock) -> Iterator[Flask]:
    register(store)
    handlers, level = logging.root.handlers[:], logging.root.level
    http = make_client(timeout=5, transport=httpx.MockTransport(school.answer), sleep=lambda _: None, ticks=lambda: 0.0)
    yield create_app(settings, http=http, clock=clock)
    http.close()
    logging.root.handlers, logging.root.level = handlers, level


@pytest.fixture
def browser(app: Flask, school: School) -> Browser:
    return Browser(app, school)


@pytest.fixture
def other_browser(app: Flask, school: School) -> Browser:
    return Browser(app, school)


@pytest.fixture
def picker(browser: Browser) -> Page:
    """Give the picker of a teacher who has connected Canvas."""
    page = browser.press_button()
    assert browser.connect(page).status_code == 200
    return page


@pytest.fixture
def registry(school: School) -> Registry:
    made = Registry()
    school.broken = made.answer
    return made


@pytest.fixture
def invitation(store: Store) -> str:
    return store.invitations.make("River School", 3600)[1]
