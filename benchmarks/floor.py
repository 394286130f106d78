"""The floor that launches are measured against: a bare Flask application that only redirects and verifies the token."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, Final
from urllib.parse import urlencode

import jwt
import psycopg
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from benchmarks.platform import CLIENT_ID, ISSUER

KEY: Final = "CUEDECK_BENCH_FLOOR_KEY"  # in the environment: the platform's public key, PEM
_PAGE = """<!doctype html><html lang="{{ language }}"><head><meta charset="utf-8"><title>{{ name }}</title>
<link rel="stylesheet" href="/static/page.css"></head><body><main><h1>{{ name }}</h1><video controls></video>
{% for track in config.tracks %}<p>{{ track.label }}</p>{% endfor %}</main>
<script type="application/json" id="config">{{ config|tojson }}</script>
<script type="module" src="/static/page.js"></script></body></html>"""


def bare_app(
    *,
    authorization_url: str,
    client_id: str,
    issuer: str,
    key: Any,
    page: bool = False,
    use: Callable[[str], None] | None = None,
) -> Flask:
    """Make it. It keeps no state: what is left is Flask and one signature.

    :param page: show one page of Flask's templates, with what a page is told, instead of a line of text.
    :param use: have states that are good once, and keep by this that one was used.
    """
    app = Flask("floor")
    template = app.jinja_env.from_string(_PAGE)  # compiled once, as a template in a file is
    told = {"tracks": [{"label": f"Language {number}", "src": "/captions.vtt"} for number in range(6)], "token": "t"}

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
            "state": "s" if use is None else secrets.token_urlsafe(16),
        }
        return redirect(f"{authorization_url}?{urlencode(query)}")

    @app.post("/lti/launch")
    def launch() -> str:
        claims = jwt.decode(request.form["id_token"], key, algorithms=["RS256"], audience=client_id, issuer=issuer)
        if use is not None:
            use(request.form["state"])
        if page:
            return render_template(template, language="en", name=claims["sub"], config=told)
        return f"<!doctype html><title>Launched</title><p>{claims['sub']}"

    return app


@contextmanager
def used_states(database_url: str) -> Iterator[Callable[[str], None]]:
    """Give the least that keeps a state from being used twice: one row each, by the engine's driver and nothing else.

    A process that is killed loses none of them. A power cut loses none on PostgreSQL, and the last ones on SQLite.
    """
    if database_url.startswith("sqlite:///"):
        file = sqlite3.connect(f"{database_url.removeprefix('sqlite:///')}-floor", isolation_level=None)
        file.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE used (state PRIMARY KEY)"
        )
        with closing(file):
            yield lambda state: file.execute("INSERT INTO used VALUES (?)", (state,)).close()
        return
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute("CREATE TABLE used (state text PRIMARY KEY)")
        yield lambda state: server.execute("INSERT INTO used VALUES (%s)", (state,)).close()


def served_app() -> Flask:
    """Make the floor for a server that runs it in a process of its own."""
    return bare_app(
        authorization_url="http://127.0.0.1/api/lti/authorize_redirect",
        client_id=CLIENT_ID,
        issuer=ISSUER,
        key=load_pem_public_key(os.environ[KEY].encode()),
    )
