"""How a call to the REST API gets in: token, scope, throttle; and what it may read of its own parameters."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, Response, request

from sandbox.canvas import api_errors
from sandbox.canvas.api_errors import ApiError
from sandbox.canvas.catalogue import Catalogue
from sandbox.canvas.faults import Faults
from sandbox.canvas.scopes import scope_of
from sandbox.canvas.throttle import Throttle
from sandbox.canvas.world import Person, World
from sandbox.common.grants import AccessToken
from sandbox.common.misbehave import acting


@dataclass(frozen=True)
class Caller:
    """Who calls, and with which token."""

    person: Person
    token: AccessToken


View = Callable[..., Response]


@dataclass
class Api:
    """What the API's routes share."""

    world: World
    faults: Faults
    blueprint: Blueprint
    catalogue: Catalogue
    throttle: Throttle
    rules: list[str] = field(default_factory=list)

    def route(self, method: str, rule: str, *, scope: str | None = None) -> Callable[[View], View]:
        """Register a route that takes tokens only; the ``<names>`` in ``rule`` are those of Canvas's route.

        :param scope: the scope it asks for where that is not the one of ``rule``.
        """
        needed = scope or scope_of(method, rule)

        def register(view: View) -> View:
            def entered(**arguments: str) -> Response:
                return self._enter(view, needed, arguments)

            endpoint = f"{method} {rule}".replace(".", "_")
            self.rules.append(rule)
            for path in (rule, f"{rule}.json"):
                self.blueprint.add_url_rule(
                    path, f"{endpoint}{'' if path is rule else ' json'}", entered, methods=[method]
                )
            return view

        return register

    def unauthorized(self) -> ApiError:
        """Logged in but not allowed, with the status of the day."""
        return api_errors.unauthorized(self.faults.behaviour.unauthorized_status)

    def includes(self, caller: Caller) -> frozenset[str]:
        """Read ``include[]``, stripped to ``uuid`` where the key enforces scopes and does not allow includes."""
        asked = frozenset(request.args.getlist("include[]") + request.args.getlist("include"))
        key = self.world.api_keys[caller.token.client_id]
        return asked & {"uuid"} if key.enforce_scopes and not key.allow_includes else asked

    def identify(self) -> Caller:
        """Find who sends the request.

        :raises ApiError: no, unknown, expired or revoked token.
        """
        access = presented_token()
        if access is None:
            raise api_errors.unauthenticated()
        token = self.world.grants.find(access)
        now = self.faults.now()
        if token is None or token.client_id not in self.world.api_keys:
            raise api_errors.invalid_token()
        if token.revoked:
            named = self.faults.behaviour.name_revoked_tokens
            raise api_errors.revoked_token() if named else api_errors.invalid_token()
        if token.permanent_expires_at is not None and now >= token.permanent_expires_at:
            raise api_errors.expired_token(token.permanent_expires_at)
        if now >= token.expires_at:
            raise api_errors.invalid_token()
        person = self.world.people[token.person_id]
        acting(person.id)
        return Caller(person, token)

    def _enter(self, view: View, scope: str, arguments: dict[str, str]) -> Response:
        bucket = presented_token() or f"ip {request.remote_addr}"
        if not self.throttle.enter(bucket):
            return api_errors.throttled()
        started, response = time.process_time(), None
        try:
            try:
                caller = self.identify()
                key = self.world.api_keys[caller.token.client_id]
                if key.enforce_scopes and scope not in caller.token.scopes:
                    raise api_errors.insufficient_scopes()
                response = view(caller, **arguments)
            except ApiError as error:
                response = error.response()
        finally:
            cost = time.process_time() - started
            left = self.throttle.leave(bucket, cost)
        response.headers["X-Request-Cost"] = f"{cost:.6f}"
        response.headers["X-Rate-Limit-Remaining"] = f"{left:.4f}"
        return response


def presented_token() -> str | None:
    """Read the token: ``Authorization: Bearer``, else the ``access_token`` parameter."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and value.strip():
        return value.strip()
    return request.values.get("access_token") or None
