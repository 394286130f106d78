"""A small LTI tool on a real port: a configuration, a key set, and signed deep-linking responses."""

from __future__ import annotations

import json
import threading
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, jsonify, redirect, request
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from sandbox.canvas.claims import DEEP_LINKING, LTI
from sandbox.canvas.tool import DEPLOYMENT_ID

ISSUER = "https://canvas.instructure.com"
CLIENT_ID = "10000000000019"


_ASK = """
window.ask = (target, origin, message) => new Promise(resolve => {
  const listener = event => {
    if (event.data?.message_id !== message.message_id) return
    window.removeEventListener('message', listener)
    resolve({ origin: event.origin, ...event.data })
  }
  window.addEventListener('message', listener)
  target.postMessage(message, origin)
})
"""


class FakeTool:
    """Serves until closed. ``config`` and ``keys`` are what it answers, ``key_set_requests`` how often it was asked."""

    canvas_url: str
    config: Any
    keys: Any
    status: int
    script_login: bool  # go on from login by a script, as a tool does that asks Platform Storage first
    key_set_requests: int

    def __init__(self) -> None:
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        app = Flask(__name__)
        app.add_url_rule("/lti/config.json", "config", lambda: (jsonify(self.config), self.status))
        app.add_url_rule("/jwks.json", "jwks", self._jwks)
        app.add_url_rule("/login", "login", self._login, methods=["POST"])
        app.add_url_rule("/launch", "launch", self._launch, methods=["POST"])
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://localhost:{self._server.server_port}"
        self.reset()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def reset(self) -> None:
        """Be as at the start."""
        self.config = configuration(self.url)
        self.keys = {"keys": [self.jwk(self.private, "tool-1")]}
        self.key_set_requests = 0
        self.status = 200
        self.script_login = False

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _jwks(self) -> Any:
        self.key_set_requests += 1
        return jsonify(self.keys)

    def _login(self) -> Response:
        """Ask for the id_token. The redirect ends in a frame of the Canvas, by way of another site."""
        params = {
            "scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none",
            "nonce": "n", "state": "s", "client_id": CLIENT_ID, "redirect_uri": f"{self.url}/launch",
            "login_hint": request.form["login_hint"], "lti_message_hint": request.form["lti_message_hint"],
        }  # fmt: skip
        url = f"{self.canvas_url}/api/lti/authorize_redirect?{urlencode(params)}"
        if self.script_login:
            return Response(f"<script>location.replace({json.dumps(url)})</script>", mimetype="text/html")
        return redirect(url)

    def _launch(self) -> str:
        """Give a page with what was posted in it, and a function that posts a message and waits for the answer."""
        fields = "".join(f'<meta name="{name}" content="{value}">' for name, value in request.form.items())
        return f"<!doctype html><title>Tool</title>{fields}<h1>Tool</h1><script>{_ASK}</script>"

    @staticmethod
    def jwk(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
        return jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid, "alg": "RS256"}

    def sign(self, claims: dict[str, Any], *, kid: str | None = "tool-1", key: Any = None, alg: str = "RS256") -> str:
        headers = {"kid": kid} if kid else {}
        return jwt.encode(claims, key or self.private, algorithm=alg, headers=headers)


def response_claims(now: float, *items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Make the claims of a good response; a change to None leaves that claim out."""
    claims = {
        "iss": CLIENT_ID,
        "aud": ISSUER,
        "iat": int(now),
        "exp": int(now) + 300,
        "nonce": f"nonce-{now}-{len(items)}",
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": DEPLOYMENT_ID,
        f"{DEEP_LINKING}content_items": list(items),
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


def configuration(url: str) -> dict[str, Any]:
    """Make a configuration as an administrator would enter it."""
    return {
        "title": "Fake tool",
        "description": "For tests",
        "target_link_uri": f"{url}/launch",
        "oidc_initiation_url": f"{url}/login",
        "public_jwk_url": f"{url}/jwks.json",
        "scopes": [],
        "custom_fields": {
            "user": "$Canvas.user.id",
            "course": "$Canvas.course.id",
            "base": "$Canvas.api.baseUrl",
            "selection": "$com.instructure.Editor.selection",
            "group": "$com.instructure.Group.id",
            "unknown": "$Nobody.knows.this",
            "inside": "user ${Canvas.user.id} of ${Nobody}",
        },
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "privacy_level": "public",
                "settings": {
                    "placements": [
                        {
                            "placement": "editor_button",
                            "message_type": "LtiDeepLinkingRequest",
                            "text": "Fake",
                            "selection_width": 960,
                            "selection_height": 720,
                        }
                    ]
                },
            }
        ],
    }
