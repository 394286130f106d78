"""The only reader of the environment.

Nothing here has a secret default: a missing secret stops the start with the name of the setting and the mend.
The README's configuration table is made from this module's field docs; keep the two together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lti.errors import ConfigurationError

_MOST = 10_000_000  # a minute
_MINIMUM_SECRET = 32  # characters; `python -c "import secrets; print(secrets.token_urlsafe(48))"` gives 64


# Studio's guide (reference/studio.md 3.5). The list may be older than Studio: it is configuration.
_VIDEO = {"flv", "asf", "qt", "mov", "mpg", "mpeg", "avi", "m4v", "wmv", "mp4", "3gp"}
STUDIO_FORMATS = frozenset(_VIDEO | {"mp3", "wma", "wav"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations."""

    base_url: str  # CUEDECK_URL: our own public origin, https outside the sandbox
    secret_keys: tuple[str, ...] = field(repr=False)  # CUEDECK_SECRET_KEYS: comma separated, newest first
    database_url: str  # DATABASE_URL
    insecure_hosts: frozenset[str] = frozenset()  # CUEDECK_INSECURE_HOSTS: hosts reached over http (the sandbox's)
    registration_hosts: frozenset[str] = frozenset()  # CUEDECK_REGISTRATION_HOSTS: Canvases that need no invitation
    proxies: int = 0  # CUEDECK_PROXIES: how many trusted reverse proxies set X-Forwarded-*
    source_seconds: int = 600  # CUEDECK_SOURCE_SECONDS: how long media source addresses are kept
    caption_seconds: int = 300  # CUEDECK_CAPTION_SECONDS: how long caption texts are served without asking again
    session_seconds: int = 3600  # CUEDECK_SESSION_SECONDS: life of a page's bearer token; renewed while it is open
    outgoing_timeout: float = 10.0  # CUEDECK_OUTGOING_TIMEOUT: seconds for one answer from Canvas
    page_size: int = 30  # CUEDECK_PAGE_SIZE: media per page asked from Canvas (it takes at most 100)
    chunks_url: str = "file://var/chunks"  # CUEDECK_CHUNKS: where upload data lies until Studio has it
    chunks_endpoint: str = ""  # CUEDECK_CHUNKS_ENDPOINT: of an S3-compatible service that is not Amazon's
    upload_formats: frozenset[str] = STUDIO_FORMATS  # CUEDECK_UPLOAD_FORMATS: filename extensions, comma separated
    upload_largest: int = 10_000_000_000  # CUEDECK_UPLOAD_LARGEST: bytes of one file
    recording_seconds: int = 3 * 3600  # CUEDECK_RECORDING_SECONDS: after which a recording stops
    recording_largest: int = 5_000_000_000  # CUEDECK_RECORDING_LARGEST: bytes of one recording
    person_uploads: int = 100  # CUEDECK_PERSON_UPLOADS: of one person that Studio has not got yet
    person_upload_bytes: int = 100_000_000_000  # CUEDECK_PERSON_UPLOAD_BYTES: of these together
    worker: str = "inside"  # CUEDECK_WORKER=inside|own: who carries uploads to Studio
    limits_url: str | None = field(default=None, repr=False)  # CUEDECK_LIMITS_URL: a Redis that counts for all
    person_calls: int = 3000  # CUEDECK_PERSON_CALLS: of our API, by one person, within a minute; 0 is without limit
    person_launches: int = 600  # CUEDECK_PERSON_LAUNCHES
    institution_calls: int = 60000  # CUEDECK_INSTITUTION_CALLS: the same by everyone of one institution together
    institution_launches: int = 15000  # CUEDECK_INSTITUTION_LAUNCHES
    institution_logins: int = 15000  # CUEDECK_INSTITUTION_LOGINS: launches that were begun
    caption_shortest: float = 1.0  # CUEDECK_CAPTION_SHORTEST: seconds; what the checks of captions call too short
    caption_longest: float = 7.0  # CUEDECK_CAPTION_LONGEST: seconds
    caption_lines: int = 2  # CUEDECK_CAPTION_LINES: of one caption
    caption_line_length: int = 42  # CUEDECK_CAPTION_LINE_LENGTH: characters
    caption_speed: float = 20.0  # CUEDECK_CAPTION_SPEED: characters a second
    caption_uncovered: float = 30.0  # CUEDECK_CAPTION_UNCOVERED: seconds without captions that are worth a look
    metrics_token: str | None = field(
        default=None, repr=False
    )  # CUEDECK_METRICS_TOKEN: opens /metrics; none: no measuring
    metrics_folder: str | None = None  # CUEDECK_METRICS_FOLDER: where processes of one machine keep their counts
    sentry_dsn: str | None = field(default=None, repr=False)  # SENTRY_DSN: where mistakes of ours are reported
    history_days: int = 730  # CUEDECK_HISTORY_DAYS: how long it is kept who changed captions and answered orders
    log_level: str = "INFO"  # CUEDECK_LOG_LEVEL
    log_json: bool = True  # CUEDECK_LOG_FORMAT=json|console

    @property
    def secure(self) -> bool:
        """Whether our own address is https."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check the settings.

        :raises ConfigurationError: naming the setting that is missing or wrong, and the mend.
        """
        base_url = _required(environ, "CUEDECK_URL", "the public address of this installation").rstrip("/")
        insecure = _hosts(environ, "CUEDECK_INSECURE_HOSTS")
        _check_origin("CUEDECK_URL", base_url, insecure)
        secrets = tuple(
            key.strip()
            for key in _required(environ, "CUEDECK_SECRET_KEYS", "one or more long random strings").split(",")
            if key.strip()
        )
        for key in secrets:
            if len(key) < _MINIMUM_SECRET:
                raise ConfigurationError(
                    f"CUEDECK_SECRET_KEYS: each key needs at least {_MINIMUM_SECRET} characters. "
                    'Make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
                )
        shortest = _decimal(environ, "CUEDECK_CAPTION_SHORTEST", 1.0, 0.0, 60.0)
        longest = _decimal(environ, "CUEDECK_CAPTION_LONGEST", 7.0, 0.1, 3600.0)
        if shortest >= longest:
            raise ConfigurationError(
                f"CUEDECK_CAPTION_SHORTEST is {shortest:g} and CUEDECK_CAPTION_LONGEST is {longest:g}: "
                "no caption is both. The first has to be less than the second."
            )
        return cls(
            base_url=base_url,
            secret_keys=secrets,
            database_url=_database_url(environ.get("DATABASE_URL", "sqlite:///var/cuedeck.db")),
            insecure_hosts=insecure,
            registration_hosts=_hosts(environ, "CUEDECK_REGISTRATION_HOSTS"),
            proxies=_whole(environ, "CUEDECK_PROXIES", 0, 0, 10),
            source_seconds=_whole(environ, "CUEDECK_SOURCE_SECONDS", 600, 10, 86400),
            caption_seconds=_whole(environ, "CUEDECK_CAPTION_SECONDS", 300, 0, 86400),
            session_seconds=_whole(environ, "CUEDECK_SESSION_SECONDS", 3600, 60, 43200),
            outgoing_timeout=float(_whole(environ, "CUEDECK_OUTGOING_TIMEOUT", 10, 1, 120)),
            page_size=_whole(environ, "CUEDECK_PAGE_SIZE", 30, 5, 100),
            chunks_url=environ.get("CUEDECK_CHUNKS", "").strip() or "file://var/chunks",
            chunks_endpoint=environ.get("CUEDECK_CHUNKS_ENDPOINT", "").strip(),
            upload_formats=_formats(environ, "CUEDECK_UPLOAD_FORMATS"),
            upload_largest=_whole(environ, "CUEDECK_UPLOAD_LARGEST", 10_000_000_000, 1, 10**15),
            recording_seconds=_whole(environ, "CUEDECK_RECORDING_SECONDS", 3 * 3600, 60, 86_400),
            recording_largest=_whole(environ, "CUEDECK_RECORDING_LARGEST", 5_000_000_000, 1_000_000, 10**15),
            person_uploads=_whole(environ, "CUEDECK_PERSON_UPLOADS", 100, 1, 10**6),
            person_upload_bytes=_whole(environ, "CUEDECK_PERSON_UPLOAD_BYTES", 100_000_000_000, 1, 10**15),
            worker=_one_of(environ, "CUEDECK_WORKER", ("inside", "own")),
            limits_url=environ.get("CUEDECK_LIMITS_URL", "").strip() or None,
            person_calls=_whole(environ, "CUEDECK_PERSON_CALLS", 3000, 0, _MOST),
            person_launches=_whole(environ, "CUEDECK_PERSON_LAUNCHES", 600, 0, _MOST),
            institution_calls=_whole(environ, "CUEDECK_INSTITUTION_CALLS", 60000, 0, _MOST),
            institution_launches=_whole(environ, "CUEDECK_INSTITUTION_LAUNCHES", 15000, 0, _MOST),
            institution_logins=_whole(environ, "CUEDECK_INSTITUTION_LOGINS", 15000, 0, _MOST),
            caption_shortest=shortest,
            caption_longest=longest,
            caption_lines=_whole(environ, "CUEDECK_CAPTION_LINES", 2, 1, 20),
            caption_line_length=_whole(environ, "CUEDECK_CAPTION_LINE_LENGTH", 42, 5, 1000),
            caption_speed=_decimal(environ, "CUEDECK_CAPTION_SPEED", 20.0, 1.0, 1000.0),
            caption_uncovered=_decimal(environ, "CUEDECK_CAPTION_UNCOVERED", 30.0, 1.0, 86400.0),
            metrics_token=_metrics_token(environ),
            metrics_folder=environ.get("CUEDECK_METRICS_FOLDER", "").strip() or "var/metrics",
            sentry_dsn=environ.get("SENTRY_DSN", "").strip() or None,
            history_days=_whole(environ, "CUEDECK_HISTORY_DAYS", 730, 30, 36500),
            log_level=environ.get("CUEDECK_LOG_LEVEL", "INFO").upper(),
            log_json=environ.get("CUEDECK_LOG_FORMAT", "json") != "console",
        )


