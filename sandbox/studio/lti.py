"""Launches from the sandbox Canvas: the player that a Studio embed shows (reference 5)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import jwt
from flask import Blueprint, Response, redirect, render_template, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from sandbox.media.clips import ClipStore
from sandbox.studio.config import StudioConfig
from sandbox.studio.faults import Faults
from sandbox.studio.player import show_player
from sandbox.studio.processing import settle
from sandbox.studio.rights import Level, media_level
from sandbox.studio.world import Media, User, World

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
_STATE_SECONDS = 300
_LEEWAY = 60  # seconds
_INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
Fetch = Callable[[str], Any]


class LaunchRefused(Exception):
    """A launch that shows no player; says why."""


@dataclass
class Launches:
    """LTI 1.3, as a tool has to do it: login initiation, id_token, who is it, what may they see."""

    world: World
    faults: Faults
    config: StudioConfig
    clips: ClipStore
    fetch: Fetch
    seen: set[str] = field(default_factory=set)  # nonces that were used

    def begin(self) -> AnyResponse:
        """Answer a login initiation with an authentication request."""
        given = request.values
        if given.get("iss") != self.config.issuer or given.get("client_id") != self.config.lti_client_id:
            return _refuse("This Canvas is not known here.", 400)
        nonce = secrets.token_urlsafe(24)
        query = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": self.config.lti_client_id,
            "redirect_uri": f"{self.config.url}/lti/launch",
            "login_hint": given.get("login_hint", ""),
            "lti_message_hint": given.get("lti_message_hint", ""),
            "state": self._states().dumps(nonce),
            "nonce": nonce,
        }
        return redirect(f"{self.config.canvas_url}/api/lti/authorize_redirect?{urlencode(query)}")

    def finish(self) -> AnyResponse:
        """Take the id_token and show the player."""
        try:
            claims = self._claims()
            asked = dict(parse_qsl(urlsplit(str(claims.get(f"{LTI}target_link_uri", ""))).query))
            user = self._person(claims)
            settle(self.world, self.faults, self.clips)
            media = self._media(user, asked.get("custom_arc_media_id", ""), _course_id(claims))
        except LaunchRefused as refused:
            return _refuse(str(refused), 403)
        return show_player(self.world, self.faults, self.config.url, media, asked)

    def _claims(self) -> Mapping[str, Any]:
        token = request.form.get("id_token", "")
        try:
            nonce = self._states().loads(request.form.get("state", ""), max_age=_STATE_SECONDS)
            header = jwt.get_unverified_header(token)
            known = jwt.PyJWKSet.from_dict(self.fetch(f"{self.config.canvas_url}/api/lti/security/jwks"))
            claims: dict[str, Any] = jwt.decode(
                token,
                known[header["kid"]].key,
                algorithms=["RS256"],
                audience=self.config.lti_client_id,
                issuer=self.config.issuer,
                leeway=_LEEWAY,
            )
        except (BadData, jwt.PyJWTError, KeyError, httpx.HTTPError) as error:
            raise LaunchRefused(f"The launch could not be checked ({type(error).__name__}).") from None
        with self.world.lock:
            if claims.get("nonce") != nonce or nonce in self.seen:
                raise LaunchRefused("The launch was used before.")
            self.seen.add(nonce)
        return claims

    def _person(self, claims: Mapping[str, Any]) -> User:
        """Find the account by e-mail, or make one: watching is what verifies people (reference 2.9)."""
        email = str(claims.get("email", ""))
        if not email:
            raise LaunchRefused("Canvas did not say who you are.")
        teaches = _INSTRUCTOR in claims.get(f"{LTI}roles", [])
        with self.world.lock:
            user = self.world.user_by_email(email)
            if user is None:
                roles = ("teacher",) if teaches else ("student",)
                user = self.world.add_user(User(self.world.new_id(), str(claims.get("name", email)), email, roles))
            collection = self.world.course_collection(_course_id(claims))
            if collection is not None and user.id != collection.owner_id:
                collection.members.setdefault(user.id, "edit" if teaches else "view")
        return user

    def _media(self, user: User, launch_id: str, course_id: int) -> Media:
        media = next((each for each in list(self.world.media.values()) if each.lti_launch_id == launch_id), None)
        if media is None:
            raise LaunchRefused("This media does not exist.")
        collection = self.world.course_collection(course_id)
        here = collection is not None and any(
            each.collection_id == collection.id for each in self.world.placements(media.id)
        )
        if not here and not self.faults.behaviour.plays_anywhere and media_level(self.world, user, media) < Level.VIEW:
            raise LaunchRefused("You do not have permission to see this media.")
        if "student" in user.roles:
            media.last_viewed_by_student = self.faults.now().date()
        media.last_viewed = self.faults.now().date()
        return media

    def _states(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.config.secret, salt="launch state")


def lti_blueprint(launches: Launches) -> Blueprint:
    """Make the two addresses of LTI 1.3. The launch address shows nothing outside a launch."""
    blueprint = Blueprint("lti", __name__)
    blueprint.add_url_rule("/lti/login", "login", launches.begin, methods=["GET", "POST"])
    blueprint.add_url_rule("/lti/launch", "launch", launches.finish, methods=["POST"])

    @blueprint.get("/lti/launch")
    def bare() -> AnyResponse:
        """Refuse: this address works inside Canvas alone."""
        return _refuse("This address can only be opened by Canvas.", 401)

    return blueprint


def fetch_json(url: str) -> Any:
    """Read a JSON document.

    :raises httpx.HTTPError: it cannot be had.
    """
    response = httpx.get(url, timeout=5, trust_env=False)
    response.raise_for_status()
    return response.json()


def _course_id(claims: Mapping[str, Any]) -> int:
    """Read the Canvas number of the course; 0 for none."""
    text = str(claims.get(f"{LTI}custom", {}).get("canvas_course_id", ""))
    return int(text) if text.isascii() and text.isdigit() else 0


def _refuse(why: str, status: int) -> AnyResponse:
    return Response(render_template("refused.html", message=why), status)
