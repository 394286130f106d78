"""Settings: what is missing or wrong stops the start and names the mend."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.settings import Settings
from lti.errors import ConfigurationError

GOOD = {"CUEDECK_URL": "https://cuedeck.example.edu", "CUEDECK_SECRET_KEYS": "k" * 40}


def read(**changes: str) -> Settings:
    return Settings.from_environ({**GOOD, **changes})


@pytest.mark.parametrize("name", ["CUEDECK_URL", "CUEDECK_SECRET_KEYS"])
def test_a_missing_required_setting_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        read(**{name: " "})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"CUEDECK_SECRET_KEYS": "short"}, "CUEDECK_SECRET_KEYS"),
        ({"CUEDECK_SECRET_KEYS": f"{'k' * 40},short"}, "CUEDECK_SECRET_KEYS"),
        ({"CUEDECK_URL": "http://cuedeck.example.edu"}, "Use https"),
        ({"CUEDECK_URL": "https://cuedeck.example.edu/path"}, "CUEDECK_URL"),
        ({"CUEDECK_URL": "cuedeck.example.edu"}, "CUEDECK_URL"),
        ({"CUEDECK_URL": "ftp://cuedeck.example.edu"}, "CUEDECK_URL"),
        ({"CUEDECK_PAGE_SIZE": "0"}, "CUEDECK_PAGE_SIZE"),
        ({"CUEDECK_PAGE_SIZE": "many"}, "CUEDECK_PAGE_SIZE"),
        ({"CUEDECK_PAGE_SIZE": "²"}, "CUEDECK_PAGE_SIZE"),
        ({"CUEDECK_PROXIES": "-1"}, "CUEDECK_PROXIES"),
        ({"CUEDECK_UPLOAD_FORMATS": "mp4,*.mov"}, "CUEDECK_UPLOAD_FORMATS"),
        ({"CUEDECK_UPLOAD_LARGEST": "10GB"}, "CUEDECK_UPLOAD_LARGEST"),
        ({"CUEDECK_PERSON_UPLOADS": "0"}, "CUEDECK_PERSON_UPLOADS"),
        ({"CUEDECK_PERSON_UPLOAD_BYTES": "-1"}, "CUEDECK_PERSON_UPLOAD_BYTES"),
        ({"CUEDECK_WORKER": "outside"}, "CUEDECK_WORKER"),
        ({"CUEDECK_CAPTION_SHORTEST": "-1"}, "CUEDECK_CAPTION_SHORTEST"),
        ({"CUEDECK_CAPTION_LONGEST": "nan"}, "CUEDECK_CAPTION_LONGEST"),
        ({"CUEDECK_CAPTION_LONGEST": "1"}, "CUEDECK_CAPTION_SHORTEST is 1 and CUEDECK_CAPTION_LONGEST is 1"),
        ({"CUEDECK_CAPTION_LINES": "1.5"}, "CUEDECK_CAPTION_LINES"),
        ({"CUEDECK_CAPTION_LINE_LENGTH": "0"}, "CUEDECK_CAPTION_LINE_LENGTH"),
        ({"CUEDECK_CAPTION_SPEED": "1e3"}, "CUEDECK_CAPTION_SPEED"),
        ({"CUEDECK_CAPTION_UNCOVERED": "٣٠"}, "CUEDECK_CAPTION_UNCOVERED"),
        ({"CUEDECK_PERSON_LAUNCHES": "-1"}, "CUEDECK_PERSON_LAUNCHES"),
        ({"CUEDECK_INSTITUTION_CALLS": "many"}, "CUEDECK_INSTITUTION_CALLS"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        read(**changes)


def test_a_trailing_slash_of_our_address_is_dropped() -> None:
    assert read(CUEDECK_URL="https://cuedeck.example.edu/").base_url == "https://cuedeck.example.edu"


def test_http_is_taken_for_a_named_sandbox_host() -> None:
    settings = read(CUEDECK_URL="http://localhost:8000", CUEDECK_INSECURE_HOSTS="localhost, 127.0.0.1")
    assert not settings.secure
    assert settings.insecure_hosts == {"localhost", "127.0.0.1"}


@pytest.mark.parametrize("short", ["postgres://u@h/d", "postgresql://u@h/d"])
def test_the_short_addresses_of_hosting_services_name_our_driver(short: str) -> None:
    assert read(DATABASE_URL=short).database_url == "postgresql+psycopg://u@h/d"


def test_rates_are_read_and_zero_is_without_limit() -> None:
    assert read().limits_url is None
    settings = read(CUEDECK_LIMITS_URL="redis://:password@host:6379/0", CUEDECK_PERSON_CALLS="0")
    assert settings.limits_url == "redis://:password@host:6379/0"
    assert (settings.person_calls, settings.person_launches) == (0, 600)
    assert "password" not in repr(settings)


def test_limits_of_the_caption_checks_are_read() -> None:
    ours = read(CUEDECK_CAPTION_SHORTEST="0.8", CUEDECK_CAPTION_LONGEST="6", CUEDECK_CAPTION_LINES="3")
    assert (ours.caption_shortest, ours.caption_longest, ours.caption_lines) == (0.8, 6.0, 3)
    assert (ours.caption_line_length, ours.caption_speed, ours.caption_uncovered) == (42, 20.0, 30.0)


def test_every_setting_is_in_the_readme() -> None:
    root = Path(__file__).parents[3]
    named = set(re.findall(r"CUEDECK_[A-Z_]+", (root / "config" / "settings.py").read_text()))
    assert named
    assert [name for name in sorted(named) if f"`{name}" not in (root / "README.md").read_text()] == []


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    assert "kkkk" not in repr(read())


def test_schools_that_need_no_invitation_are_hosts() -> None:
    environ = {"CUEDECK_URL": "https://cuedeck.example", "CUEDECK_SECRET_KEYS": "k" * 40}
    listed = environ | {"CUEDECK_REGISTRATION_HOSTS": "School.instructure.com, canvas.example:8443,"}
    assert Settings.from_environ(listed).registration_hosts == {"school.instructure.com", "canvas.example:8443"}
    assert Settings.from_environ(environ).registration_hosts == frozenset()
    for wrong in ("https://school.instructure.com", "*.instructure.com"):
        with pytest.raises(ConfigurationError, match="CUEDECK_REGISTRATION_HOSTS"):
            Settings.from_environ(environ | {"CUEDECK_REGISTRATION_HOSTS": wrong})


def test_upload_formats_are_studios_unless_they_are_named() -> None:
    assert {"mp4", "mov", "mp3"} <= read().upload_formats
    assert "webm" not in read().upload_formats
    assert read(CUEDECK_UPLOAD_FORMATS=" .MP4, webm ").upload_formats == {"mp4", "webm"}
