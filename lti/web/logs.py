"""Logs: one JSON object a line on standard output, each with its request id, none with a secret.

What other packages log with ``logging`` comes out in the same form. Redaction comes after everything that was said has
become text, tracebacks included. It is a net, not a licence: what is secret is not logged in the first place.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import structlog
from structlog.typing import EventDict, Processor

from lti.web.requests import add_request_id

_HIDDEN: Final = "[hidden]"
_SECRET_NAMES: Final = frozenset(
    {
        "access_token", "authorization", "client_secret", "code", "code_verifier", "cookie", "id_token", "jwt", "nonce",
        "password", "proof", "refresh_token", "secret", "selection", "state", "ticket", "token", "verifier",
    }
)  # fmt: skip
# What is secret by its looks: a JWT (or anything in its form), a bearer token, a secret in a query, a form or JSON.
_SECRET_LOOKS: Final = re.compile(
    r"eyJ[\w-]{8,}(?:\.[\w-]*)*"
    r"|(?<=\bBearer )[^\s\"',]+"
    r"|(?<=[?&;\s\"'])(?P<name>" + "|".join(sorted(_SECRET_NAMES)) + r")(?P<is>[\"']?\s*[=:]\s*[\"']?)[^&\s\"',;]+"
    r"|(?<=/watch/)[^/\s\"']+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_SHORTEST_SECRET: Final = 8  # characters; nothing shorter is looked through
_TALKATIVE: Final = (
    "httpx",
    "httpcore",
    "alembic",
    "sqlalchemy",
    "asyncio",
    "urllib3",
)  # httpx logs addresses with tokens


def configure(level: str, *, as_json: bool) -> None:
    """Set up logging for the process.

    :param level: the least important level to write, by name; an unknown one means INFO.
    :param as_json: one JSON object a line; otherwise text for people.
    """
    least = logging.getLevelNamesMapping().get(level, logging.INFO)
    shared: list[Processor] = [
        structlog.processors.format_exc_info,
        redact,
        # Our own values, which there is no need to look through: two lines are written for each launch.
        add_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: Processor = (
        structlog.processors.JSONRenderer(serializer=_as_text)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=lambda *_: _StandardOutput(),
        cache_logger_on_first_use=True,
    )
    handler = _Handler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if not isinstance(kept, _Handler)] + [handler]
    root.setLevel(least)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(least, logging.WARNING))


def access_writer() -> Callable[[EventDict], None]:
    """Give what writes the one line of each request, as logging is set up now.

    The line has the form of all others and skips what they go through: its values are our own and hold no secret.
    """
    setup = structlog.get_config()
    render, output = setup["processors"][-1], setup["logger_factory"]()
    if not structlog.get_logger().bind().is_enabled_for(logging.INFO):
        return lambda event: None

    def write(event: EventDict) -> None:
        event["level"] = "info"
        event["timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        output.msg(render(None, "info", event))

    return write


def redact(logger: object, method: str, event: EventDict) -> EventDict:
    """Hide secrets, by the name of a value and by its looks."""
    return _redact_mapping(event)


def hide_secrets(text: str) -> str:
    """Hide what looks like a secret."""
    return _SECRET_LOOKS.sub(_hide, text)


def _redact_mapping(mapping: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in mapping.items():
        if name in _SECRET_NAMES:
            mapping[name] = _HIDDEN
        elif type(value) is str:
            if len(value) >= _SHORTEST_SECRET:
                mapping[name] = _SECRET_LOOKS.sub(_hide, value)
        elif not isinstance(value, (int, float, type(None))):
            mapping[name] = _redact(value)
    return mapping


def _redact(value: Any) -> Any:
    if isinstance(value, dict):
        return _redact_mapping({str(name): item for name, item in value.items()})
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_redact(item) for item in value]
    if isinstance(value, (int, float, type(None))):
        return value
    return _SECRET_LOOKS.sub(_hide, str(value))


def _hide(found: re.Match[str]) -> str:
    return f"{found['name']}{found['is']}{_HIDDEN}" if found["name"] else _HIDDEN


def _as_text(event: Any, **_options: Any) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


class _StandardOutput:
    """Writes lines to whatever standard output is at that moment; tests replace it."""

    def msg(self, line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    debug = info = warning = error = critical = exception = log = msg


class _Handler(logging.Handler):
    """The same for what other packages log."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stdout.write(f"{self.format(record)}\n")
            sys.stdout.flush()
        except Exception:  # noqa: BLE001 - a log line that cannot be written must not break the request
            self.handleError(record)
