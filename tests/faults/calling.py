"""Which of the product's ways out were used: every public function of ``lti.remote`` that sends something."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from lti import remote
from lti.remote import Http

# They send nothing: addresses and questions about addresses.
SILENT = frozenset({"authorize_url", "origin"})
# Each is a class whose public methods ask somebody something.
_ASKING = (
    remote.CanvasApi, remote.CanvasOAuth, remote.StudioApi, remote.StudioCaptioningApi, remote.StudioOAuth,
    remote.StudioOwnedApi, remote.StudioUploadApi, remote.Registrations,
)  # fmt: skip


@dataclass
class Noticed:
    """The functions under which something was sent."""

    made: set[str] = field(default_factory=set)


def public_calls() -> set[str]:
    """Name every public function of ``lti.remote`` that sends something.

    Classes are found by what they take: whoever is handed the client asks somebody. One that is not known here fails.
    """
    handed = {
        value
        for value in vars(remote).values()
        if inspect.isclass(value) and "http" in inspect.signature(value).parameters
    }
    assert handed == set(_ASKING)
    methods = {f"{each.__name__}.{name}" for each in _ASKING for name in vars(each) if _public(name)}
    functions = {
        name for name, value in vars(remote).items()
        if inspect.isfunction(value) and "http" in inspect.signature(value).parameters
    }  # fmt: skip
    return methods | functions


@contextmanager
def noticing() -> Iterator[Noticed]:
    """Notice, at each request that is sent, the public functions of ``lti.remote`` that it is sent for."""
    noticed, known = Noticed(), public_calls()
    with (
        mock.patch.object(Http, "request", _watched(Http.request, noticed, known)),
        mock.patch.object(Http, "put", _watched(Http.put, noticed, known)),
    ):
        yield noticed


def _watched(real: Callable[..., Any], noticed: Noticed, known: set[str]) -> Callable[..., Any]:
    def call(self: Http, *args: Any, **values: Any) -> Any:
        frame = inspect.currentframe()
        while frame is not None and frame.f_globals.get("__name__", "") != "flask.app":
            noticed.made |= {frame.f_code.co_qualname} & known
            frame = frame.f_back
        return real(self, *args, **values)

    return call


def _public(name: str) -> bool:
    return not name.startswith("_") and name not in SILENT
