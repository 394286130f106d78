"""The addresses of a service's switchboard, and what every switchboard takes.

``GET /sandbox/faults`` shows all there is, ``POST`` takes a JSON object of wishes; ``GET /sandbox/requests`` lists the
requests since the log was cleared, ``DELETE`` clears it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import Protocol

from flask import Blueprint, Response, abort, request

from sandbox.common.answers import json_response
from sandbox.common.faults import B, Fault, Faults

COMMON_WISHES = ("clear", "faults", "behaviour")
_LOOPBACK = {"127.0.0.1", "::1"}


class Board(Protocol):
    """What a service lets be done to it from outside."""

    def apply(self, wishes: Mapping[str, object]) -> None:
        """Do what a JSON object asks.

        :raises ValueError: naming what is unknown or wrong. What came before it is done.
        """

    def state(self) -> dict[str, object]:
        """Describe how everything stands, without secrets."""


def add_switchboard_routes(blueprint: Blueprint, board: Board, faults: Faults[B]) -> None:
    """Register a switchboard, for loopback only."""

    @blueprint.route("/sandbox/faults", methods=["GET", "POST"])
    def switch() -> Response:
        only_loopback()
        if request.method == "POST":
            wishes = request.get_json(silent=True)
            if not isinstance(wishes, dict):
                return json_response({"error": "send a JSON object"}, 400)
            try:
                board.apply(wishes)
            except ValueError as error:
                return json_response({"error": str(error)}, 400)
        return json_response(board.state())

    @blueprint.route("/sandbox/requests", methods=["GET", "DELETE"])
    def log() -> Response:
        only_loopback()
        if request.method == "DELETE":
            faults.forget_requests()
        return json_response([asdict(entry) for entry in faults.requests()])


def apply_common(
    wishes: Mapping[str, object], known: Collection[str], faults: Faults[B], clear: Callable[[], None]
) -> None:
    """Do what every switchboard does: refuse unknown wishes, clear, add faults, change behaviour.

    :raises ValueError: naming what is unknown or wrong.
    """
    if unknown := set(wishes) - set(known):
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    if wishes.get("clear"):
        clear()
    asked = wishes.get("faults", [])
    if not isinstance(asked, list) or not all(isinstance(fault, dict) for fault in asked):
        raise ValueError("faults is a list of objects")
    for fault in [Fault.read(values) for values in asked]:
        faults.add(fault)
    behaviour = wishes.get("behaviour", {})
    if not isinstance(behaviour, dict):
        raise ValueError("behaviour is an object")
    faults.behaviour.change(behaviour)


def texts(wishes: Mapping[str, object], name: str) -> list[str]:
    """Read a wish that is a list of texts.

    :raises ValueError: it is something else.
    """
    values = wishes.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{name} is a list of texts")
    return values


def only_loopback() -> None:
    """Refuse whoever is not on this machine."""
    if request.remote_addr not in _LOOPBACK:
        abort(403)