def _metrics_token(environ: Mapping[str, str]) -> str | None:
    token = environ.get("CUEDECK_METRICS_TOKEN", "").strip()
    if token and (len(token) < _MINIMUM_SECRET or not token.isascii() or not token.isprintable() or " " in token):
        raise ConfigurationError(
            f"CUEDECK_METRICS_TOKEN needs at least {_MINIMUM_SECRET} characters of ASCII, without spaces. "
            'Make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return token or None


def _required(environ: Mapping[str, str], name: str, what: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise ConfigurationError(f"{name} is not set: it takes {what}. See the configuration table in README.md.")
    return value


def _hosts(environ: Mapping[str, str], name: str) -> frozenset[str]:
    hosts = frozenset(host.strip().lower() for host in environ.get(name, "").split(",") if host.strip())
    for host in hosts:
        if "/" in host or "*" in host:
            raise ConfigurationError(f"{name} holds {host!r}: it takes host names such as school.instructure.com.")
    return hosts


def _whole(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigurationError(f"{name} is {text!r}: it takes a whole number from {least} to {most}.")
    return int(text)


def _decimal(environ: Mapping[str, str], name: str, default: float, least: float, most: float) -> float:
    text = environ.get(name, "").strip()
    if not text:
        return default
    # Neither "nan" nor "1e3" nor digits of other scripts, all of which float() takes.
    if not re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", text) or not least <= float(text) <= most:
        raise ConfigurationError(f"{name} is {text!r}: it takes a number from {least:g} to {most:g}, such as 1.5.")
    return float(text)


def _formats(environ: Mapping[str, str], name: str) -> frozenset[str]:
    formats = frozenset(part.strip().lower().lstrip(".") for part in environ.get(name, "").split(",") if part.strip())
    for each in formats:
        if not each.isascii() or not each.isalnum():
            raise ConfigurationError(f"{name} holds {each!r}: it takes filename extensions such as mp4,mov,mp3.")
    return formats or STUDIO_FORMATS


def _one_of(environ: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    word = environ.get(name, "").strip().lower() or words[0]
    if word not in words:
        raise ConfigurationError(f"{name} is {word!r}: it takes {' or '.join(words)}.")
    return word


def _check_origin(name: str, url: str, insecure_hosts: frozenset[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise ConfigurationError(f"{name} is {url!r}: it takes an origin such as https://cuedeck.example.edu.")
    if parts.scheme == "http" and parts.hostname not in insecure_hosts:
        raise ConfigurationError(
            f"{name} is {url!r}: http is only for hosts named in CUEDECK_INSECURE_HOSTS (the sandbox). Use https."
        )


def _database_url(url: str) -> str:
    """Accept the short forms that hosting services give, and name the driver that we install."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url
