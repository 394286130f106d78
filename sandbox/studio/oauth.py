"""OAuth2: asking a person (reference 1.3). ``state`` is never given back, and there are no scopes."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.common.grants import Asked
from sandbox.common.oauth_return import OUT_OF_BAND, final_redirect
from sandbox.studio.config import StudioConfig
from sandbox.studio.faults import Faults
from sandbox.studio.session import current_user
from sandbox.studio.token_endpoint import TokenEndpoint
from sandbox.studio.world import DeveloperKey, World

AUTHORIZE = "/api/public/oauth/authorize"
_OWN_PAGE = "/oauth/done"


def oauth_blueprint(world: World, faults: Faults, config: StudioConfig) -> Blueprint:
    """Make the authorization pages and the token endpoint."""
    blueprint = Blueprint("oauth", __name__)
    pages = _Pages(world, faults, config)
    blueprint.add_url_rule(AUTHORIZE, "authorize", pages.authorize, methods=["GET"])
    blueprint.add_url_rule(AUTHORIZE, "decide", pages.decide, methods=["POST"])
    blueprint.add_url_rule(_OWN_PAGE, "done", pages.done, methods=["GET"])
    endpoint = TokenEndpoint(world, faults)
    blueprint.add_url_rule("/api/public/oauth/token", "token", endpoint.post, methods=["POST"])
    return blueprint


def redirect_allowed(config: StudioConfig, uri: str) -> bool:
    """Tell whether a key may have such a redirect address: https, no localhost; out of band is fine.

    The sandbox tool's own address is the one exception (see ``StudioConfig.strict``).
    """
    if uri == OUT_OF_BAND or (uri == config.consent_return and not config.strict):
        return True
    parts = urlsplit(uri)
    return parts.scheme == "https" and parts.hostname not in {None, "localhost", "127.0.0.1", "::1"}


class _Pages:
    def __init__(self, world: World, faults: Faults, config: StudioConfig) -> None:
        self.world, self.faults, self.config = world, faults, config

    def authorize(self) -> AnyResponse:
        """Check the request and ask the person. What is wrong with it is said here, never by a redirect."""
        key = self.world.keys.get(request.args.get("client_id", ""))
        redirect_uri = request.args.get("redirect_uri", "")
        if key is None:
            return _refused("The client is unknown.", 401)
        if redirect_uri not in key.redirect_uris or not redirect_allowed(self.config, redirect_uri):
            return _refused("The redirect URI is not one of this developer key.", 400)
        if request.args.get("response_type") != "code":
            return _refused("The response type is not supported.", 400)
        person = current_user(self.world)
        if person is None:
            return redirect(_to_login(), 302)
        number = self.world.grants.ask(Asked(key.id, redirect_uri, (), None, None, person.id))
        return self._ask(key, redirect_uri, person.full_name, person.email, number)

    def decide(self) -> AnyResponse:
        """Take the answer, from the person who was asked: back with a code or an error, and nothing else."""
        person = current_user(self.world)
        asked = self.world.grants.take_asked(request.form.get("request", ""))
        if asked is None or person is None or person.id != asked.person_id:
            return _refused("This page is too old. Begin again.", 400)
        if request.form.get("decision") != "allow":
            return final_redirect(asked.redirect_uri, {"error": "access_denied"}, _OWN_PAGE)
        code = self.world.grants.make_code(asked, self.faults.now())
        return final_redirect(asked.redirect_uri, {"code": code}, _OWN_PAGE)

    def done(self) -> AnyResponse:
        """Show a code to those who asked for it out of band."""
        return Response("You may close this window.\n", content_type="text/plain; charset=utf-8")

    def _ask(self, key: DeveloperKey, redirect_uri: str, name: str, email: str, number: str) -> AnyResponse:
        page = render_template(
            "consent.html",
            key=key,
            name=name,
            email=email,
            host=urlsplit(redirect_uri).netloc or "this window",
            number=number,
            action=AUTHORIZE,
            elsewhere=_to_login(),
        )
        return Response(page, headers={"Cache-Control": "no-store", "X-Frame-Options": "DENY"})


def _to_login() -> str:
    """Give the address of the login page, which leads back here."""
    return f"/login?{urlencode({'return_to': f'{AUTHORIZE}?{request.query_string.decode()}'})}"


def _refused(why: str, status: int) -> AnyResponse:
    page = render_template("error.html", heading="An error has occurred", text=why)
    return Response(page, status, headers={"Cache-Control": "no-store", "X-Frame-Options": "DENY"})
