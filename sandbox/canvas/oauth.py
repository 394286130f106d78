"""OAuth2 of the sandbox Canvas: asking a person (reference 6.1)."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.canvas.faults import Faults
from sandbox.canvas.oauth_errors import OAuthError, invalid_client, invalid_redirect, invalid_scope
from sandbox.canvas.paging import last
from sandbox.canvas.session import current_person
from sandbox.canvas.throttle import Throttle
from sandbox.canvas.token_endpoint import TokenEndpoint
from sandbox.canvas.world import ApiKey, Person, World
from sandbox.common.grants import Asked
from sandbox.common.oauth_return import OUT_OF_BAND, final_redirect

OWN_PAGE = "/login/oauth2/auth"


def oauth_blueprint(world: World, faults: Faults) -> Blueprint:
    """Make the authorization pages and the token endpoint."""
    blueprint = Blueprint("oauth", __name__)
    pages = _Pages(world, faults)
    blueprint.add_url_rule(OWN_PAGE, "auth", pages.auth, methods=["GET"])
    blueprint.add_url_rule("/login/oauth2/accept", "accept", pages.accept, methods=["POST"])
    blueprint.add_url_rule("/login/oauth2/deny", "deny", pages.deny, methods=["POST"])
    endpoint = TokenEndpoint(world, faults, Throttle(faults.behaviour))
    blueprint.add_url_rule("/login/oauth2/token", "token", endpoint.post, methods=["POST"])
    blueprint.add_url_rule("/login/oauth2/token", "delete_token", endpoint.delete, methods=["DELETE"])
    return blueprint


def redirect_allowed(key: ApiKey, redirect_uri: str) -> bool:
    """Tell whether a key lets OAuth2 return there: out of band, or the same domain or a subdomain of a registered one.

    Canvas compares neither scheme nor port nor path (developer_key.rb, redirect_domain_matches?).
    """
    if redirect_uri == OUT_OF_BAND or redirect_uri in key.redirect_uris:
        return True
    try:
        host = urlsplit(redirect_uri).hostname
    except ValueError:
        return False
    registered = {urlsplit(uri).hostname for uri in key.redirect_uris}
    return host is not None and any(own and (host == own or host.endswith(f".{own}")) for own in registered)


class _Pages:
    def __init__(self, world: World, faults: Faults) -> None:
        self.world, self.faults = world, faults

    def auth(self) -> AnyResponse:
        """Check the request and ask the person. Client and redirect errors never redirect."""
        if "code" in request.args or "error" in request.args:
            return Response("You may close this window.\n", content_type="text/plain; charset=utf-8")
        key = self.world.api_keys.get(last(request.args, "client_id") or "")
        redirect_uri = last(request.args, "redirect_uri") or ""
        if key is None:
            return invalid_client("unknown client").response()
        if not redirect_allowed(key, redirect_uri):
            return invalid_redirect().response()
        state = last(request.args, "state")
        try:
            scopes = self._check(key)
        except OAuthError as error:
            if redirect_uri == OUT_OF_BAND:
                return error.response()
            return final_redirect(redirect_uri, {**error.body(), "state": state}, OWN_PAGE)
        return self._ask(key, redirect_uri, scopes, state)

    def accept(self) -> AnyResponse:
        """Take "Authorize": back with a code."""
        asked = self._answered()
        if asked is None:
            return _no_session()
        if request.form.get("remember_access") == "1":
            self.world.grants.remember(asked.client_id, asked.person_id)
        return self._grant(asked)

    def deny(self) -> AnyResponse:
        """Take "Cancel": back with access_denied."""
        asked = self._answered()
        if asked is None:
            return _no_session()
        return final_redirect(asked.redirect_uri, {"error": "access_denied", "state": asked.state}, OWN_PAGE)

    def _check(self, key: ApiKey) -> tuple[str, ...]:
        scopes = tuple((last(request.args, "scope") or last(request.args, "scopes") or "").split())
        missing = [scope for scope in scopes if scope not in key.scopes]
        if key.enforce_scopes and (missing or not scopes):
            raise invalid_scope(missing)
        if not key.authorized:
            description = "Client does not have access to the specified Canvas account."
            raise OAuthError("unauthorized_client", description)
        if last(request.args, "response_type") != "code":
            raise OAuthError("unsupported_response_type", "Only response_type=code is permitted")
        if last(request.args, "prompt") not in {None, "none"}:
            raise OAuthError("unsupported_prompt_type", 'prompt must be "none" (or omitted)')
        return scopes

    def _ask(self, key: ApiKey, redirect_uri: str, scopes: tuple[str, ...], state: str | None) -> AnyResponse:
        silent = last(request.args, "prompt") == "none"
        person = current_person(self.world)
        if person is None or (last(request.args, "force_login") and not silent):
            if silent:
                return final_redirect(
                    redirect_uri,
                    {
                        "state": state,
                        "error": "login_required",
                        "error_description": "prompt=none but there is no current session",
                    },
                    OWN_PAGE,
                )
            return _to_login()
        asked = self._asked(key, redirect_uri, scopes, state, person)
        if key.trusted or self.world.grants.remembered(key.client_id, person.id):
            return self._grant(asked)
        if silent:
            return final_redirect(
                redirect_uri,
                {
                    "state": state,
                    "error": "interaction_required",
                    "error_description": "prompt=none but a token cannot be granted without user interaction",
                },
                OWN_PAGE,
            )
        page = render_template(
            "oauth/consent.html",
            key=key,
            person=person,
            scopes=scopes,
            purpose=last(request.args, "purpose"),
            host=urlsplit(redirect_uri).netloc or "this window",
            number=self.world.grants.ask(asked),
        )
        return Response(page, headers={"Cache-Control": "no-store", "X-Frame-Options": "DENY"})

    def _asked(
        self, key: ApiKey, redirect_uri: str, scopes: tuple[str, ...], state: str | None, person: Person
    ) -> Asked:
        # Another method than S256 is ignored here and fails at the token call.
        s256 = last(request.args, "code_challenge_method") == "S256"
        challenge = last(request.args, "code_challenge") if s256 else None
        return Asked(key.client_id, redirect_uri, scopes, state, challenge, person.id)

    def _answered(self) -> Asked | None:
        """Take the request that the form answers: only for the person who was asked."""
        person = current_person(self.world)
        asked = self.world.grants.take_asked(request.form.get("request", ""))
        return asked if asked is not None and person is not None and person.id == asked.person_id else None

    def _grant(self, asked: Asked) -> AnyResponse:
        code = self.world.grants.make_code(asked, self.faults.now())
        return final_redirect(asked.redirect_uri, {"code": code, "state": asked.state}, OWN_PAGE)


def _no_session() -> AnyResponse:
    return Response("Invalid or missing session for oauth\n", 400, content_type="text/plain; charset=utf-8")


def _to_login() -> AnyResponse:
    """Lead through the login page and back here, without ``force_login``."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "force_login"]
    return redirect(f"/login?{urlencode({'return_to': f'/login/oauth2/auth?{urlencode(kept)}'})}", 302)
