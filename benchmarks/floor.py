"""The floor that launches are measured against: a bare Flask application that only redirects and verifies the token."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import jwt
from flask import Flask, redirect, request
from werkzeug.wrappers import Response


def bare_app(*, authorization_url: str, client_id: str, issuer: str, key: Any) -> Flask:
    """Make it. It keeps no state and shows no page: what is left is Flask and one signature."""
    app = Flask("floor")

    @app.post("/lti/login")
    def login() -> Response:
        query = {
            "client_id": client_id,
            "login_hint": request.form["login_hint"],
            "lti_message_hint": request.form["lti_message_hint"],
            "nonce": "n",
            "prompt": "none",
            "redirect_uri": request.form["target_link_uri"],
            "response_mode": "form_post",
            "response_type": "id_token",
            "scope": "openid",
            "state": "s",
        }
        return redirect(f"{authorization_url}?{urlencode(query)}")

    @app.post("/lti/launch")
    def launch() -> str:
        claims = jwt.decode(request.form["id_token"], key, algorithms=["RS256"], audience=client_id, issuer=issuer)
        return f"<!doctype html><title>Launched</title><p>{claims['sub']}"

    return app
