"""Mistakes of ours, told to a Sentry: where in the code, and nothing of a person.

What is sent is built from a list of what may go, not cleaned of what may not: a member that a newer version of the
library adds is not sent either.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from lti.errors import ConfigurationError
from lti.web import logs
from lti.web.requests import request_id

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

_MEMBERS: Final = ("event_id", "timestamp", "platform", "level", "release", "environment", "logger", "sdk")
_FRAME: Final = ("filename", "function", "module", "lineno", "in_app")
_LONGEST: Final = 500  # characters of the words of an exception


def reporter(dsn: str | None) -> Callable[[BaseException], None]:
    """Give what tells a mistake. It never raises, and does not wait for the other side.

    :param dsn: of a project; None where nobody is told.
    :raises ConfigurationError: when it is none, or the library is not installed.
    """
    if dsn is None:
        return lambda error: None
    try:
        import sentry_sdk
        from sentry_sdk.integrations.atexit import AtexitIntegration
        from sentry_sdk.integrations.dedupe import DedupeIntegration
        from sentry_sdk.integrations.logging import LoggingIntegration
        from sentry_sdk.utils import BadDsn
    except ImportError as error:
        raise ConfigurationError("SENTRY_DSN is set, but sentry-sdk is not installed (extra `sentry`).") from error
    try:
        sentry_sdk.init(
            dsn=dsn,
            default_integrations=False,
            auto_enabling_integrations=False,
            # Exceptions that workers log are mistakes as well; lines without one are not sent (``_cut_down``).
            integrations=[
                AtexitIntegration(callback=lambda pending, timeout: None),
                DedupeIntegration(),
                LoggingIntegration(level=None),
            ],
            # No personal data is the library's default; what it would add by itself is cut off anyway.
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            send_client_reports=False,
            auto_session_tracking=False,
            server_name="",
            before_send=_cut_down,
        )
    except (BadDsn, ValueError) as error:
        raise ConfigurationError("SENTRY_DSN is not the address of a Sentry project.") from error
    return lambda error: cast(None, sentry_sdk.capture_exception(error))


def _cut_down(event: Event, hint: Hint) -> Event | None:
    """Keep what may go; give None for what is no exception."""
    told = cast("dict[str, Any]", event)
    raised = (told.get("exception") or {}).get("values") or []
    if not raised:
        return None
    kept: dict[str, Any] = {name: told[name] for name in _MEMBERS if name in told}
    kept["exception"] = {"values": [_exception(each) for each in raised]}
    kept["tags"] = {"request_id": request_id() or "", "process": str(os.getpid())}
    return cast("Event", kept)


def _exception(raised: dict[str, Any]) -> dict[str, Any]:
    frames = (raised.get("stacktrace") or {}).get("frames") or []
    return {
        "type": raised.get("type"),
        "module": raised.get("module"),
        "value": logs.hide_secrets(str(raised.get("value") or ""))[:_LONGEST],
        "stacktrace": {"frames": [{name: frame.get(name) for name in _FRAME} for frame in frames]},
    }
